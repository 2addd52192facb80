import { parseSegmentNo, segmentPrefix } from '../core/segment.ts';
import { ORPHAN_AGE_MS, sweepPrefix } from '../jobs/sweep-objects.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { readCursor } from './log-store.ts';
import * as store from './store.ts';

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
