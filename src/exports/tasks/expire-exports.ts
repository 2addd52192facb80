import { deleteBucketObjects, findBucketObject } from '../../buckets/objects.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/objects.ts';
import type { StateStore } from '../../ports/state/state-store.ts';
import * as store from './task-store.ts';

const TASKS_A_STEP = 100;

/** Deletes the data of exports that are past its life; the tasks stay listed. Returns how many there were. */
export async function expireExports(
  ports: { state: StateStore; objects: ObjectStore; clock: Clock },
  accountId: string,
): Promise<number> {
  let count = 0;
  for (;;) {
    const expired = await store.listExpired(ports.state.queries, accountId, ports.clock.nowMs(), TASKS_A_STEP);
    if (expired.length === 0) return count;
    count += expired.length;
    const objectKeys: string[] = [];
    await ports.state.transaction(async (tx) => {
      for (const { bucket, key } of expired) {
        const found = await findBucketObject(tx, { accountId, bucket }, key);
        if (found !== undefined) objectKeys.push(found.objectKey);
        await deleteBucketObjects(tx, { accountId, bucket }, [key]);
      }
      await store.forgetResults(
        tx,
        accountId,
        expired.map(({ exportId }) => exportId),
      );
    });
    await ports.objects.delete(objectKeys);
  }
}
