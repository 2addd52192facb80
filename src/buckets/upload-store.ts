import type { StateQueries } from '../ports/state/state-store.ts';
import type { ObjectHeaders } from './buckets.ts';
import type { BucketRef } from './objects.ts';

/** Rows of multipart uploads and of their parts. */
export interface Upload extends BucketRef {
  readonly uploadId: string;
  readonly key: string;
  readonly contentType: string;
  readonly headers?: ObjectHeaders | undefined;
  readonly startedAtMs: number;
}

export interface UploadPart {
  readonly partNo: number;
  readonly objectKey: string;
  readonly sizeBytes: number;
  /** MD5 of the bytes, in hex. */
  readonly etag: string;
  readonly modifiedAtMs: number;
}

const PART_COLUMNS = ['part_no', 'object_key', 'size_bytes', 'etag', 'modified_at_ms'] as const;

export async function insertUpload(queries: StateQueries, upload: Upload): Promise<void> {
  await queries
    .insertInto('multipart_uploads')
    .values({
      account_id: upload.accountId,
      upload_id: upload.uploadId,
      bucket: upload.bucket,
      key: upload.key,
      content_type: upload.contentType,
      headers_json: upload.headers === undefined ? null : JSON.stringify(upload.headers),
      started_at_ms: upload.startedAtMs,
    })
    .execute();
}

export async function findUpload(
  queries: StateQueries,
  accountId: string,
  uploadId: string,
): Promise<Upload | undefined> {
  const row = await queries
    .selectFrom('multipart_uploads')
    .select(['bucket', 'key', 'content_type', 'headers_json', 'started_at_ms'])
    .where('account_id', '=', accountId)
    .where('upload_id', '=', uploadId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    accountId,
    uploadId,
    bucket: row.bucket,
    key: row.key,
    contentType: row.content_type,
    startedAtMs: row.started_at_ms,
    ...(row.headers_json === null ? {} : { headers: JSON.parse(row.headers_json) as ObjectHeaders }),
  };
}

/** Ids of uploads of a bucket, or of those that began before a time. */
export async function listUploadIds(
  queries: StateQueries,
  accountId: string,
  of: { readonly bucket: string } | { readonly beforeMs: number },
): Promise<string[]> {
  const query = queries.selectFrom('multipart_uploads').select('upload_id').where('account_id', '=', accountId);
  const rows = await ('bucket' in of
    ? query.where('bucket', '=', of.bucket)
    : query.where('started_at_ms', '<', of.beforeMs)
  ).execute();
  return rows.map((row) => row.upload_id);
}

/** Returns the parts that went with it. */
export async function deleteUpload(queries: StateQueries, accountId: string, uploadId: string): Promise<UploadPart[]> {
  const parts = await listParts(queries, accountId, uploadId);
  for (const table of ['multipart_parts', 'multipart_uploads'] as const)
    await queries.deleteFrom(table).where('account_id', '=', accountId).where('upload_id', '=', uploadId).execute();
  return parts;
}

export async function findPart(
  queries: StateQueries,
  upload: Pick<Upload, 'accountId' | 'uploadId'>,
  partNo: number,
): Promise<UploadPart | undefined> {
  const row = await queries
    .selectFrom('multipart_parts')
    .select(PART_COLUMNS)
    .where('account_id', '=', upload.accountId)
    .where('upload_id', '=', upload.uploadId)
    .where('part_no', '=', partNo)
    .executeTakeFirst();
  return row === undefined ? undefined : readPart(row);
}

/** By number; at most the 10,000 that an upload may have. */
export async function listParts(
  queries: StateQueries,
  accountId: string,
  uploadId: string,
  page: { readonly after: number; readonly limit: number } = { after: 0, limit: 10_000 },
): Promise<UploadPart[]> {
  const rows = await queries
    .selectFrom('multipart_parts')
    .select(PART_COLUMNS)
    .where('account_id', '=', accountId)
    .where('upload_id', '=', uploadId)
    .where('part_no', '>', page.after)
    .orderBy('part_no')
    .limit(page.limit)
    .execute();
  return rows.map(readPart);
}

/** Which of these keys of the object store a part has. */
export async function listPartObjectKeys(
  queries: StateQueries,
  accountId: string,
  objectKeys: readonly string[],
): Promise<Set<string>> {
  if (objectKeys.length === 0) return new Set();
  const rows = await queries
    .selectFrom('multipart_parts')
    .select('object_key')
    .where('account_id', '=', accountId)
    .where('object_key', 'in', [...objectKeys])
    .execute();
  return new Set(rows.map((row) => row.object_key));
}

export async function putPart(
  queries: StateQueries,
  upload: Pick<Upload, 'accountId' | 'uploadId'>,
  part: UploadPart,
): Promise<void> {
  const values = {
    object_key: part.objectKey,
    size_bytes: part.sizeBytes,
    etag: part.etag,
    modified_at_ms: part.modifiedAtMs,
  };
  await queries
    .insertInto('multipart_parts')
    .values({ account_id: upload.accountId, upload_id: upload.uploadId, part_no: part.partNo, ...values })
    .onConflict((conflict) => conflict.columns(['account_id', 'upload_id', 'part_no']).doUpdateSet(values))
    .execute();
}

function readPart(row: {
  part_no: number;
  object_key: string;
  size_bytes: number;
  etag: string;
  modified_at_ms: number;
}): UploadPart {
  return {
    partNo: row.part_no,
    objectKey: row.object_key,
    sizeBytes: row.size_bytes,
    etag: row.etag,
    modifiedAtMs: row.modified_at_ms,
  };
}
