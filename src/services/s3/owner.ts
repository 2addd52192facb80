import { createHash } from 'node:crypto';
import { type Bucket, findBucket } from '../../buckets/buckets.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { Owner } from '../../wire/generated/s3.ts';
import { AccessDenied, NoSuchBucket } from './errors.ts';

/** An account as S3 names it: 64 hex digits that stay the same. */
export function ownerOf(accountId: string): Owner {
  return { ID: createHash('sha256').update(`canonical user ${accountId}`).digest('hex') };
}

/** The caller's bucket. @throws NoSuchBucket, AccessDenied when the caller expects it to be somebody else's */
export async function requireBucket(
  queries: StateQueries,
  accountId: string,
  request: { readonly Bucket: string; readonly ExpectedBucketOwner?: string | undefined },
): Promise<Bucket> {
  const bucket = await findBucket(queries, accountId, request.Bucket);
  if (bucket === undefined) throw new NoSuchBucket(request.Bucket);
  const { ExpectedBucketOwner } = request;
  if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== accountId) throw new AccessDenied();
  return bucket;
}
