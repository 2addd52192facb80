import { type Selectable, sql } from 'kysely';
import type { TableName } from '../core/records.ts';
import { formatDay } from '../core/time.ts';
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

/** Live files of one table that may hold an event from `fromMs`, inclusive, to `toMs`, exclusive; about in order of time. */
export async function listFilesBetween(
  queries: StateQueries,
  accountId: string,
  table: TableName,
  span: { fromMs?: number | undefined; toMs?: number | undefined },
): Promise<DataFile[]> {
  let query = selectFiles(queries, accountId)
    .where('table_name', '=', table)
    .where('removed_at_ms', 'is', null)
    .orderBy('day')
    .orderBy('first_segment_no')
    .orderBy('file_id');
  if (span.fromMs !== undefined)
    query = query.where('day', '>=', formatDay(span.fromMs)).where('max_event_ms', '>=', span.fromMs);
  if (span.toMs !== undefined)
    query = query.where('day', '<=', formatDay(span.toMs)).where('min_event_ms', '<', span.toMs);
  return (await query.execute()).map(fromRow);
}

/** Live files with rows of segments after `after`, up to `upTo`, in the order of their segments. */
export async function listFilesOfSegments(
  queries: StateQueries,
  accountId: string,
  span: { readonly after: number; readonly upTo: number },
): Promise<DataFile[]> {
  const rows = await selectFiles(queries, accountId)
    .where('first_segment_no', '>', span.after)
    .where('first_segment_no', '<=', span.upTo)
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
