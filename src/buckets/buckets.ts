import { bytesForBase36, takeBase36 } from '../core/ids.ts';
import type { Random } from '../ports/random.ts';
import type { StateQueries } from '../ports/state/state-store.ts';

const UNIQUE_CHARACTERS = 25;

export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly createdAtMs: number;
}

/** An object as a bucket shows it. `objectKey` is where its bytes are in the object store. */
export interface BucketObject {
  readonly key: string;
  readonly objectKey: string;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly contentType: string;
  readonly modifiedAtMs: number;
  readonly headers?: ObjectHeaders | undefined;
}

/** What else a client wants to be told with the bytes. */
export interface ObjectHeaders {
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly expires?: string | undefined;
  /** `x-amz-meta-…`, without that. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export async function findBucket(queries: StateQueries, accountId: string, name: string): Promise<Bucket | undefined> {
  const row = await queries
    .selectFrom('buckets')
    .select(['bucket', 'region', 'created_at_ms'])
    .where('account_id', '=', accountId)
    .where('bucket', '=', name)
    .executeTakeFirst();
  return row === undefined ? undefined : { name: row.bucket, region: row.region, createdAtMs: row.created_at_ms };
}

export async function listBuckets(
  queries: StateQueries,
  accountId: string,
  page: { after?: string; limit: number; prefix?: string; region?: string },
): Promise<Bucket[]> {
  let query = queries
    .selectFrom('buckets')
    .select(['bucket', 'region', 'created_at_ms'])
    .where('account_id', '=', accountId)
    .where('bucket', '>', page.after ?? '')
    .orderBy('bucket')
    .limit(page.limit);
  // Bucket names are ASCII, so every name that begins with the prefix sorts before the prefix and the last character.
  if (page.prefix !== undefined)
    query = query.where('bucket', '>=', page.prefix).where('bucket', '<', `${page.prefix}\u{10ffff}`);
  if (page.region !== undefined) query = query.where('region', '=', page.region);
  const rows = await query.execute();
  return rows.map((row) => ({ name: row.bucket, region: row.region, createdAtMs: row.created_at_ms }));
}

export async function countBuckets(queries: StateQueries, accountId: string): Promise<number> {
  const row = await queries
    .selectFrom('buckets')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** False when the name is taken. */
export async function insertBucket(queries: StateQueries, accountId: string, bucket: Bucket): Promise<boolean> {
  const result = await queries
    .insertInto('buckets')
    .values({ account_id: accountId, bucket: bucket.name, region: bucket.region, created_at_ms: bucket.createdAtMs })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function deleteBucket(queries: StateQueries, accountId: string, name: string): Promise<void> {
  await queries.deleteFrom('buckets').where('account_id', '=', accountId).where('bucket', '=', name).execute();
}

/**
 * Where the bytes of a bucket's object are. What object keys do not have is written `!xx`, its UTF-8 in hex; an empty
 * segment is `!`.
 */
export function bucketObjectKey(accountId: string, bucket: string, key: string): string {
  return `${bucketPrefix(accountId)}${bucket}/${key.split('/').map(escapeSegment).join('/')}`;
}

/** For bytes that a client sends: no other object of the account ever has this key, the one they replace included. */
export function uploadedObjectKey(accountId: string, bucket: string, random: Random): string {
  const unique = takeBase36(random.bytes(bytesForBase36(UNIQUE_CHARACTERS)), UNIQUE_CHARACTERS);
  // No key of a bucket comes out like this, `!` being followed by hex digits.
  return `${bucketPrefix(accountId)}${bucket}/!u/${unique}`;
}

/** Whether the key is one of `uploadedObjectKey`, so that nothing else will be stored under it. */
export function isUploadedObjectKey(objectKey: string): boolean {
  return /^buckets\/[^/]+\/[^/]+\/!u\//.test(objectKey);
}

/** What the keys of all objects of an account's buckets begin with. */
export function bucketPrefix(accountId: string): string {
  return `buckets/${accountId}/`;
}

function escapeSegment(segment: string): string {
  if (segment === '') return '!';
  if (segment === '.' || segment === '..') return segment.replaceAll('.', '!2e');
  return segment.replace(/[^A-Za-z0-9._=*'()@:,&+$ -]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `!${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
