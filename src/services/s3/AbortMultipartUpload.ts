import { abortUpload } from '../../buckets/uploads.ts';
import type { AbortMultipartUploadOutput, AbortMultipartUploadRequest } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { NotImplemented } from './errors.ts';
import { requireRequested } from './multipart.ts';
import type { S3Deps } from './s3-service.ts';

/** Gives an upload up, with its parts. */
export function abortMultipartUpload(deps: S3Deps): Handler<AbortMultipartUploadRequest, AbortMultipartUploadOutput> {
  return async (input, { accountId }) => {
    if (input.IfMatchInitiatedTime !== undefined)
      throw new NotImplemented('Periplus does not support IfMatchInitiatedTime.');
    await abortUpload(deps, await requireRequested(deps, accountId, input));
    return {};
  };
}
