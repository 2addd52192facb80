import type { StateQueries } from '../ports/state/state-store.ts';
import type { BucketObject, ObjectHeaders } from './buckets.ts';

export interface BucketRef {
  readonly accountId: string;
  readonly bucket: string;
}

const COLUMNS = ['key', 'object_key', 'size_bytes', 'etag', 'content_type', 'modified_at_ms', 'headers_json'] as const;

export async function findBucketObject(
  queries: StateQueries,
  ref: BucketRef,
  key: string,
): Promise<BucketObject | undefined> {
  const row = await select(queries, ref).where('key', '=', key).executeTakeFirst();
  return row === undefined ? undefined : readObject(row);
}

export async function findBucketObjects(
  queries: StateQueries,
  ref: BucketRef,
  keys: readonly string[],
): Promise<BucketObject[]> {
  if (keys.length === 0) return [];
  const rows = await select(queries, ref)
    .where('key', 'in', [...keys])
    .execute();
  return rows.map(readObject);
}

export interface ObjectPage {
  readonly prefix: string;
  /** Keys after this one. */
  readonly after?: string | undefined;
  /** Keys at or after this one. */
  readonly from?: string | undefined;
  readonly limit: number;
}

/** Objects by the bytes of their keys. */
export async function listBucketObjects(
  queries: StateQueries,
  ref: BucketRef,
  page: ObjectPage,
): Promise<BucketObject[]> {
  let query = select(queries, ref).where('key', '>=', page.prefix).orderBy('key').limit(page.limit);
  const end = prefixEnd(page.prefix);
  if (end !== undefined) query = query.where('key', '<', end);
  if (page.after !== undefined) query = query.where('key', '>', page.after);
  if (page.from !== undefined) query = query.where('key', '>=', page.from);
  return (await query.execute()).map(readObject);
}

/** The first key after all that begin with `prefix`; undefined when there is none. */
export function prefixEnd(prefix: string): string | undefined {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = nextCodePoint(last.codePointAt(0) ?? 0);
    if (next !== undefined) return points.join('') + String.fromCodePoint(next);
  }
  return undefined;
}

function nextCodePoint(point: number): number | undefined {
  if (point === 0x10ffff) return undefined;
  return point === 0xd7ff ? 0xe000 : point + 1;
}

/** Names an object, replacing what had its key. */
export async function putBucketObject(queries: StateQueries, ref: BucketRef, object: BucketObject): Promise<void> {
  const values = {
    object_key: object.objectKey,
    size_bytes: object.sizeBytes,
    etag: object.etag,
    content_type: object.contentType,
    modified_at_ms: object.modifiedAtMs,
    headers_json: object.headers === undefined ? null : JSON.stringify(object.headers),
  };
  await queries
    .insertInto('bucket_objects')
    .values({ account_id: ref.accountId, bucket: ref.bucket, key: object.key, ...values })
    .onConflict((conflict) => conflict.columns(['account_id', 'bucket', 'key']).doUpdateSet(values))
    .execute();
}

export async function deleteBucketObjects(
  queries: StateQueries,
  ref: BucketRef,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await queries
    .deleteFrom('bucket_objects')
    .where('account_id', '=', ref.accountId)
    .where('bucket', '=', ref.bucket)
    .where('key', 'in', [...keys])
    .execute();
}

/** Which of these keys of the object store an object of a bucket has. */
export async function listNamedObjectKeys(
  queries: StateQueries,
  accountId: string,
  objectKeys: readonly string[],
): Promise<Set<string>> {
  if (objectKeys.length === 0) return new Set();
  const rows = await queries
    .selectFrom('bucket_objects')
    .select('object_key')
    .where('account_id', '=', accountId)
    .where('object_key', 'in', [...objectKeys])
    .execute();
  return new Set(rows.map((row) => row.object_key));
}

function select(queries: StateQueries, ref: BucketRef) {
  return queries
    .selectFrom('bucket_objects')
    .select(COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('bucket', '=', ref.bucket);
}

interface ObjectRow {
  key: string;
  object_key: string;
  size_bytes: number;
  etag: string;
  content_type: string;
  modified_at_ms: number;
  headers_json: string | null;
}

function readObject(row: ObjectRow): BucketObject {
  return {
    key: row.key,
    objectKey: row.object_key,
    sizeBytes: row.size_bytes,
    etag: row.etag,
    contentType: row.content_type,
    modifiedAtMs: row.modified_at_ms,
    ...(row.headers_json === null ? {} : { headers: JSON.parse(row.headers_json) as ObjectHeaders }),
  };
}
