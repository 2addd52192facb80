import { parseSegmentNo, segmentPrefix } from '../core/segment.ts';
import { DAY_MS } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { readCursor } from './log-store.ts';
import * as store from './store.ts';

/** An object no transaction names may be one that is just being written; after this long it is not. */
export const ORPHAN_AGE_MS = 3 * DAY_MS;
const PAGE = 1000;

interface SweepPorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
}

/** Deletes segments that are in Parquet already: a server that was killed between the two left them. */
export async function sweepSegments({ state, objects }: SweepPorts, accountId: string): Promise<number> {
  const { rolledSegmentNo } = await readCursor(state.queries, accountId);
  return sweepPrefix(objects, segmentPrefix(accountId), async (listed) =>
    listed
      .map((object) => object.key)
      .filter((key) => (parseSegmentNo(key) ?? Number.POSITIVE_INFINITY) <= rolledSegmentNo),
  );
}

/** Deletes Parquet that was written and never named. */
export async function sweepFiles({ state, objects, clock }: SweepPorts, accountId: string): Promise<number> {
  const before = clock.nowMs() - ORPHAN_AGE_MS;
  return sweepPrefix(objects, `telemetry/${accountId}/`, async (listed) => {
    const old = listed.filter((object) => object.modifiedAtMs < before).map((object) => object.key);
    const named = await store.listNamedKeys(state.queries, accountId, old);
    return old.filter((key) => !named.has(key));
  });
}

/** Goes through the objects below `prefix` and deletes those that `choose` picks. Returns how many. */
export async function sweepPrefix(
  objects: ObjectStore,
  prefix: string,
  choose: (listed: Awaited<ReturnType<ObjectStore['list']>>) => Promise<string[]>,
): Promise<number> {
  let after: string | undefined;
  let deleted = 0;
  for (;;) {
    const listed = await objects.list(prefix, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    const keys = await choose(listed);
    await objects.delete(keys);
    deleted += keys.length;
    if (listed.length < PAGE) return deleted;
    after = listed.at(-1)?.key;
  }
}
