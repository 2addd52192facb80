import { join } from 'node:path';
import { createDuckdbLakeWriter } from '../adapters/duckdb/duckdb-lake-writer.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { ExportTaskRunner } from '../exports/tasks/export-task-runner.ts';
import { ExportTasks } from '../exports/tasks/export-tasks.ts';
import { QUOTAS } from '../inventory/quotas.ts';
import type { Lease } from '../jobs/leases.ts';
import type { Base } from './compose.ts';
import { type Step, startStepWorker } from './step-worker.ts';

/** What is used until the user names a file of prices. */
const EXAMPLE_PRICES_FILE = join(import.meta.dirname, '../../data/ec2-prices.csv');
/** How soon an export that waits for a roll, or came in through another process, is seen. */
const TICK_MS = 250;
/** An export is waited for by a person: it may use what queries may. */
const THREADS = 2;

/** What the API asks. */
export function composeExportTasks({ config, state, wakes }: Base): ExportTasks {
  const onStart = () => {
    // An export holds everything that was acknowledged before it, so it waits for a roll of that.
    wakes.call('roll');
    wakes.call('export-tasks');
  };
  return new ExportTasks(
    { state, clock: systemClock, random: systemRandom },
    { accountId: config['account-id'], quotas: QUOTAS[config.quotas], onStart },
  );
}

/** Starts what makes exports. */
export function startExportTaskWorker(base: Base, stack: AsyncDisposableStack): Promise<void> {
  const makeStep = (lease: Lease) => composeStep(base, lease);
  return startStepWorker(base, stack, { work: 'export-tasks', name: 'exports', makeStep });
}

function composeStep({ config, state, objects }: Base, lease: Lease): Step {
  const openWriter = () =>
    createDuckdbLakeWriter({
      memoryBytesMax: config['lake-memory'],
      threads: THREADS,
      tempDir: join(config['data-dir'], 'work', 'export-spill'),
    });
  const runner = new ExportTaskRunner(
    { state, objects, clock: systemClock, openWriter },
    {
      accountId: config['account-id'],
      region: config.region,
      windowMsMax: QUOTAS[config.quotas].agentExportWindowMsMax,
      pricesFile: config['ec2-prices-file'] ?? EXAMPLE_PRICES_FILE,
      workDir: join(config['data-dir'], 'work', 'export'),
      lease,
    },
  );
  return async (signal) => ((await runner.step(signal)) ? 0 : TICK_MS);
}
