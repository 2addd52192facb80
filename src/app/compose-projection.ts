import { join } from 'node:path';
import { createDuckdbLakeWriter } from '../adapters/duckdb/duckdb-lake-writer.ts';
import { systemClock } from '../adapters/system.ts';
import { Projector } from '../inventory/projection/projector.ts';
import type { Lease } from '../jobs/leases.ts';
import type { Base } from './compose.ts';
import { type Step, startStepWorker } from './step-worker.ts';

/** The inventory follows at most this share of the time, so that a large one leaves room for the rolls it follows. */
const BUSY_SHARE_MAX = 1 / 5;

/** Starts what keeps the inventory up with the telemetry. `onProjected` lets readers take the new snapshots. */
export function startProjection(
  base: Base,
  stack: AsyncDisposableStack,
  onProjected: () => Promise<void>,
): Promise<void> {
  const makeStep = (lease: Lease) => composeStep(base, lease, onProjected);
  return startStepWorker(base, stack, { work: 'inventory', name: 'inventory projections', makeStep });
}

function composeStep({ config, state, objects, log }: Base, lease: Lease, onProjected: () => Promise<void>): Step {
  const openEngine = () =>
    createDuckdbLakeWriter({
      memoryBytesMax: config['inventory-memory'],
      threads: 1,
      tempDir: join(config['data-dir'], 'work', 'inventory-spill'),
    });
  const projector = new Projector(
    { state, objects, clock: systemClock, openEngine },
    { accountId: config['account-id'], workDir: join(config['data-dir'], 'work', 'inventory'), lease, onProjected },
  );
  return async () => {
    // Not the time of day: one that is set anew meanwhile would make the rest hours long.
    const startedAtMs = performance.now();
    const report = await projector.projectOnce();
    if (report !== undefined) log.debug(report, 'projected');
    const tookMs = performance.now() - startedAtMs;
    return Math.max(config['inventory-interval'], tookMs / BUSY_SHARE_MAX - tookMs);
  };
}
