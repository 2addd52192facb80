import { type Bucket, listBuckets as listBucketRows } from '../../buckets/buckets.ts';
import { encodePageToken } from '../../core/pagination.ts';
import type { ListBucketsOutput, ListBucketsRequest, Bucket as ListedBucket } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { readToken, tokenScope } from './continuation.ts';
import { ownerOf } from './owner.ts';
import type { S3Deps } from './s3-service.ts';

const BUCKETS_A_PAGE_MAX = 10_000;

/** The caller's buckets by name. */
export function listBuckets({ state, pageTokenKey }: S3Deps): Handler<ListBucketsRequest, ListBucketsOutput> {
  return async ({ MaxBuckets, ContinuationToken, Prefix, BucketRegion }, ctx) => {
    const size = MaxBuckets ?? BUCKETS_A_PAGE_MAX;
    const scope = tokenScope(ctx, { Prefix, BucketRegion });
    const after = readToken(pageTokenKey, scope, ContinuationToken)?.[0];
    const found = await listBucketRows(state.queries, ctx.accountId, {
      limit: size + 1,
      ...(after === undefined ? {} : { after: String(after) }),
      ...(Prefix === undefined ? {} : { prefix: Prefix }),
      ...(BucketRegion === undefined ? {} : { region: BucketRegion }),
    });
    const page = found.slice(0, size);
    const last = page.at(-1);
    return {
      Buckets: page.map(describeBucket),
      Owner: ownerOf(ctx.accountId),
      ...(Prefix === undefined ? {} : { Prefix }),
      ...(last === undefined || found.length <= size
        ? {}
        : { ContinuationToken: encodePageToken(pageTokenKey, scope, [last.name]) }),
    };
  };
}

function describeBucket({ name, region, createdAtMs }: Bucket): ListedBucket {
  return { Name: name, BucketRegion: region, CreationDate: createdAtMs };
}
