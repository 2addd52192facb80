import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { DataSourceRunsTable } from '../../ports/state/governance-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import type { DataSourceRef } from '../data-sources/data-source.ts';
import { type Failure, readFailure } from '../data-sources/failure.ts';
import { isAfter, type NewestPage } from '../newest-first.ts';
import { type Counter, LIVE_STATES, type RunState, type RunType } from './run-states.ts';

export interface RunRef extends DomainRef {
  readonly runId: string;
}

export type LineageStatus = 'IN_PROGRESS' | 'SUCCESS' | 'FAILED' | 'PARTIALLY_SUCCEEDED';

export interface DataSourceRun extends RunRef {
  readonly dataSourceId: string;
  readonly projectId: string;
  readonly type: RunType;
  readonly status: RunState;
  /** The source's configuration as it was at the start, canonical JSON: what the run goes by. */
  readonly snapshot: string;
  readonly counts: Readonly<Record<Counter, number>>;
  /** How many of the failed were only not published. */
  readonly publishingFailed: number;
  readonly failure: Failure | undefined;
  /** How far lineage of its tables has been told; undefined when there was nothing to tell. */
  readonly lineageStatus: LineageStatus | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly stoppedAtMs: number | undefined;
}

const COLUMNS = [
  'account_id',
  'domain_id',
  'run_id',
  'data_source_id',
  'project_id',
  'run_type',
  'status',
  'snapshot_json',
  'added',
  'updated',
  'unchanged',
  'skipped',
  'failed',
  'publishing_failed',
  'error_type',
  'error_detail',
  'lineage_status',
  'created_at_ms',
  'updated_at_ms',
  'started_at_ms',
  'stopped_at_ms',
] as const;

/** Literally, as the indexes of live runs have it: parameters would keep the planner from them. */
const IS_LIVE = sql<boolean>`status in (${sql.join(LIVE_STATES.map((state) => sql.lit(state)))})`;

export async function insertRun(queries: StateQueries, row: Insertable<DataSourceRunsTable>): Promise<void> {
  await queries.insertInto('data_source_runs').values(row).execute();
}

export async function findRun(queries: StateQueries, ref: RunRef): Promise<DataSourceRun | undefined> {
  const row = await queries
    .selectFrom('data_source_runs')
    .select(COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('run_id', '=', ref.runId)
    .executeTakeFirst();
  return row === undefined ? undefined : readRun(row);
}

export async function findLiveRun(queries: StateQueries, ref: DataSourceRef): Promise<DataSourceRun | undefined> {
  const row = await queries
    .selectFrom('data_source_runs')
    .select(COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('data_source_id', '=', ref.dataSourceId)
    .where(IS_LIVE)
    .executeTakeFirst();
  return row === undefined ? undefined : readRun(row);
}

/** Of the account, oldest first. */
export async function listLiveRuns(queries: StateQueries, accountId: string, limit: number): Promise<DataSourceRun[]> {
  const rows = await queries
    .selectFrom('data_source_runs')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where(IS_LIVE)
    .orderBy('created_at_ms')
    .orderBy('run_id')
    .limit(limit)
    .execute();
  return rows.map(readRun);
}

export async function listRuns(
  queries: StateQueries,
  source: DataSourceRef,
  page: NewestPage & { readonly status?: string | undefined },
): Promise<DataSourceRun[]> {
  const { after, status } = page;
  let query = queries
    .selectFrom('data_source_runs')
    .select(COLUMNS)
    .where('account_id', '=', source.accountId)
    .where('domain_id', '=', source.domainId)
    .where('data_source_id', '=', source.dataSourceId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('run_id')
    .limit(page.limit);
  if (status !== undefined) query = query.where('status', '=', status);
  if (after !== undefined) query = query.where((eb) => isAfter(eb, { time: 'created_at_ms', id: 'run_id' }, after));
  return (await query.execute()).map(readRun);
}

/** Runs of a source made at or after `sinceMs`. */
export async function countRunsSince(queries: StateQueries, source: DataSourceRef, sinceMs: number): Promise<number> {
  const row = await queries
    .selectFrom('data_source_runs')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', source.accountId)
    .where('domain_id', '=', source.domainId)
    .where('data_source_id', '=', source.dataSourceId)
    .where('created_at_ms', '>=', sinceMs)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** False when the run is not in `from` any more. */
export async function updateRun(
  queries: StateQueries,
  ref: RunRef,
  from: RunState,
  changes: Updateable<DataSourceRunsTable>,
): Promise<boolean> {
  const done = await queries
    .updateTable('data_source_runs')
    .set(changes)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('run_id', '=', ref.runId)
    .where('status', '=', from)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

export async function markLineage(queries: StateQueries, ref: RunRef, status: LineageStatus): Promise<void> {
  await queries
    .updateTable('data_source_runs')
    .set({ lineage_status: status })
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('run_id', '=', ref.runId)
    .execute();
}

/** Adds to the counters of a run. False when it is not RUNNING any more. */
export async function addToCounters(
  queries: StateQueries,
  ref: RunRef,
  more: Readonly<Record<Counter, number>> & { readonly publishingFailed: number; readonly nowMs: number },
): Promise<boolean> {
  const done = await queries
    .updateTable('data_source_runs')
    .set((eb) => ({
      added: eb('added', '+', more.added),
      updated: eb('updated', '+', more.updated),
      unchanged: eb('unchanged', '+', more.unchanged),
      skipped: eb('skipped', '+', more.skipped),
      failed: eb('failed', '+', more.failed),
      publishing_failed: eb('publishing_failed', '+', more.publishingFailed),
      updated_at_ms: more.nowMs,
    }))
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('run_id', '=', ref.runId)
    .where('status', '=', 'RUNNING')
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

type RunRow = Selectable<DataSourceRunsTable>;

function readRun(row: RunRow): DataSourceRun {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    runId: row.run_id,
    dataSourceId: row.data_source_id,
    projectId: row.project_id,
    type: row.run_type as RunType,
    status: row.status as RunState,
    snapshot: row.snapshot_json,
    counts: {
      added: row.added,
      updated: row.updated,
      unchanged: row.unchanged,
      skipped: row.skipped,
      failed: row.failed,
    },
    publishingFailed: row.publishing_failed,
    failure: readFailure(row.error_type, row.error_detail),
    lineageStatus: (row.lineage_status as LineageStatus | null) ?? undefined,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    startedAtMs: row.started_at_ms ?? undefined,
    stoppedAtMs: row.stopped_at_ms ?? undefined,
  };
}
