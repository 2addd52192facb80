import type { Insertable, Updateable } from 'kysely';
import type { DataSourcesTable } from '../../ports/state/governance-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { isAfter, type NewestPage } from '../newest-first.ts';
import { type DataSource, type DataSourceRef, readDataSource } from './data-source.ts';

const COLUMNS = [
  'account_id',
  'domain_id',
  'data_source_id',
  'project_id',
  'environment_id',
  'connection_id',
  'name',
  'description',
  'source_type',
  'status',
  'settles_at_ms',
  'enable_setting',
  'publish_on_import',
  'configuration_json',
  'recommendation_json',
  'forms_json',
  'schedule_json',
  'next_tick_ms',
  'hourly_minute',
  'next_hourly_tick_ms',
  'error_type',
  'error_detail',
  'last_run_id',
  'last_run_status',
  'last_run_at_ms',
  'last_run_error_type',
  'last_run_error_detail',
  'last_run_asset_count',
  'created_at_ms',
  'updated_at_ms',
] as const;

export async function insertDataSource(queries: StateQueries, row: Insertable<DataSourcesTable>): Promise<void> {
  await queries.insertInto('data_sources').values(row).execute();
}

export async function findDataSource(queries: StateQueries, ref: DataSourceRef): Promise<DataSource | undefined> {
  const row = await queries
    .selectFrom('data_sources')
    .select(COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('data_source_id', '=', ref.dataSourceId)
    .executeTakeFirst();
  return row === undefined ? undefined : readDataSource(row);
}

export async function updateDataSource(
  queries: StateQueries,
  ref: DataSourceRef,
  changes: Updateable<DataSourcesTable>,
): Promise<void> {
  await queries
    .updateTable('data_sources')
    .set(changes)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('data_source_id', '=', ref.dataSourceId)
    .execute();
}

export async function deleteDataSource(queries: StateQueries, ref: DataSourceRef): Promise<void> {
  await queries
    .deleteFrom('data_sources')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('data_source_id', '=', ref.dataSourceId)
    .execute();
}

export interface DataSourceFilter {
  readonly projectId: string;
  readonly environmentId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly name?: string | undefined;
}

export async function listDataSources(
  queries: StateQueries,
  domain: DomainRef,
  filter: DataSourceFilter,
  page: NewestPage,
): Promise<DataSource[]> {
  const { after } = page;
  let query = queries
    .selectFrom('data_sources')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('project_id', '=', filter.projectId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('data_source_id')
    .limit(page.limit);
  if (filter.environmentId !== undefined) query = query.where('environment_id', '=', filter.environmentId);
  if (filter.connectionId !== undefined) query = query.where('connection_id', '=', filter.connectionId);
  if (filter.type !== undefined) query = query.where('source_type', '=', filter.type);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.name !== undefined) query = query.where('name', '=', filter.name);
  if (after !== undefined)
    query = query.where((eb) => isAfter(eb, { time: 'created_at_ms', id: 'data_source_id' }, after));
  return (await query.execute()).map(readDataSource);
}

/** Those whose creation, update or deletion is due to come to its end. */
export async function listSettling(
  queries: StateQueries,
  accountId: string,
  page: { readonly nowMs: number; readonly limit: number },
): Promise<DataSource[]> {
  const rows = await queries
    .selectFrom('data_sources')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('settles_at_ms', '<=', page.nowMs)
    .orderBy('settles_at_ms')
    .limit(page.limit)
    .execute();
  return rows.map(readDataSource);
}

/** Which of these ids still are data sources. */
export async function filterPresent(
  queries: StateQueries,
  domain: DomainRef,
  dataSourceIds: readonly string[],
): Promise<Set<string>> {
  if (dataSourceIds.length === 0) return new Set();
  const rows = await queries
    .selectFrom('data_sources')
    .select('data_source_id')
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('data_source_id', 'in', dataSourceIds)
    .execute();
  return new Set(rows.map((row) => row.data_source_id));
}

/** The wire's schedule, and our own beside it. */
export type TickKind = 'daily' | 'hourly';

/** Those whose next tick has come. */
export async function listDue(
  queries: StateQueries,
  accountId: string,
  look: { readonly kind: TickKind; readonly nowMs: number; readonly limit: number },
): Promise<DataSource[]> {
  const column = look.kind === 'daily' ? 'next_tick_ms' : 'next_hourly_tick_ms';
  const rows = await queries
    .selectFrom('data_sources')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where(column, '<=', look.nowMs)
    .orderBy(column)
    .limit(look.limit)
    .execute();
  return rows.map(readDataSource);
}
