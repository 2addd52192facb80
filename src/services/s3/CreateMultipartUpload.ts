import { startUpload } from '../../buckets/uploads.ts';
import type { CreateMultipartUploadOutput, CreateMultipartUploadRequest } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { requireBucket } from './owner.ts';
import type { S3Deps } from './s3-service.ts';
import { readContentType, readHeaders, refuseUnsupportedWrite } from './write-request.ts';

/** Begins an object that comes in parts. Nothing shows it until it is complete. */
export function createMultipartUpload(
  deps: S3Deps,
): Handler<CreateMultipartUploadRequest, CreateMultipartUploadOutput> {
  return async (input, { accountId }) => {
    refuseUnsupportedWrite(input);
    const { Bucket: bucket, Key: key } = input;
    await requireBucket(deps.state.queries, accountId, input);
    const object = { key, contentType: readContentType(input), headers: readHeaders(input) };
    return { Bucket: bucket, Key: key, UploadId: await startUpload(deps, { accountId, bucket }, object) };
  };
}
