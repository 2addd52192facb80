import { systemClock, systemRandom } from '../adapters/system.ts';
import { ImportRunner } from '../imports/import-runner.ts';
import { Imports } from '../imports/imports.ts';
import { QUOTAS } from '../inventory/quotas.ts';
import type { Base } from './compose.ts';
import { startStepWorker } from './step-worker.ts';

/** How soon a task that came in through another process is seen. */
const TICK_MS = 1000;

/** What the API asks. */
export function composeImports(base: Base): Imports {
  const { config, state, objects, wakes } = base;
  return new Imports(
    { state, objects, clock: systemClock, random: systemRandom },
    { accountId: config['account-id'], quotas: QUOTAS[config.quotas], onStart: () => wakes.call('imports') },
  );
}

/** Starts what does imports and their deletions. */
export function startImportWorker(base: Base, stack: AsyncDisposableStack): Promise<void> {
  const { config, state, objects, log } = base;
  return startStepWorker(base, stack, {
    work: 'imports',
    name: 'imports',
    makeStep: (lease) => {
      const runner = new ImportRunner(
        { state, objects, clock: systemClock, random: systemRandom },
        {
          accountId: config['account-id'],
          region: config.region,
          quotas: QUOTAS[config.quotas],
          lease,
          onError: (taskId, error) => log.error({ err: error, taskId }, 'an import met an error'),
        },
      );
      return async (signal) => ((await runner.step(signal)) ? 0 : TICK_MS);
    },
  });
}
