import type { DataSource } from '../../governance/data-sources/data-source.ts';
import type { ListDataSourcesInput, ListDataSourcesOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { summariseDataSource } from './describe-data-source.ts';
import { newestPage } from './paging.ts';

/** Of one project, newest first. */
export function listDataSources({
  dataSources,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListDataSourcesInput, ListDataSourcesOutput> {
  return async (input, ctx) => {
    const domain = { accountId: ctx.accountId, domainId: input.domainIdentifier };
    const filter = {
      projectId: input.projectIdentifier,
      environmentId: input.environmentIdentifier,
      connectionId: input.connectionIdentifier,
      type: input.type,
      status: input.status,
      name: input.name,
    };
    const { items, ...rest } = await newestPage({ key, ctx, input: { ...input }, positionOf }, (page) =>
      dataSources.list(domain, filter, page),
    );
    return { items: items.map(summariseDataSource), ...rest };
  };
}

function positionOf({ createdAtMs, dataSourceId }: DataSource) {
  return { createdAtMs, id: dataSourceId };
}
