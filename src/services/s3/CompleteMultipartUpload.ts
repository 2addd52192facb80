import { UploadUnknownError } from '../../buckets/errors.ts';
import { findBucketObject } from '../../buckets/objects.ts';
import { completeUpload, multipartTag, type NamedPart } from '../../buckets/uploads.ts';
import type { CompleteMultipartUploadOutput, CompleteMultipartUploadRequest } from '../../wire/generated/s3.ts';
import type { CallContext, Handler } from '../../wire/handlers.ts';
import { InvalidPart, InvalidPartOrder, MalformedXml } from './errors.ts';
import { mapUploadErrors } from './multipart.ts';
import { requireBucket } from './owner.ts';
import type { S3Deps } from './s3-service.ts';
import { checkWriteConditions } from './write-conditions.ts';

/** Puts the parts together under the key. Asked again after it is done, as clients do, it answers the same. */
export function completeMultipartUpload(
  deps: S3Deps,
): Handler<CompleteMultipartUploadRequest, CompleteMultipartUploadOutput> {
  return async (input, ctx) => {
    const { accountId } = ctx;
    const { Bucket: bucket, Key: key, UploadId: uploadId } = input;
    await requireBucket(deps.state.queries, accountId, input);
    const parts = readParts(input);
    const ref = { accountId, bucket };
    const completion = {
      uploadId,
      key,
      parts,
      check: (tx: Parameters<typeof checkWriteConditions>[0]) => checkWriteConditions(tx, accountId, input),
    };
    try {
      const etag = await completeUpload(deps, ref, completion, async (tx, replaced) => {
        await requireBucket(tx, accountId, input);
        if (replaced !== undefined) await deps.onRemoved?.(tx, accountId, [replaced]);
      });
      return describe(input, ctx, etag);
    } catch (error) {
      const etag = multipartTag(parts);
      const isDone =
        error instanceof UploadUnknownError && (await findBucketObject(deps.state.queries, ref, key))?.etag === etag;
      if (isDone) return describe(input, ctx, etag);
      return await mapUploadErrors(() => Promise.reject(error as Error));
    }
  };
}

/** @throws MalformedXml, InvalidPartOrder, InvalidPart */
function readParts({ MultipartUpload }: CompleteMultipartUploadRequest): NamedPart[] {
  const parts = (MultipartUpload?.Parts ?? []).map(({ PartNumber, ETag }) => {
    if (PartNumber === undefined || ETag === undefined) throw new MalformedXml();
    const etag = ETag.replaceAll('"', '').toLowerCase();
    if (!/^[0-9a-f]{32}$/.test(etag)) throw new InvalidPart();
    return { partNo: PartNumber, etag };
  });
  if (parts.length === 0) throw new MalformedXml();
  if (parts.some(({ partNo }, index) => index > 0 && partNo <= (parts[index - 1]?.partNo ?? 0)))
    throw new InvalidPartOrder();
  return parts;
}

function describe(
  { Bucket, Key }: CompleteMultipartUploadRequest,
  { endpoint }: CallContext,
  etag: string,
): CompleteMultipartUploadOutput {
  const path = Key.split('/').map(encodeURIComponent).join('/');
  return { Location: `${endpoint}/${Bucket}/${path}`, Bucket, Key, ETag: `"${etag}"` };
}
