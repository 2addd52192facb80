import { systemClock, systemRandom } from '../adapters/system.ts';
import { Applications } from '../inventory/applications.ts';
import { BatchDeleter } from '../inventory/batch-deleter.ts';
import { BatchDeletes } from '../inventory/batch-deletes.ts';
import { QUOTAS } from '../inventory/quotas.ts';
import { type BulkItems, Tags } from '../inventory/tags.ts';
import type { Base } from './compose.ts';
import { startStepWorker } from './step-worker.ts';

/** How soon a task that came in through another process is seen. */
const TICK_MS = 1000;

/** What users do with items of the inventory: group them, tag them, delete them. */
export interface Items {
  readonly applications: Applications;
  readonly tags: Tags;
  readonly batchDeletes: BatchDeletes;
}

export function composeItems(base: Base, bulkItems: BulkItems): Items {
  const ports = { state: base.state, clock: systemClock, random: systemRandom };
  const options = { accountId: base.config['account-id'], quotas: QUOTAS[base.config.quotas] };
  return {
    applications: new Applications(ports, options),
    tags: new Tags({ ...ports, bulkItems }, options),
    batchDeletes: new BatchDeletes(ports, { ...options, onStart: () => base.wakes.call('batch-deletes') }),
  };
}

/** Starts what deletes the servers of batch delete tasks. */
export function startBatchDeleteWorker(base: Base, stack: AsyncDisposableStack): Promise<void> {
  const { config, state, fleet, log } = base;
  return startStepWorker(base, stack, {
    work: 'batch-deletes',
    name: 'batch deletes',
    makeStep: (lease) => {
      const deleter = new BatchDeleter(
        { state, clock: systemClock, fleet },
        {
          accountId: config['account-id'],
          lease,
          onFailure: (serverId, error) => log.error({ err: error, serverId }, 'a server could not be deleted'),
        },
      );
      return async () => ((await deleter.step()) ? 0 : TICK_MS);
    },
  });
}
