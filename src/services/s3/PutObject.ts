import { nameUpload, storeUpload } from '../../buckets/write-objects.ts';
import type { PutObjectOutput, PutObjectRequest } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { requireBucket } from './owner.ts';
import type { S3Deps } from './s3-service.ts';
import { checkWriteConditions } from './write-conditions.ts';
import { readContentType, readHeaders, refuseUnsupportedWrite } from './write-request.ts';

/**
 * Stores an object. The bytes stream to the object store; the wire proves them as they pass, and what it does not prove
 * is never named.
 */
export function putObject(deps: S3Deps): Handler<PutObjectRequest, PutObjectOutput> {
  const { state, clock, onRemoved } = deps;
  return async (input, { accountId }) => {
    refuseUnsupportedWrite(input);
    await requireBucket(state.queries, accountId, input);
    const ref = { accountId, bucket: input.Bucket };
    const stored = await storeUpload(deps, ref, input.Body ?? noBytes());
    const object = { key: input.Key, stored, contentType: readContentType(input), headers: readHeaders(input) };
    await state.transaction(async (tx) => {
      await requireBucket(tx, accountId, input);
      await checkWriteConditions(tx, accountId, input);
      const replaced = await nameUpload(tx, ref, object, clock.nowMs());
      if (replaced !== undefined) await onRemoved?.(tx, accountId, [replaced]);
    });
    return { ETag: `"${stored.md5}"` };
  };
}

export async function* noBytes(): AsyncGenerator<Uint8Array> {}
