import { type CompiledQuery, type Selectable, sql } from 'kysely';
import type { TableName } from '../core/records.ts';
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

export async function listWorkingExports(queries: StateQueries, accountId: string): Promise<ContinuousExport[]> {
  const rows = await queries
    .selectFrom('continuous_exports')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('status', 'in', [...WORKING_STATES])
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

export interface UndeliveredFile {
  readonly fileId: number;
  readonly table: TableName;
  readonly day: string;
  readonly objectKey: string;
  readonly sizeBytes: number;
  readonly checksum: string;
}

/** Live files of the export's time that it has not delivered, in order. */
export async function listUndelivered(
  queries: StateQueries,
  value: ContinuousExport,
  limit: number,
): Promise<UndeliveredFile[]> {
  let query = queries
    .selectFrom('data_files')
    .select(['file_id', 'table_name', 'day', 'object_key', 'size_bytes', 'checksum'])
    .where('account_id', '=', value.accountId)
    .where('first_segment_no', '>', value.afterSegmentNo)
    .where('removed_at_ms', 'is', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('export_deliveries')
            .select(sql<number>`1`.as('one'))
            .whereRef('export_deliveries.account_id', '=', 'data_files.account_id')
            .where('export_deliveries.export_id', '=', value.exportId)
            .whereRef('export_deliveries.file_id', '=', 'data_files.file_id'),
        ),
      ),
    )
    .orderBy('file_id')
    .limit(limit);
  if (value.stopSegmentNo !== undefined) query = query.where('first_segment_no', '<=', value.stopSegmentNo);
  const rows = await query.execute();
  return rows.map((row) => ({
    fileId: row.file_id,
    table: row.table_name as TableName,
    day: row.day,
    objectKey: row.object_key,
    sizeBytes: row.size_bytes,
    checksum: row.checksum,
  }));
}

/** Whether none of the files was compacted or removed since it was listed. */
export async function areLive(
  queries: StateQueries,
  accountId: string,
  files: readonly UndeliveredFile[],
): Promise<boolean> {
  const row = await queries
    .selectFrom('data_files')
    .select((eb) => eb.fn.countAll<number>().as('live'))
    .where('account_id', '=', accountId)
    .where('removed_at_ms', 'is', null)
    .where(
      'file_id',
      'in',
      files.map((file) => file.fileId),
    )
    .executeTakeFirstOrThrow();
  return row.live === files.length;
}

export async function insertDelivery(
  queries: StateQueries,
  accountId: string,
  exportId: string,
  delivery: { fileId: number; bucketKey: string },
): Promise<void> {
  await queries
    .insertInto('export_deliveries')
    .values({ account_id: accountId, export_id: exportId, file_id: delivery.fileId, bucket_key: delivery.bucketKey })
    .execute();
}

export interface Delivery {
  readonly exportId: string;
  readonly fileId: number;
  readonly bucketKey: string;
  readonly bucket: string;
}

export async function listDeliveries(
  queries: StateQueries,
  accountId: string,
  fileIds: readonly number[],
): Promise<Delivery[]> {
  if (fileIds.length === 0) return [];
  const rows = await queries
    .selectFrom('export_deliveries')
    .innerJoin('continuous_exports', (join) =>
      join
        .onRef('continuous_exports.account_id', '=', 'export_deliveries.account_id')
        .onRef('continuous_exports.export_id', '=', 'export_deliveries.export_id'),
    )
    .select([
      'export_deliveries.export_id',
      'export_deliveries.file_id',
      'export_deliveries.bucket_key',
      'continuous_exports.bucket',
    ])
    .where('export_deliveries.account_id', '=', accountId)
    .where('export_deliveries.file_id', 'in', [...fileIds])
    .orderBy('export_deliveries.file_id')
    .orderBy('export_deliveries.export_id')
    .execute();
  return rows.map((row) => ({
    exportId: row.export_id,
    fileId: row.file_id,
    bucketKey: row.bucket_key,
    bucket: row.bucket,
  }));
}

export async function deleteDeliveries(
  queries: StateQueries,
  accountId: string,
  fileIds: readonly number[],
): Promise<void> {
  if (fileIds.length === 0) return;
  await queries
    .deleteFrom('export_deliveries')
    .where('account_id', '=', accountId)
    .where('file_id', 'in', [...fileIds])
    .execute();
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

/** The text of a setting, chosen by `create` the first time it is asked for. */
export async function ensureSetting(queries: StateQueries, name: string, create: () => string): Promise<string> {
  await queries
    .insertInto('settings')
    .values({ name, value: create() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await queries.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  return row.value;
}
