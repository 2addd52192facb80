import { listParts as listPartRows } from '../../buckets/upload-store.ts';
import type { ListPartsOutput, ListPartsRequest } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { InvalidArgument } from './errors.ts';
import { requireRequested } from './multipart.ts';
import { ownerOf } from './owner.ts';
import type { S3Deps } from './s3-service.ts';

const PARTS_A_PAGE_MAX = 1000;

/** What has come of an upload, by part number. */
export function listParts(deps: S3Deps): Handler<ListPartsRequest, ListPartsOutput> {
  return async (input, { accountId }) => {
    const { Bucket, Key, UploadId, MaxParts = PARTS_A_PAGE_MAX, PartNumberMarker = 0 } = input;
    if (MaxParts < 0)
      throw new InvalidArgument('Argument max-parts must be an integer between 0 and 2147483647', {
        name: 'max-parts',
        value: String(MaxParts),
      });
    const size = Math.min(MaxParts, PARTS_A_PAGE_MAX);
    await requireRequested(deps, accountId, input);
    const page = { after: PartNumberMarker, limit: size + 1 };
    const found = await listPartRows(deps.state.queries, accountId, UploadId, page);
    const parts = found.slice(0, size);
    const last = parts.at(-1);
    const owner = ownerOf(accountId);
    return {
      Bucket,
      Key,
      UploadId,
      PartNumberMarker,
      MaxParts: size,
      IsTruncated: found.length > size,
      ...(last !== undefined && found.length > size ? { NextPartNumberMarker: last.partNo } : {}),
      Parts: parts.map(({ partNo, modifiedAtMs, etag, sizeBytes }) => ({
        PartNumber: partNo,
        LastModified: modifiedAtMs,
        ETag: `"${etag}"`,
        Size: sizeBytes,
      })),
      Initiator: owner,
      Owner: owner,
      StorageClass: 'STANDARD',
    };
  };
}
