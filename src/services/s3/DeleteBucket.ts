import { deleteBucket as deleteBucketRow } from '../../buckets/buckets.ts';
import { listBucketObjects } from '../../buckets/objects.ts';
import { deleteUpload, listUploadIds } from '../../buckets/upload-store.ts';
import type { DeleteBucketRequest } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { BucketNotEmpty } from './errors.ts';
import { requireBucket } from './owner.ts';
import type { S3Deps } from './s3-service.ts';

/** Forgets an empty bucket, and the uploads into it that nobody ended. One of ours is made anew when it is needed. */
export function deleteBucket({ state, objects }: S3Deps): Handler<DeleteBucketRequest, Record<string, never>> {
  return async (input, { accountId }) => {
    const { Bucket: bucket } = input;
    const parts = await state.transaction(async (tx) => {
      await requireBucket(tx, accountId, input);
      const [first] = await listBucketObjects(tx, { accountId, bucket }, { prefix: '', limit: 1 });
      if (first !== undefined) throw new BucketNotEmpty(bucket);
      const ended = [];
      for (const uploadId of await listUploadIds(tx, accountId, { bucket }))
        ended.push(...(await deleteUpload(tx, accountId, uploadId)));
      await deleteBucketRow(tx, accountId, bucket);
      return ended;
    });
    await objects.delete(parts.map(({ objectKey }) => objectKey));
    return {};
  };
}
