import { createHash, type Hash } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { Random } from '../ports/random.ts';
import type { StateQueries, StateStore } from '../ports/state/state-store.ts';
import { type BucketObject, type ObjectHeaders, uploadedObjectKey } from './buckets.ts';
import { unnameObjects } from './garbage.ts';
import { type BucketRef, deleteBucketObjects, findBucketObjects, putBucketObject } from './objects.ts';

/**
 * What clients write into buckets. Bytes are stored under a key of their own first; one transaction then names them and
 * un-names what they replace, so that a reader sees the one or the other, whole.
 */
export interface WritePorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly random: Random;
}

export interface StoredBytes {
  readonly objectKey: string;
  readonly sizeBytes: number;
  /** MD5 of the bytes, in hex. */
  readonly md5: string;
}

/** Makes the bytes durable. Nothing names them yet. */
export async function storeBytes(
  { objects }: Pick<WritePorts, 'objects'>,
  objectKey: string,
  body: AsyncIterable<Uint8Array>,
): Promise<StoredBytes> {
  const hash = createHash('md5');
  const { sizeBytes } = await objects.putStream(objectKey, hashed(body, hash));
  return { objectKey, sizeBytes, md5: hash.digest('hex') };
}

async function* hashed(body: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}

export function storeUpload(
  ports: Pick<WritePorts, 'objects' | 'random'>,
  { accountId, bucket }: BucketRef,
  body: AsyncIterable<Uint8Array>,
): Promise<StoredBytes> {
  return storeBytes(ports, uploadedObjectKey(accountId, bucket, ports.random), body);
}

export interface NewObject {
  readonly key: string;
  readonly stored: StoredBytes;
  /** Without quotes; the MD5 when left out. */
  readonly etag?: string;
  readonly contentType: string;
  readonly headers?: ObjectHeaders | undefined;
}

/** Names stored bytes, in the caller's transaction. Returns what had the key until now. */
export async function nameUpload(
  tx: StateQueries,
  ref: BucketRef,
  { key, stored, etag, contentType, headers }: NewObject,
  nowMs: number,
): Promise<BucketObject | undefined> {
  const [replaced] = await findBucketObjects(tx, ref, [key]);
  const { objectKey, sizeBytes, md5 } = stored;
  await putBucketObject(tx, ref, {
    key,
    objectKey,
    sizeBytes,
    etag: etag ?? md5,
    contentType,
    modifiedAtMs: nowMs,
    headers,
  });
  if (replaced !== undefined) await unnameObjects(tx, ref.accountId, [replaced.objectKey], nowMs);
  return replaced;
}

/** Takes objects out of a bucket, in the caller's transaction. Returns those that were there. */
export async function removeObjects(
  tx: StateQueries,
  ref: BucketRef,
  keys: readonly string[],
  nowMs: number,
): Promise<BucketObject[]> {
  const found = await findBucketObjects(tx, ref, keys);
  await deleteBucketObjects(
    tx,
    ref,
    found.map(({ key }) => key),
  );
  await unnameObjects(
    tx,
    ref.accountId,
    found.map(({ objectKey }) => objectKey),
    nowMs,
  );
  return found;
}
