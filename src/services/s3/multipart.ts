import { PartTooSmallError, PartUnknownError, UploadUnknownError } from '../../buckets/errors.ts';
import type { Upload } from '../../buckets/upload-store.ts';
import { PART_BYTES_MIN, requireUpload } from '../../buckets/uploads.ts';
import { EntityTooSmall, InvalidPart, NoSuchUpload, NotImplemented } from './errors.ts';
import { requireBucket } from './owner.ts';
import type { S3Deps } from './s3-service.ts';

/** What the operations on an upload share. */
export interface UploadRequest {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
  readonly ExpectedBucketOwner?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

/** The upload that a request means. @throws NoSuchBucket, NoSuchUpload, NotImplemented */
export async function requireRequested(deps: S3Deps, accountId: string, request: UploadRequest): Promise<Upload> {
  const { SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5 } = request;
  if ([SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5].some((member) => member !== undefined))
    throw new NotImplemented('Periplus does not support SSECustomerAlgorithm.');
  await requireBucket(deps.state.queries, accountId, request);
  const asked = { uploadId: request.UploadId, key: request.Key };
  return mapUploadErrors(() => requireUpload(deps, { accountId, bucket: request.Bucket }, asked));
}

/** Runs what works on an upload and says its refusals as S3 does. */
export async function mapUploadErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UploadUnknownError) throw new NoSuchUpload(error.uploadId);
    if (error instanceof PartUnknownError) throw new InvalidPart();
    if (error instanceof PartTooSmallError) throw new EntityTooSmall(error.sizeBytes, PART_BYTES_MIN);
    throw error;
  }
}
