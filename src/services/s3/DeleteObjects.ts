import { removeObjects } from '../../buckets/write-objects.ts';
import type { DeleteObjectsOutput, DeleteObjectsRequest, ObjectIdentifier } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { MalformedXml, NotImplemented } from './errors.ts';
import { requireBucket } from './owner.ts';
import type { S3Deps } from './s3-service.ts';
import { requireNoVersion } from './stored-object.ts';

const KEYS_MAX = 1000;

/** Takes many objects out of a bucket at once: all of them, or none when the request is refused. */
export function deleteObjects({ state, clock, onRemoved }: S3Deps): Handler<DeleteObjectsRequest, DeleteObjectsOutput> {
  return async (input, { accountId }) => {
    const { Objects, Quiet } = input.Delete;
    if (Objects.length === 0 || Objects.length > KEYS_MAX) throw new MalformedXml();
    for (const object of Objects) refuseUnsupported(object);
    const keys = [...new Set(Objects.map(({ Key }) => Key))];
    await state.transaction(async (tx) => {
      await requireBucket(tx, accountId, input);
      const removed = await removeObjects(tx, { accountId, bucket: input.Bucket }, keys, clock.nowMs());
      await onRemoved?.(tx, accountId, removed);
    });
    return Quiet === true ? {} : { Deleted: keys.map((Key) => ({ Key })) };
  };
}

function refuseUnsupported({ VersionId, ETag, LastModifiedTime, Size }: ObjectIdentifier): void {
  requireNoVersion(VersionId);
  if (ETag !== undefined || LastModifiedTime !== undefined || Size !== undefined)
    throw new NotImplemented('Periplus does not support conditions in DeleteObjects; use DeleteObject with If-Match.');
}
