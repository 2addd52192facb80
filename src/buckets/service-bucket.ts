import type { StateQueries } from '../ports/state/state-store.ts';
import { findBucket, insertBucket } from './buckets.ts';

/**
 * The bucket that files made for the user go into (export zips, the errors of imports), to be fetched by a presigned URL.
 * Named after the account and made when the first file is.
 */
export function serviceBucketName(accountId: string, region: string): string {
  return `aws-application-discovery-results-${accountId}-${region}`;
}

/** Makes the bucket unless it is there; in the transaction that names an object in it. */
export async function ensureServiceBucket(
  queries: StateQueries,
  bucket: { accountId: string; region: string; nowMs: number },
): Promise<string> {
  const { accountId, region, nowMs } = bucket;
  const name = serviceBucketName(accountId, region);
  if ((await findBucket(queries, accountId, name)) === undefined)
    await insertBucket(queries, accountId, { name, region, createdAtMs: nowMs });
  return name;
}
