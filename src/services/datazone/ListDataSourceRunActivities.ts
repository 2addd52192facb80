import type { Activity } from '../../governance/runs/activity-store.ts';
import type {
  DataSourceRunActivity,
  ListDataSourceRunActivitiesInput,
  ListDataSourceRunActivitiesOutput,
} from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeFailure } from './describe-data-source.ts';
import { cutPage, PAGE_MAX, type PagePosition, pageScope, readPosition } from './paging.ts';

/** One item for every table that the run looked at. */
export function listDataSourceRunActivities({
  runs,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListDataSourceRunActivitiesInput, ListDataSourceRunActivitiesOutput> {
  return async (input, ctx) => {
    const run = { accountId: ctx.accountId, domainId: input.domainIdentifier, runId: input.identifier };
    const size = input.maxResults ?? PAGE_MAX;
    const scope = pageScope(ctx, { ...input });
    const after = readAfter(readPosition(key, scope, input.nextToken));
    const found = await runs.listActivities(run, { status: input.status, after, limit: size + 1 });
    const { items, ...rest } = cutPage(found, size, { key, scope, positionOf });
    return { items: items.map(describeActivity), ...rest };
  };
}

function positionOf({ createdAtMs, database, technicalName }: Activity): PagePosition {
  return [createdAtMs, database, technicalName];
}

function readAfter(position: PagePosition | undefined) {
  if (position === undefined) return undefined;
  return { createdAtMs: Number(position[0]), database: String(position[1]), table: String(position[2]) };
}

function describeActivity(activity: Activity): DataSourceRunActivity {
  return {
    database: activity.database,
    technicalName: activity.technicalName,
    technicalDescription: activity.technicalDescription,
    dataSourceRunId: activity.runId,
    dataAssetStatus: activity.status,
    dataAssetId: activity.assetId,
    projectId: activity.projectId,
    errorMessage: describeFailure(activity.failure),
    lineageSummary: activity.lineage && { eventId: activity.lineage.eventId, eventStatus: activity.lineage.status },
    createdAt: activity.createdAtMs,
    updatedAt: activity.updatedAtMs,
  };
}
