import type { GetDataSourceInput, GetDataSourceOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeDataSourceFully } from './describe-data-source.ts';

export function getDataSource({ dataSources }: DataZoneDeps): Handler<GetDataSourceInput, GetDataSourceOutput> {
  return async ({ domainIdentifier: domainId, identifier: dataSourceId }, ctx) =>
    describeDataSourceFully(await dataSources.get({ accountId: ctx.accountId, domainId, dataSourceId }));
}
