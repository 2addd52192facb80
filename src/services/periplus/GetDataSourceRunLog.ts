import type { Activity } from '../../governance/runs/activity-store.ts';
import type { LogLine as Line } from '../../governance/runs/run-log.ts';
import type {
  GetDataSourceRunLogInput,
  GetDataSourceRunLogOutput,
  LogLine,
  TableLine,
} from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

export function getDataSourceRunLog({
  beyond,
}: PeriplusDeps): Handler<GetDataSourceRunLogInput, GetDataSourceRunLogOutput> {
  return async ({ domainId, runId }, { accountId }) => {
    const { run, lines, activities, leftOut, sourceLines } = await beyond.log({ accountId, domainId, runId });
    return {
      dataSourceId: run.dataSourceId,
      status: run.status,
      lines: lines.map(describeLine),
      tables: activities.map(describeTable),
      tablesLeftOut: leftOut,
      sourceLines: sourceLines.map(describeLine),
    };
  };
}

function describeLine({ atMs, runId, message }: Line): LogLine {
  return { at: atMs, runId, message };
}

function describeTable(activity: Activity): TableLine {
  return {
    at: activity.createdAtMs,
    database: activity.database,
    table: activity.technicalName,
    status: activity.status,
    reason: activity.reason,
    assetId: activity.assetId,
    error: activity.failure?.detail,
  };
}
