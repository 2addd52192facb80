import type { Selectable } from 'kysely';
import type { DataSourcesTable } from '../../ports/state/governance-schema.ts';
import type { AssetForm } from '../assets/asset-forms.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import type { RunState } from '../runs/run-states.ts';
import type { SourceConfiguration } from './configuration.ts';
import type { DataSourceState } from './data-source-states.ts';
import { type Failure, readFailure } from './failure.ts';

export interface DataSourceRef extends DomainRef {
  readonly dataSourceId: string;
}

/** As given: no member at all means on demand only. */
export interface ScheduleSetting {
  readonly schedule?: string | undefined;
  readonly timezone?: string | undefined;
}

export type EnableSetting = 'ENABLED' | 'DISABLED';

export interface LastRun {
  readonly runId: string;
  readonly status: RunState;
  readonly atMs: number;
  readonly failure: Failure | undefined;
}

export interface DataSource extends DataSourceRef {
  readonly projectId: string;
  readonly environmentId: string | undefined;
  readonly connectionId: string | undefined;
  readonly name: string;
  readonly description: string | undefined;
  readonly type: string;
  readonly status: DataSourceState;
  readonly enableSetting: EnableSetting;
  readonly publishOnImport: boolean;
  readonly configuration: SourceConfiguration;
  readonly recommendation: { readonly enableBusinessNameGeneration?: boolean | undefined } | undefined;
  /** Attached to every asset it imports. */
  readonly forms: readonly AssetForm[];
  readonly schedule: ScheduleSetting | undefined;
  readonly hourlyMinute: number | undefined;
  readonly failure: Failure | undefined;
  readonly lastRun: LastRun | undefined;
  /** Of the newest run that has ended. */
  readonly lastRunAssetCount: number | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export type DataSourceRow = Selectable<DataSourcesTable>;

export function readDataSource(row: DataSourceRow): DataSource {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    dataSourceId: row.data_source_id,
    projectId: row.project_id,
    environmentId: row.environment_id ?? undefined,
    connectionId: row.connection_id ?? undefined,
    name: row.name,
    description: row.description ?? undefined,
    type: row.source_type,
    status: row.status as DataSourceState,
    enableSetting: row.enable_setting as EnableSetting,
    publishOnImport: row.publish_on_import === 1,
    configuration: JSON.parse(row.configuration_json) as SourceConfiguration,
    recommendation: parseOptional(row.recommendation_json) as DataSource['recommendation'],
    forms: JSON.parse(row.forms_json) as AssetForm[],
    schedule: parseOptional(row.schedule_json) as ScheduleSetting | undefined,
    hourlyMinute: row.hourly_minute ?? undefined,
    failure: readFailure(row.error_type, row.error_detail),
    lastRun: readLastRun(row),
    lastRunAssetCount: row.last_run_asset_count ?? undefined,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

function readLastRun(row: DataSourceRow): LastRun | undefined {
  if (row.last_run_id === null) return undefined;
  return {
    runId: row.last_run_id,
    status: row.last_run_status as RunState,
    atMs: row.last_run_at_ms ?? 0,
    failure: readFailure(row.last_run_error_type, row.last_run_error_detail),
  };
}

function parseOptional(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text);
}
