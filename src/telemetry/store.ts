import { type Selectable, sql } from 'kysely';
import type { TableName } from '../core/records.ts';
import type { DataFilesTable } from '../ports/state/schema.ts';
import type { StateQueries } from '../ports/state/state-store.ts';

/** A Parquet file of our own copy. */
export interface DataFile {
  readonly fileId: number;
  readonly table: TableName;
  readonly day: string;
  readonly objectKey: string;
  readonly firstSegmentNo: number;
  readonly lastSegmentNo: number;
  /** 0: rolled; else the number of compactions behind it. */
  readonly pass: number;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly checksum: string;
  readonly minEventMs: number;
  readonly maxEventMs: number;
  readonly createdAtMs: number;
}

export type NewDataFile = Omit<DataFile, 'fileId'>;

export interface SegmentRow {
  readonly segmentNo: number;
  readonly objectKey: string;
  readonly sizeBytes: number;
  readonly committedAtMs: number;
}

export interface LogCursor {
  readonly lastSegmentNo: number;
  readonly rolledSegmentNo: number;
  readonly claimedSegmentNo: number | undefined;
}

export async function readCursor(queries: StateQueries, accountId: string): Promise<LogCursor> {
  const row = await queries
    .selectFrom('segment_logs')
    .select(['last_segment_no', 'rolled_segment_no', 'claimed_segment_no'])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  if (row === undefined) return { lastSegmentNo: 0, rolledSegmentNo: 0, claimedSegmentNo: undefined };
  return {
    lastSegmentNo: row.last_segment_no,
    rolledSegmentNo: row.rolled_segment_no,
    claimedSegmentNo: row.claimed_segment_no ?? undefined,
  };
}

/** Segments after the cursor, in order. */
export async function listSegments(
  queries: StateQueries,
  accountId: string,
  after: number,
  limit: number,
): Promise<SegmentRow[]> {
  const rows = await queries
    .selectFrom('segments')
    .select(['segment_no', 'object_key', 'size_bytes', 'committed_at_ms'])
    .where('account_id', '=', accountId)
    .where('segment_no', '>', after)
    .orderBy('segment_no')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    segmentNo: row.segment_no,
    objectKey: row.object_key,
    sizeBytes: row.size_bytes,
    committedAtMs: row.committed_at_ms,
  }));
}

/** What waits to be rolled: its size and its oldest commit. */
export async function readBacklog(
  queries: StateQueries,
  accountId: string,
): Promise<{ bytes: number; oldestMs: number | undefined }> {
  const row = await queries
    .selectFrom('segments')
    .select((eb) => [
      eb.fn.sum<number | null>('size_bytes').as('bytes'),
      eb.fn.min<number | null>('committed_at_ms').as('oldest'),
    ])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return { bytes: row?.bytes ?? 0, oldestMs: row?.oldest ?? undefined };
}

export async function claimSegments(queries: StateQueries, accountId: string, upTo: number): Promise<void> {
  await queries
    .updateTable('segment_logs')
    .set({ claimed_segment_no: upTo })
    .where('account_id', '=', accountId)
    .execute();
}

/** Moves the cursor to the end of the claim and forgets its segments. False: the cursor was not where the roll began. */
export async function finishClaim(
  queries: StateQueries,
  accountId: string,
  claim: { after: number; upTo: number },
): Promise<boolean> {
  const moved = await queries
    .updateTable('segment_logs')
    .set({ rolled_segment_no: claim.upTo, claimed_segment_no: null })
    .where('account_id', '=', accountId)
    .where('rolled_segment_no', '=', claim.after)
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) return false;
  await queries
    .deleteFrom('segments')
    .where('account_id', '=', accountId)
    .where('segment_no', '<=', claim.upTo)
    .execute();
  return true;
}

/** Rows of one INSERT: SQLite takes 32,766 values in a statement. */
const FILES_A_STATEMENT = 1000;

/** Names files; their ids are given out in order and never again. */
export async function insertFiles(
  queries: StateQueries,
  accountId: string,
  files: readonly NewDataFile[],
): Promise<number[]> {
  if (files.length === 0) return [];
  const log = await queries
    .updateTable('segment_logs')
    .set({ last_file_id: sql`last_file_id + ${files.length}` })
    .where('account_id', '=', accountId)
    .returning('last_file_id')
    .executeTakeFirstOrThrow();
  const ids = files.map((_, index) => log.last_file_id - files.length + 1 + index);
  for (let from = 0; from < files.length; from += FILES_A_STATEMENT) {
    const rows = files.slice(from, from + FILES_A_STATEMENT).map((file, index) => ({
      account_id: accountId,
      file_id: ids[from + index] ?? 0,
      ...toRow(file),
      removed_at_ms: null,
    }));
    await queries.insertInto('data_files').values(rows).execute();
  }
  return ids;
}

function toRow(file: NewDataFile) {
  return {
    table_name: file.table,
    day: file.day,
    object_key: file.objectKey,
    first_segment_no: file.firstSegmentNo,
    last_segment_no: file.lastSegmentNo,
    pass: file.pass,
    rows: file.rows,
    size_bytes: file.sizeBytes,
    checksum: file.checksum,
    min_event_ms: file.minEventMs,
    max_event_ms: file.maxEventMs,
    created_at_ms: file.createdAtMs,
  };
}

const FILE_COLUMNS = [
  'account_id',
  'file_id',
  'table_name',
  'day',
  'object_key',
  'first_segment_no',
  'last_segment_no',
  'pass',
  'rows',
  'size_bytes',
  'checksum',
  'min_event_ms',
  'max_event_ms',
  'created_at_ms',
  'removed_at_ms',
] as const;

function fromRow(row: Selectable<DataFilesTable>): DataFile {
  return {
    fileId: row.file_id,
    table: row.table_name as TableName,
    day: row.day,
    objectKey: row.object_key,
    firstSegmentNo: row.first_segment_no,
    lastSegmentNo: row.last_segment_no,
    pass: row.pass,
    rows: row.rows,
    sizeBytes: row.size_bytes,
    checksum: row.checksum,
    minEventMs: row.min_event_ms,
    maxEventMs: row.max_event_ms,
    createdAtMs: row.created_at_ms,
  };
}

function selectFiles(queries: StateQueries, accountId: string) {
  return queries.selectFrom('data_files').select(FILE_COLUMNS).where('account_id', '=', accountId);
}

/** Live files of one table and day, by the segments they hold. */
export async function listDayFiles(
  queries: StateQueries,
  accountId: string,
  table: string,
  day: string,
): Promise<DataFile[]> {
  const rows = await selectFiles(queries, accountId)
    .where('table_name', '=', table)
    .where('day', '=', day)
    .where('removed_at_ms', 'is', null)
    .orderBy('first_segment_no')
    .orderBy('file_id')
    .execute();
  return rows.map(fromRow);
}

export interface DayCount {
  readonly table: TableName;
  readonly day: string;
  readonly files: number;
}

/** One row per table and day that has live files. */
export async function listDayCounts(queries: StateQueries, accountId: string): Promise<DayCount[]> {
  const rows = await queries
    .selectFrom('data_files')
    .select((eb) => ['table_name', 'day', eb.fn.countAll<number>().as('files')])
    .where('account_id', '=', accountId)
    .where('removed_at_ms', 'is', null)
    .groupBy(['table_name', 'day'])
    .orderBy('table_name')
    .orderBy('day')
    .execute();
  return rows.map((row) => ({ table: row.table_name as TableName, day: row.day, files: row.files }));
}

/** Un-names files. Returns how many of them were still live. */
export async function removeFiles(
  queries: StateQueries,
  accountId: string,
  fileIds: readonly number[],
  nowMs: number,
): Promise<number> {
  if (fileIds.length === 0) return 0;
  const result = await queries
    .updateTable('data_files')
    .set({ removed_at_ms: nowMs })
    .where('account_id', '=', accountId)
    .where('file_id', 'in', [...fileIds])
    .where('removed_at_ms', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Files un-named before `beforeMs`: their bytes may go. */
export async function listRemovedFiles(
  queries: StateQueries,
  accountId: string,
  beforeMs: number,
  limit: number,
): Promise<DataFile[]> {
  const rows = await selectFiles(queries, accountId)
    .where('removed_at_ms', '<', beforeMs)
    .orderBy('file_id')
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

export async function forgetFiles(queries: StateQueries, accountId: string, fileIds: readonly number[]): Promise<void> {
  if (fileIds.length === 0) return;
  await queries
    .deleteFrom('data_files')
    .where('account_id', '=', accountId)
    .where('file_id', 'in', [...fileIds])
    .execute();
}

/** Which of these keys a file has, live or in its grace. */
export async function listNamedKeys(
  queries: StateQueries,
  accountId: string,
  keys: readonly string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await queries
    .selectFrom('data_files')
    .select('object_key')
    .where('account_id', '=', accountId)
    .where('object_key', 'in', [...keys])
    .execute();
  return new Set(rows.map((row) => row.object_key));
}

/** Agents whose rows one statement tells of. */
const AGENTS_A_STATEMENT = 500;

/** All rows of these agents up to this event time are visible now. */
export async function recordVisibleThrough(
  queries: StateQueries,
  accountId: string,
  agents: ReadonlyMap<string, number>,
): Promise<void> {
  const all = [...agents];
  for (let from = 0; from < all.length; from += AGENTS_A_STATEMENT) {
    const rows = all
      .slice(from, from + AGENTS_A_STATEMENT)
      .map(([agentId, visibleMs]) => sql`(${agentId}, ${visibleMs})`);
    await sql`update agents set visible_through_ms = reported.column2 from (values ${sql.join(rows)}) as reported
      where account_id = ${accountId} and agent_id = reported.column1
        and (visible_through_ms is null or visible_through_ms < reported.column2)`.execute(queries);
  }
}

/** Moves a table's watermark forward, never back. */
export async function advanceWatermark(
  queries: StateQueries,
  accountId: string,
  table: string,
  validThroughMs: number,
): Promise<void> {
  await queries
    .insertInto('watermarks')
    .values({ account_id: accountId, table_name: table, valid_through_ms: validThroughMs })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'table_name'])
        .doUpdateSet({ valid_through_ms: validThroughMs })
        .where('watermarks.valid_through_ms', '<', validThroughMs),
    )
    .execute();
}

export async function listWatermarks(queries: StateQueries, accountId: string): Promise<Map<string, number>> {
  const rows = await queries
    .selectFrom('watermarks')
    .select(['table_name', 'valid_through_ms'])
    .where('account_id', '=', accountId)
    .execute();
  return new Map(rows.map((row) => [row.table_name, row.valid_through_ms]));
}
