import { createHash } from 'node:crypto';
import { type BucketObject, bucketObjectKey } from '../buckets/buckets.ts';
import { findBucketObject, putBucketObject } from '../buckets/objects.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { ResultColumn } from '../ports/sql-engine.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import type { QueryExecution } from './execution.ts';

/** The answer of a query as two objects of a bucket: the rows, and beside them what the columns are. */

type Attempt = Pick<QueryExecution, 'accountId' | 'id' | 'attempts' | 'outputBucket' | 'outputKey'>;

const SUFFIXES = ['', '.metadata'] as const;
type Suffix = (typeof SUFFIXES)[number];

/** Makes the bytes durable. Nothing names them yet. The local file at `path` is taken away. */
export async function storeResult(
  objects: ObjectStore,
  attempt: Attempt,
  result: { path: string; columns: readonly ResultColumn[] },
): Promise<BucketObject[]> {
  const metadata = Buffer.from(JSON.stringify({ ColumnInfo: result.columns }));
  const rowsAt = describe(attempt, '');
  const metadataAt = describe(attempt, '.metadata');
  const { sizeBytes } = await objects.putFile(rowsAt.objectKey, result.path);
  await objects.put(metadataAt.objectKey, metadata);
  return [
    { ...rowsAt, sizeBytes },
    { ...metadataAt, sizeBytes: metadata.byteLength, contentType: 'application/json' },
  ];
}

/** Names stored objects in their bucket. */
export async function nameResult(
  tx: StateQueries,
  attempt: Attempt,
  stored: readonly BucketObject[],
  nowMs: number,
): Promise<void> {
  const ref = { accountId: attempt.accountId, bucket: attempt.outputBucket };
  for (const object of stored) await putBucketObject(tx, ref, { ...object, modifiedAtMs: nowMs });
}

/** The rows, unless the user deleted or replaced the object. */
export async function findResult(queries: StateQueries, attempt: Attempt): Promise<BucketObject | undefined> {
  const ref = { accountId: attempt.accountId, bucket: attempt.outputBucket };
  const found = await findBucketObject(queries, ref, attempt.outputKey);
  return found?.etag === etagOf(attempt, '') ? found : undefined;
}

/** Keys the objects of an attempt have in the object store. */
export function resultObjectKeys(attempt: Attempt): string[] {
  return SUFFIXES.map((suffix) => describe(attempt, suffix).objectKey);
}

function describe(attempt: Attempt, suffix: Suffix): BucketObject {
  const key = attempt.outputKey + suffix;
  return {
    key,
    // Of this attempt alone: a server taken for lost must not write over the answer of the one after it. No key of a
    // bucket comes out like this, `!` being followed by one digit.
    objectKey: `${bucketObjectKey(attempt.accountId, attempt.outputBucket, key)}!${attempt.attempts}`,
    sizeBytes: 0,
    etag: etagOf(attempt, suffix),
    contentType: key.endsWith('.csv') ? 'text/csv' : 'text/plain',
    modifiedAtMs: 0,
  };
}

/** Of the form that promises no MD5 of the bytes, as large uploads have it: an answer is not read again to hash it. */
function etagOf(attempt: Attempt, suffix: Suffix): string {
  return `${createHash('md5').update(`${attempt.id}/${attempt.attempts}${suffix}`).digest('hex')}-1`;
}
