import { join } from 'node:path';
import {
  createDuckdbLakeWriter,
  createTransientLakeWriter,
  type DuckdbLakeWriterOptions,
} from '../adapters/duckdb/duckdb-lake-writer.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { DeliveredCopies } from '../exports/delivered-copies.ts';
import { Exporter } from '../exports/exporter.ts';
import { inventoryFollower } from '../inventory/projection/projection-store.ts';
import { LeaseKeeper } from '../jobs/lease-keeper.ts';
import type { Lease } from '../jobs/leases.ts';
import { Compactor } from '../telemetry/compactor.ts';
import { Roller } from '../telemetry/roller.ts';
import type { Base } from './compose.ts';
import { LakeWorker } from './lake-worker.ts';
import { MaintenanceWorker } from './maintenance-worker.ts';

/** How long the work of a process that went silent rests, where several share the state. */
const LEASE_MS = 60_000;

/** Starts the two workers of the lake: one that readers wait for, one that nobody waits for. */
export async function startLakeWorkers(base: Base, stack: AsyncDisposableStack): Promise<void> {
  const holder = `${process.pid}-${Buffer.from(systemRandom.bytes(6)).toString('hex')}`;
  stack.use(await startMaintenance(base, holder, stack));
  const worker = stack.use(await startLakeWorker(base, holder, stack));
  base.wakes.answer('continuous-exports', () => worker.wake());
  base.wakes.answer('roll', () => worker.rollSoon());
}

async function startLakeWorker(base: Base, holder: string, stack: AsyncDisposableStack): Promise<LakeWorker> {
  const { config, state, objects, log, metrics } = base;
  const accountId = config['account-id'];
  const lease = { name: `lake/${accountId}`, holder, durationMs: LEASE_MS };
  const writer = stack.use(await createDuckdbLakeWriter(writerOptions(base, 'roll')));
  const roller = new Roller(
    { state, objects, clock: systemClock, writer },
    {
      accountId,
      workDir: join(config['data-dir'], 'work', 'roll'),
      rollBytesMax: config['roll-bytes'],
      deniedAgents: new Set(config['denied-agents']),
      lease,
    },
  );
  const exporter = new Exporter(
    { state, objects, clock: systemClock },
    {
      accountId,
      region: config.region,
      limits: { bucketsMax: config['buckets-max'], deliveriesMax: config['deliveries-max'] },
      onFault: (exportId, fault) =>
        log.error({ exportId, detail: fault.detail, reason: fault.message }, 'a continuous export stopped'),
      onLostFile: (exportId, objectKey) =>
        log.error({ exportId, objectKey }, 'a file of the lake has lost its bytes and was not delivered'),
    },
  );
  const options = { accountId, rollIntervalMs: config['roll-interval'], rollBytes: config['roll-bytes'] };
  const worker = new LakeWorker(
    { state, clock: systemClock, roller, exporter, lease: await keepLease(base, lease, stack), log, metrics },
    options,
  );
  worker.start();
  return worker;
}

async function startMaintenance(base: Base, holder: string, stack: AsyncDisposableStack): Promise<MaintenanceWorker> {
  const { config, state, objects, log } = base;
  const accountId = config['account-id'];
  const lease = { name: `maintenance/${accountId}`, holder, durationMs: LEASE_MS };
  const writer = createTransientLakeWriter(writerOptions(base, 'compact'));
  const copies = new DeliveredCopies({ objects, clock: systemClock, state }, accountId);
  const compactor = new Compactor(
    { state, objects, clock: systemClock, writer, copies, followers: [inventoryFollower] },
    { accountId, workDir: join(config['data-dir'], 'work', 'compact'), retentionDays: config['retention-days'], lease },
  );
  const worker = new MaintenanceWorker(
    { state, objects, clock: systemClock, compactor, lease: await keepLease(base, lease, stack), log },
    accountId,
  );
  worker.start();
  return worker;
}

function writerOptions({ config }: Base, name: string): DuckdbLakeWriterOptions {
  const tempDir = join(config['data-dir'], 'work', `${name}-spill`);
  return { memoryBytesMax: config['lake-memory'], threads: 1, tempDir };
}

async function keepLease(base: Base, lease: Lease, stack: AsyncDisposableStack): Promise<LeaseKeeper> {
  const keeper = stack.use(new LeaseKeeper({ state: base.state, clock: systemClock }, lease));
  await keeper.start();
  return keeper;
}
