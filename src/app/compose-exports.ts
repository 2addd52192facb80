import { join } from 'node:path';
import { createDuckdbLakeWriter } from '../adapters/duckdb/duckdb-lake-writer.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { ExportTaskRunner } from '../exports/tasks/export-task-runner.ts';
import { ExportTasks } from '../exports/tasks/export-tasks.ts';
import { QUOTAS } from '../inventory/quotas.ts';
import { LeaseKeeper } from '../jobs/lease-keeper.ts';
import type { Base } from './compose.ts';
import { ExportTaskWorker } from './export-task-worker.ts';

/** What is used until the user names a file of prices. */
const EXAMPLE_PRICES_FILE = join(import.meta.dirname, '../../data/ec2-prices.csv');
const LEASE_MS = 60_000;
/** An export is waited for by a person: it may use what queries may. */
const THREADS = 2;

/** What the API asks; workers in the same process hear of a new export at once. */
export function composeExportTasks(base: Base, onStart: () => void): ExportTasks {
  const { config, state } = base;
  return new ExportTasks(
    { state, clock: systemClock, random: systemRandom },
    { accountId: config['account-id'], quotas: QUOTAS[config.quotas], onStart },
  );
}

/** Starts what makes exports; it is stopped before the state closes. */
export async function startExportTaskWorker(base: Base, stack: AsyncDisposableStack): Promise<ExportTaskWorker> {
  const { config, state, objects, log } = base;
  const accountId = config['account-id'];
  const holder = `${process.pid}-${Buffer.from(systemRandom.bytes(6)).toString('hex')}`;
  const lease = { name: `export-tasks/${accountId}`, holder, durationMs: LEASE_MS };
  const keeper = stack.use(new LeaseKeeper({ state, clock: systemClock }, lease));
  await keeper.start();
  const workDir = join(config['data-dir'], 'work', 'export');
  const openWriter = () =>
    createDuckdbLakeWriter({
      memoryBytesMax: config['lake-memory'],
      threads: THREADS,
      tempDir: join(config['data-dir'], 'work', 'export-spill'),
    });
  const runner = new ExportTaskRunner(
    { state, objects, clock: systemClock, openWriter },
    {
      accountId,
      region: config.region,
      windowMsMax: QUOTAS[config.quotas].agentExportWindowMsMax,
      pricesFile: config['ec2-prices-file'] ?? EXAMPLE_PRICES_FILE,
      workDir,
      lease,
      onError: (exportId, error) => log.error({ err: error, exportId }, 'an export failed'),
    },
  );
  const worker = stack.use(new ExportTaskWorker({ clock: systemClock, runner, lease: keeper, log }));
  worker.start();
  return worker;
}
