import { bucketPrefix } from '../buckets/buckets.ts';
import { listNamedObjectKeys } from '../buckets/objects.ts';
import { ORPHAN_AGE_MS, sweepPrefix } from '../jobs/sweep-objects.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { listDeliveredObjectKeys } from './delivery-store.ts';

/**
 * Deletes what was placed in a bucket and never became part of it: copies of a delivery or a compaction that died before
 * its transaction, answers of a query that did. A copy whose file was just un-named is still in its grace, and stays.
 */
export async function sweepCopies(
  ports: { state: StateStore; objects: ObjectStore; clock: Clock },
  accountId: string,
): Promise<number> {
  const { queries } = ports.state;
  const before = ports.clock.nowMs() - ORPHAN_AGE_MS;
  return sweepPrefix(ports.objects, bucketPrefix(accountId), async (listed) => {
    const old = listed.filter((object) => object.modifiedAtMs < before).map((object) => object.key);
    const named = await listNamedObjectKeys(queries, accountId, old);
    const unnamed = old.filter((key) => !named.has(key));
    const inGrace = await listDeliveredObjectKeys(queries, accountId, unnamed);
    return unnamed.filter((key) => !inGrace.has(key));
  });
}
