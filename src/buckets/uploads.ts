import { createHash } from 'node:crypto';
import { bytesForBase36, takeBase36 } from '../core/ids.ts';
import { DAY_MS } from '../core/time.ts';
import { ObjectMissingError, type ObjectStore } from '../ports/objects.ts';
import type { StateTransaction } from '../ports/state/state-store.ts';
import type { BucketObject, ObjectHeaders } from './buckets.ts';
import { PartTooSmallError, PartUnknownError, UploadUnknownError } from './errors.ts';
import type { BucketRef } from './objects.ts';
import type { Upload, UploadPart } from './upload-store.ts';
import * as store from './upload-store.ts';
import { nameUpload, type StoredBytes, storeBytes, storeUpload, type WritePorts } from './write-objects.ts';

/** Multipart uploads: parts are objects of their own until they are put together under one key. */

/** The smallest part that is not the last. */
export const PART_BYTES_MIN = 5 * 1024 * 1024;
export const PARTS_MAX = 10_000;
/** After this long an upload that nobody ended is given up. */
export const UPLOAD_AGE_MS_MAX = 7 * DAY_MS;
const ID_CHARACTERS = 40;

export interface NamedPart {
  readonly partNo: number;
  readonly etag: string;
}

export interface Completion {
  readonly uploadId: string;
  readonly key: string;
  readonly parts: readonly NamedPart[];
  /** Called in the transaction that names the object, before it does. */
  readonly check: (tx: StateTransaction) => Promise<void>;
}

export async function startUpload(
  { state, clock, random }: Pick<WritePorts, 'state' | 'clock' | 'random'>,
  ref: BucketRef,
  object: { key: string; contentType: string; headers?: ObjectHeaders | undefined },
): Promise<string> {
  const uploadId = takeBase36(random.bytes(bytesForBase36(ID_CHARACTERS)), ID_CHARACTERS);
  await store.insertUpload(state.queries, { ...ref, ...object, uploadId, startedAtMs: clock.nowMs() });
  return uploadId;
}

/** Takes a part in; one of the same number is replaced. Returns its tag. @throws UploadUnknownError */
export async function putPart(
  ports: WritePorts,
  upload: Upload,
  partNo: number,
  body: AsyncIterable<Uint8Array>,
): Promise<string> {
  const unique = takeBase36(ports.random.bytes(bytesForBase36(10)), 10);
  const objectKey = `${partPrefix(upload.accountId)}${upload.uploadId}/${partNo}-${unique}`;
  const { sizeBytes, md5 } = await storeBytes(ports, objectKey, body);
  const replaced = await ports.state.transaction(async (tx) => {
    if ((await store.findUpload(tx, upload.accountId, upload.uploadId)) === undefined) return 'unknown';
    const known = await store.findPart(tx, upload, partNo);
    await store.putPart(tx, upload, { partNo, objectKey, sizeBytes, etag: md5, modifiedAtMs: ports.clock.nowMs() });
    return known;
  });
  if (replaced === 'unknown') {
    await ports.objects.delete([objectKey]);
    throw new UploadUnknownError(upload.uploadId);
  }
  if (replaced !== undefined) await ports.objects.delete([replaced.objectKey]);
  return md5;
}

/**
 * Puts the named parts together. Returns the object's tag, and what it replaced.
 * @throws UploadUnknownError, PartUnknownError, PartTooSmallError
 */
export async function completeUpload(
  ports: WritePorts,
  ref: BucketRef,
  completion: Completion,
  onNamed: (tx: StateTransaction, replaced: BucketObject | undefined) => Promise<void>,
): Promise<string> {
  const { accountId } = ref;
  const upload = await requireUpload(ports, ref, completion);
  const parts = pickParts(await store.listParts(ports.state.queries, accountId, upload.uploadId), completion.parts);
  const stored = await joinParts(ports, upload, parts);
  const etag = multipartTag(parts);
  const forgotten = await ports.state.transaction(async (tx) => {
    if ((await store.findUpload(tx, accountId, upload.uploadId)) === undefined) return undefined;
    await completion.check(tx);
    const { key, contentType, headers } = upload;
    await onNamed(tx, await nameUpload(tx, ref, { key, stored, etag, contentType, headers }, ports.clock.nowMs()));
    return store.deleteUpload(tx, accountId, upload.uploadId);
  });
  if (forgotten === undefined) {
    await ports.objects.delete([stored.objectKey]);
    throw new UploadUnknownError(upload.uploadId);
  }
  await ports.objects.delete(forgotten.map(({ objectKey }) => objectKey));
  return etag;
}

/** @throws UploadUnknownError */
export async function abortUpload(ports: Pick<WritePorts, 'state' | 'objects'>, upload: Upload): Promise<void> {
  const parts = await ports.state.transaction((tx) => store.deleteUpload(tx, upload.accountId, upload.uploadId));
  await ports.objects.delete(parts.map(({ objectKey }) => objectKey));
}

/** The upload of this bucket and key. @throws UploadUnknownError */
export async function requireUpload(
  { state }: Pick<WritePorts, 'state'>,
  ref: BucketRef,
  asked: { readonly uploadId: string; readonly key: string },
): Promise<Upload> {
  const upload = await store.findUpload(state.queries, ref.accountId, asked.uploadId);
  if (upload?.bucket === ref.bucket && upload.key === asked.key) return upload;
  throw new UploadUnknownError(asked.uploadId);
}

/** The tag that S3 gives an object of parts: a hash of their hashes, and how many they are. */
export function multipartTag(parts: readonly { readonly etag: string }[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(Buffer.from(etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}

/** What the keys of all parts of an account begin with. */
export function partPrefix(accountId: string): string {
  return `uploads/${accountId}/`;
}

function pickParts(uploaded: readonly UploadPart[], named: readonly NamedPart[]): UploadPart[] {
  const byNo = new Map(uploaded.map((part) => [part.partNo, part]));
  const parts = named.map(({ partNo, etag }) => {
    const part = byNo.get(partNo);
    if (part === undefined || part.etag !== etag) throw new PartUnknownError(partNo);
    return part;
  });
  const small = parts.slice(0, -1).find(({ sizeBytes }) => sizeBytes < PART_BYTES_MIN);
  if (small !== undefined) throw new PartTooSmallError(small.partNo, small.sizeBytes);
  return parts;
}

async function joinParts(ports: WritePorts, upload: Upload, parts: readonly UploadPart[]): Promise<StoredBytes> {
  try {
    return await storeUpload(ports, upload, readParts(ports.objects, parts));
  } catch (error) {
    // Somebody ended the upload while its parts were read.
    if (error instanceof ObjectMissingError) throw new UploadUnknownError(upload.uploadId);
    throw error;
  }
}

async function* readParts(objects: ObjectStore, parts: readonly UploadPart[]): AsyncGenerator<Uint8Array> {
  for (const { objectKey } of parts) yield* objects.read(objectKey);
}
