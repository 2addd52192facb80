import type { DataSourceRun } from '../../governance/runs/run-store.ts';
import type { ListDataSourceRunsInput, ListDataSourceRunsOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { summariseRun } from './describe-run.ts';
import { newestPage } from './paging.ts';

export function listDataSourceRuns({
  runs,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListDataSourceRunsInput, ListDataSourceRunsOutput> {
  return async (input, ctx) => {
    const source = {
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      dataSourceId: input.dataSourceIdentifier,
    };
    const { items, ...rest } = await newestPage({ key, ctx, input: { ...input }, positionOf }, (page) =>
      runs.list(source, { ...page, status: input.status }),
    );
    return { items: items.map(summariseRun), ...rest };
  };
}

function positionOf({ createdAtMs, runId }: DataSourceRun) {
  return { createdAtMs, id: runId };
}
