import { sql } from 'kysely';
import type { TableName } from '../core/records.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import type { ContinuousExport } from './store.ts';

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
  delivery: { fileId: number; bucketKey: string; objectKey: string },
): Promise<void> {
  await queries
    .insertInto('export_deliveries')
    .values({
      account_id: accountId,
      export_id: exportId,
      file_id: delivery.fileId,
      object_key: delivery.objectKey,
      bucket_key: delivery.bucketKey,
    })
    .execute();
}

export interface Delivery {
  readonly exportId: string;
  readonly fileId: number;
  readonly bucketKey: string;
  readonly objectKey: string;
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
      'export_deliveries.object_key',
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
    objectKey: row.object_key,
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

/** Which of these keys of the object store a copy has, one in its grace included. */
export async function listDeliveredObjectKeys(
  queries: StateQueries,
  accountId: string,
  objectKeys: readonly string[],
): Promise<Set<string>> {
  if (objectKeys.length === 0) return new Set();
  const rows = await queries
    .selectFrom('export_deliveries')
    .select('object_key')
    .where('account_id', '=', accountId)
    .where('object_key', 'in', [...objectKeys])
    .execute();
  return new Set(rows.map((row) => row.object_key));
}
