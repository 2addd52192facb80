import type { DataSource } from '../../governance/data-sources/data-source.ts';
import type { Failure } from '../../governance/data-sources/failure.ts';
import type {
  DataSourceErrorMessage,
  DataSourceSummary,
  GetDataSourceOutput,
  ScheduleConfiguration,
  SelfGrantStatusOutput,
} from '../../wire/generated/datazone.ts';

/** What Create, Get and Update all say. */
export function describeDataSource(source: DataSource) {
  return {
    ...describeBasics(source),
    id: source.dataSourceId,
    projectId: source.projectId,
    configuration: source.configuration,
    recommendation: source.recommendation,
    publishOnImport: source.publishOnImport,
    assetFormsOutput: source.forms,
    errorMessage: describeFailure(source.failure),
  };
}

/** The whole of it: some members only Get has. */
export function describeDataSourceFully(source: DataSource): GetDataSourceOutput {
  return {
    ...describeDataSource(source),
    lastRunAssetCount: source.lastRunAssetCount,
    selfGrantStatus: describeSelfGrant(source),
  };
}

export function summariseDataSource(source: DataSource): DataSourceSummary {
  return {
    ...describeBasics(source),
    dataSourceId: source.dataSourceId,
    lastRunAssetCount: source.lastRunAssetCount,
  };
}

function describeBasics(source: DataSource) {
  return {
    domainId: source.domainId,
    environmentId: source.environmentId,
    connectionId: source.connectionId,
    name: source.name,
    description: source.description,
    type: source.type,
    status: source.status,
    enableSetting: source.enableSetting,
    schedule: source.schedule as ScheduleConfiguration | undefined,
    lastRunStatus: source.lastRun?.status,
    lastRunAt: source.lastRun?.atMs,
    lastRunErrorMessage: describeFailure(source.lastRun?.failure),
    createdAt: source.createdAtMs,
    updatedAt: source.updatedAtMs,
  };
}

export function describeFailure(failure: Failure | undefined): DataSourceErrorMessage | undefined {
  return failure && { errorType: failure.type, errorDetail: failure.detail };
}

/** What a connection grants itself; only sources that have one say so. */
export function describeSelfGrant(source: DataSource): SelfGrantStatusOutput | undefined {
  if (source.connectionId === undefined) return undefined;
  const isGranted = source.status === 'READY' || source.status === 'RUNNING';
  const databases = source.configuration.glueRunConfiguration.relationalFilterConfigurations;
  const names = [...new Set(databases.map(({ databaseName }) => databaseName))];
  const status = isGranted ? ('GRANTED' as const) : ('GRANT_PENDING' as const);
  const selfGrantStatusDetails = names.map((databaseName) => ({ databaseName, status }));
  return { glueSelfGrantStatus: { selfGrantStatusDetails } };
}
