import type { CompiledQuery, Selectable } from 'kysely';
import type { ContinuousExportsTable } from '../ports/state/schema.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import { type ExportState, LIVE_STATES, type StatusDetail, WORKING_STATES } from './continuous-export-states.ts';

export interface ContinuousExport {
  readonly accountId: string;
  readonly exportId: string;
  readonly status: ExportState;
  readonly statusDetail: StatusDetail | undefined;
  readonly bucket: string;
  readonly database: string;
  readonly startedAtMs: number;
  readonly stoppedAtMs: number | undefined;
  readonly afterSegmentNo: number;
  readonly stopSegmentNo: number | undefined;
}

const COLUMNS = [
  'account_id',
  'export_id',
  'status',
  'status_detail',
  'bucket',
  'database_name',
  'started_at_ms',
  'stopped_at_ms',
  'after_segment_no',
  'stop_segment_no',
] as const;

function read(row: Selectable<ContinuousExportsTable>): ContinuousExport {
  return {
    accountId: row.account_id,
    exportId: row.export_id,
    status: row.status as ExportState,
    statusDetail: (row.status_detail as StatusDetail | null) ?? undefined,
    bucket: row.bucket,
    database: row.database_name,
    startedAtMs: row.started_at_ms,
    stoppedAtMs: row.stopped_at_ms ?? undefined,
    afterSegmentNo: row.after_segment_no,
    stopSegmentNo: row.stop_segment_no ?? undefined,
  };
}

export async function findExport(
  queries: StateQueries,
  accountId: string,
  exportId: string,
): Promise<ContinuousExport | undefined> {
  const row = await queries
    .selectFrom('continuous_exports')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('export_id', '=', exportId)
    .executeTakeFirst();
  return row === undefined ? undefined : read(row);
}

export async function findLiveExport(queries: StateQueries, accountId: string): Promise<ContinuousExport | undefined> {
  const row = await queries
    .selectFrom('continuous_exports')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('status', 'in', [...LIVE_STATES])
    .executeTakeFirst();
  return row === undefined ? undefined : read(row);
}

export interface ExportPosition {
  readonly startedAtMs: number;
  readonly exportId: string;
}

type ExportRow = Pick<Selectable<ContinuousExportsTable>, (typeof COLUMNS)[number]>;

/** The first page of all exports, per connection. It is asked over and over, and compiling it costs more than asking. */
const firstPages = new WeakMap<StateQueries, CompiledQuery<ExportRow>>();

function compileFirstPage(queries: StateQueries): CompiledQuery<ExportRow> {
  const known = firstPages.get(queries);
  if (known !== undefined) return known;
  const compiled = selectNewest(queries, '', 0).compile();
  firstPages.set(queries, compiled);
  return compiled;
}

function selectNewest(queries: StateQueries, accountId: string, limit: number) {
  return queries
    .selectFrom('continuous_exports')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .orderBy('started_at_ms', 'desc')
    .orderBy('export_id')
    .limit(limit);
}

/** Newest first. */
export async function listExports(
  queries: StateQueries,
  accountId: string,
  page: { after?: ExportPosition | undefined; limit: number; exportIds?: readonly string[] | undefined },
): Promise<ContinuousExport[]> {
  const { after, exportIds, limit } = page;
  if (exportIds === undefined && after === undefined) {
    const compiled = { ...compileFirstPage(queries), parameters: [accountId, limit] };
    return (await queries.executeQuery<ExportRow>(compiled)).rows.map(read);
  }
  let query = selectNewest(queries, accountId, limit);
  if (exportIds !== undefined) query = query.where('export_id', 'in', [...exportIds]);
  if (after !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('started_at_ms', '<', after.startedAtMs),
        eb.and([eb('started_at_ms', '=', after.startedAtMs), eb('export_id', '>', after.exportId)]),
      ]),
    );
  }
  return (await query.execute()).map(read);
}

/** Every export that is not over: what it has not delivered may still be asked of it. */
export async function listLiveExports(queries: StateQueries, accountId: string): Promise<ContinuousExport[]> {
  return listInStates(queries, accountId, LIVE_STATES);
}

/** The exports there is something to do for now. */
export async function listWorkingExports(queries: StateQueries, accountId: string): Promise<ContinuousExport[]> {
  return listInStates(queries, accountId, WORKING_STATES);
}

async function listInStates(
  queries: StateQueries,
  accountId: string,
  states: readonly ExportState[],
): Promise<ContinuousExport[]> {
  const rows = await queries
    .selectFrom('continuous_exports')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('status', 'in', [...states])
    .execute();
  return rows.map(read);
}

export async function insertExport(queries: StateQueries, value: ContinuousExport): Promise<void> {
  await queries
    .insertInto('continuous_exports')
    .values({
      account_id: value.accountId,
      export_id: value.exportId,
      status: value.status,
      status_detail: value.statusDetail ?? null,
      bucket: value.bucket,
      database_name: value.database,
      started_at_ms: value.startedAtMs,
      stopped_at_ms: value.stoppedAtMs ?? null,
      after_segment_no: value.afterSegmentNo,
      stop_segment_no: value.stopSegmentNo ?? null,
    })
    .execute();
}

/** Moves an export out of `from`. False: it was not there any more. */
export async function updateStatus(
  queries: StateQueries,
  target: { accountId: string; exportId: string; from: ExportState },
  change: {
    status: ExportState;
    statusDetail?: StatusDetail | undefined;
    stoppedAtMs?: number;
    stopSegmentNo?: number | null;
  },
): Promise<boolean> {
  const result = await queries
    .updateTable('continuous_exports')
    .set({
      status: change.status,
      status_detail: change.statusDetail ?? null,
      ...(change.stoppedAtMs === undefined ? {} : { stopped_at_ms: change.stoppedAtMs }),
      ...(change.stopSegmentNo === undefined ? {} : { stop_segment_no: change.stopSegmentNo }),
    })
    .where('account_id', '=', target.accountId)
    .where('export_id', '=', target.exportId)
    .where('status', '=', target.from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** How far an account's log goes, and how far it is in Parquet. */
export async function readLog(
  queries: StateQueries,
  accountId: string,
): Promise<{ lastSegmentNo: number; rolledSegmentNo: number }> {
  const row = await queries
    .selectFrom('segment_logs')
    .select(['last_segment_no', 'rolled_segment_no'])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return { lastSegmentNo: row?.last_segment_no ?? 0, rolledSegmentNo: row?.rolled_segment_no ?? 0 };
}
