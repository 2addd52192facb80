import type { HeadBucketOutput, HeadBucketRequest } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { requireBucket } from './owner.ts';
import type { S3Deps } from './s3-service.ts';

/** Whether the caller has such a bucket, and in which Region. */
export function headBucket({ state }: S3Deps): Handler<HeadBucketRequest, HeadBucketOutput> {
  return async (input, { accountId }) => {
    const { region } = await requireBucket(state.queries, accountId, input);
    return { BucketRegion: region, AccessPointAlias: false };
  };
}
