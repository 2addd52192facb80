import { MINUTE_MS } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateQueries, StateStore } from '../ports/state/state-store.ts';
import { isUploadedObjectKey } from './buckets.ts';

/** How long bytes outlive their name: a query or a download that began with it may go on. */
export const UNNAMED_GRACE_MS = 30 * MINUTE_MS;
const DELETES_A_STEP = 100;

/**
 * Remembers bytes that no bucket shows any more, to be deleted after the grace. Only those that clients sent: what the
 * lake delivered has an owner of its own, who looks after it.
 */
export async function unnameObjects(
  tx: StateQueries,
  accountId: string,
  objectKeys: readonly string[],
  nowMs: number,
): Promise<void> {
  const ours = objectKeys.filter(isUploadedObjectKey);
  if (ours.length === 0) return;
  await tx
    .insertInto('unnamed_objects')
    .values(ours.map((objectKey) => ({ account_id: accountId, object_key: objectKey, unnamed_at_ms: nowMs })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Deletes bytes whose grace is over. Returns how many objects. */
export async function deleteUnnamed(
  ports: { state: StateStore; objects: ObjectStore; clock: Clock },
  accountId: string,
): Promise<number> {
  const { queries } = ports.state;
  const before = ports.clock.nowMs() - UNNAMED_GRACE_MS;
  for (let deleted = 0; ; ) {
    const rows = await queries
      .selectFrom('unnamed_objects')
      .select('object_key')
      .where('account_id', '=', accountId)
      .where('unnamed_at_ms', '<=', before)
      .orderBy('unnamed_at_ms')
      .limit(DELETES_A_STEP)
      .execute();
    const objectKeys = rows.map((row) => row.object_key);
    await ports.objects.delete(objectKeys);
    if (objectKeys.length > 0)
      await queries
        .deleteFrom('unnamed_objects')
        .where('account_id', '=', accountId)
        .where('object_key', 'in', objectKeys)
        .execute();
    deleted += objectKeys.length;
    if (objectKeys.length < DELETES_A_STEP) return deleted;
  }
}
