import { PARTS_MAX, putPart } from '../../buckets/uploads.ts';
import type { UploadPartOutput, UploadPartRequest } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { InvalidArgument, NotImplemented } from './errors.ts';
import { mapUploadErrors, requireRequested } from './multipart.ts';
import { noBytes } from './PutObject.ts';
import type { S3Deps } from './s3-service.ts';

/** One part of an upload, streamed to the object store. */
export function uploadPart(deps: S3Deps): Handler<UploadPartRequest, UploadPartOutput> {
  return async (input, { accountId }) => {
    const { PartNumber, ChecksumAlgorithm } = input;
    if (PartNumber < 1 || PartNumber > PARTS_MAX)
      throw new InvalidArgument(`Part number must be an integer between 1 and ${PARTS_MAX}, inclusive`, {
        name: 'partNumber',
        value: String(PartNumber),
      });
    if (ChecksumAlgorithm?.startsWith('XXHASH') === true)
      throw new NotImplemented(`Periplus does not support the checksum ${ChecksumAlgorithm}.`);
    const upload = await requireRequested(deps, accountId, input);
    const etag = await mapUploadErrors(() => putPart(deps, upload, PartNumber, input.Body ?? noBytes()));
    return { ETag: `"${etag}"` };
  };
}
