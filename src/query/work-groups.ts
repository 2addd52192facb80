import { findBucket, insertBucket } from '../buckets/buckets.ts';
import type { StateStore } from '../ports/state/state-store.ts';

/** Where queries of a kind belong together. There is one, and it cannot be changed. */
export interface WorkGroup {
  readonly name: string;
  /** Where answers go when a request does not say, `s3://bucket/prefix/`. */
  readonly outputLocation: string;
  readonly selectedEngineVersion: string;
  readonly effectiveEngineVersion: string;
}

export const PRIMARY = 'primary';
export const SELECTED_ENGINE_VERSION = 'AUTO';
export const EFFECTIVE_ENGINE_VERSION = 'Athena engine version 3';

/** The bucket that clients of Athena make for themselves when nobody named one. */
export function defaultResultsBucket(accountId: string, region: string): string {
  return `aws-athena-query-results-${accountId}-${region}`;
}

export function primaryWorkGroup(outputLocation: string): WorkGroup {
  return {
    name: PRIMARY,
    outputLocation,
    selectedEngineVersion: SELECTED_ENGINE_VERSION,
    effectiveEngineVersion: EFFECTIVE_ENGINE_VERSION,
  };
}

/** Makes the bucket unless it is there. */
export async function ensureResultsBucket(
  state: StateStore,
  bucket: { accountId: string; name: string; region: string; nowMs: number },
): Promise<void> {
  const { accountId, name, region, nowMs } = bucket;
  if ((await findBucket(state.queries, accountId, name)) !== undefined) return;
  await insertBucket(state.queries, accountId, { name, region, createdAtMs: nowMs });
}
