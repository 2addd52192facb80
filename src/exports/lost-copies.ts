import { type BucketObject, bucketPrefix } from '../buckets/buckets.ts';
import { transition } from '../core/state-machine.ts';
import type { StateTransaction } from '../ports/state/state-store.ts';
import { EXPORT_MACHINE } from './continuous-export-states.ts';
import * as deliveries from './delivery-store.ts';
import * as store from './store.ts';

/**
 * Users may delete what an export delivered, or write over it; the export then no longer has all of its history in its
 * bucket, and says so. To be called in the transaction that takes the objects away.
 */
export async function faultExportsOf(
  tx: StateTransaction,
  accountId: string,
  removed: readonly BucketObject[],
): Promise<void> {
  const objectKeys = removed.map(({ objectKey }) => objectKey);
  const lost = await deliveries.listDeliveredObjectKeys(tx, accountId, objectKeys);
  if (lost.size === 0) return;
  for (const value of await store.listWorkingExports(tx, accountId)) {
    const isConcerned = removed.some(
      ({ objectKey }) => lost.has(objectKey) && isIn(objectKey, accountId, value.bucket),
    );
    const status = transition(EXPORT_MACHINE, value.status, 'fault');
    if (!isConcerned || status === undefined || value.status === 'START_IN_PROGRESS') continue;
    const target = { accountId, exportId: value.exportId, from: value.status };
    await store.updateStatus(tx, target, { status, statusDetail: 'FIREHOSE_STREAM_DOES_NOT_EXIST' });
  }
}

function isIn(objectKey: string, accountId: string, bucket: string): boolean {
  return objectKey.startsWith(`${bucketPrefix(accountId)}${bucket}/`);
}
