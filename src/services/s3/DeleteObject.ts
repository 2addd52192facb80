import { removeObjects } from '../../buckets/write-objects.ts';
import type { DeleteObjectOutput, DeleteObjectRequest } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { NotImplemented } from './errors.ts';
import { requireBucket } from './owner.ts';
import type { S3Deps } from './s3-service.ts';
import { requireNoVersion } from './stored-object.ts';
import { checkWriteConditions } from './write-conditions.ts';

/** Takes one object out of its bucket. One that is not there is no error. */
export function deleteObject({ state, clock, onRemoved }: S3Deps): Handler<DeleteObjectRequest, DeleteObjectOutput> {
  return async (input, { accountId }) => {
    requireNoVersion(input.VersionId);
    if (input.IfMatchLastModifiedTime !== undefined || input.IfMatchSize !== undefined)
      throw new NotImplemented('Periplus does not support deleting by time or size.');
    await state.transaction(async (tx) => {
      await requireBucket(tx, accountId, input);
      await checkWriteConditions(tx, accountId, input);
      const removed = await removeObjects(tx, { accountId, bucket: input.Bucket }, [input.Key], clock.nowMs());
      await onRemoved?.(tx, accountId, removed);
    });
    return {};
  };
}
