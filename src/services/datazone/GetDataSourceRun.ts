import type { GetDataSourceRunInput, GetDataSourceRunOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeRun } from './describe-run.ts';

export function getDataSourceRun({ runs }: DataZoneDeps): Handler<GetDataSourceRunInput, GetDataSourceRunOutput> {
  return async ({ domainIdentifier: domainId, identifier: runId }, ctx) =>
    describeRun(await runs.get({ accountId: ctx.accountId, domainId, runId }));
}
