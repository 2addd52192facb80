import type { DataSourceRun } from '../../governance/runs/run-store.ts';
import type { DataSourceRunSummary, GetDataSourceRunOutput } from '../../wire/generated/datazone.ts';
import { describeFailure } from './describe-data-source.ts';

export function describeRun(run: DataSourceRun): GetDataSourceRunOutput {
  return { ...summariseRun(run), domainId: run.domainId, dataSourceConfigurationSnapshot: run.snapshot };
}

export function summariseRun(run: DataSourceRun): DataSourceRunSummary {
  return {
    id: run.runId,
    dataSourceId: run.dataSourceId,
    projectId: run.projectId,
    type: run.type,
    status: run.status,
    runStatisticsForAssets: run.status === 'REQUESTED' ? undefined : run.counts,
    errorMessage: describeFailure(run.failure),
    lineageSummary: run.lineageStatus && { importStatus: run.lineageStatus },
    createdAt: run.createdAtMs,
    updatedAt: run.updatedAtMs,
    startedAt: run.startedAtMs,
    stoppedAt: run.stoppedAtMs,
  };
}
