import * as datazone from '@aws-sdk/client-datazone';
import { DataZoneClient } from '@aws-sdk/client-datazone';
import type { TableDefinition } from '../src/catalog/catalog.ts';
import { insertDatabase } from '../src/catalog/catalog.ts';
import { putTable } from '../src/catalog/tables.ts';
import { BeyondDataZone } from '../src/governance/beyond.ts';
import { createCatalogue } from '../src/governance/catalogue.ts';
import { createContainers } from '../src/governance/containers/containers.ts';
import { RemovalWorker } from '../src/governance/containers/removal-worker.ts';
import { settleEnvironments } from '../src/governance/containers/settle-environments.ts';
import { DataSources } from '../src/governance/data-sources/data-sources.ts';
import { settleDataSources } from '../src/governance/data-sources/settle.ts';
import { LineageEvents } from '../src/governance/lineage/lineage-events.ts';
import { LineageNodes } from '../src/governance/lineage/lineage-nodes.ts';
import { RunWorker } from '../src/governance/runs/run-worker.ts';
import { Runs } from '../src/governance/runs/runs.ts';
import { runSchedules } from '../src/governance/runs/scheduler.ts';
import { acquireLease } from '../src/jobs/leases.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { createDataZoneService } from '../src/services/datazone/datazone-service.ts';
import {
  ACCOUNT,
  CREDENTIALS,
  OTHER_CREDENTIALS,
  openWorld,
  PAGE_TOKEN_KEY,
  type Parts,
  REGION,
} from './services-world.ts';

// A DataZone over the real wire, with a worker that the test carries on by hand.

export const SETTLE_MS = 500;
export const RUNS_PER_DAY_MAX = 25;
const LEASE = { name: `governance/${ACCOUNT}`, holder: 'test', durationMs: 10 ** 12 };

export type DataZoneWorld = Awaited<ReturnType<typeof openDataZone>>;

export async function openDataZone() {
  let worker: RunWorker | undefined;
  const world = await openWorld((parts) => {
    worker = openWorker(parts);
    return [compose(parts)];
  });
  await acquireLease(world.state.queries, LEASE, world.clock.nowMs());
  const client = open(world.endpoint, CREDENTIALS);
  const runs = new Runs(world, { runsPerDayMax: RUNS_PER_DAY_MAX, onCommand: () => {} });
  return {
    ...world,
    client,
    /** The same endpoint, asked by another account. */
    otherClient: open(world.endpoint, OTHER_CREDENTIALS),
    /** What the command line can do beside DataZone's operations. */
    beyond: new BeyondDataZone(world),
    /** Lets everything that is due come to its end: settling first, then schedules, runs and removals, chunk after chunk. */
    async settle(): Promise<void> {
      world.clock.advance(SETTLE_MS);
      await settleDataSources(world, ACCOUNT);
      await settleEnvironments(world, { accountId: ACCOUNT, lease: LEASE });
      await runSchedules(world, runs, ACCOUNT);
      while (await worker?.step());
      while (await openRemoval(world).step());
    },
    /** A chunk of what is deleted, by a worker that knows nothing of the chunks before. */
    removalStep: () => openRemoval(world).step(),
    /** A single step of the worker, for what happens in the middle of a run. */
    step: async () => worker?.step(),
    /** A worker that knows nothing of what the first one did, as after a restart. */
    replaceWorker(): void {
      worker = openWorker(world);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      client.destroy();
      await world[Symbol.asyncDispose]();
    },
  };
}

function openWorker(parts: Parts): RunWorker {
  return new RunWorker(parts, {
    accountId: ACCOUNT,
    lease: LEASE,
    onError: (error) => {
      throw error;
    },
  });
}

function openRemoval(parts: Parts): RemovalWorker {
  return new RemovalWorker(parts, { accountId: ACCOUNT, region: REGION, lease: LEASE });
}

function compose(parts: Parts) {
  const onCommand = () => {};
  const options = { region: REGION, settleMs: SETTLE_MS, onCommand };
  return createDataZoneService({
    ...createContainers(parts, options),
    dataSources: new DataSources(parts, options),
    runs: new Runs(parts, { runsPerDayMax: RUNS_PER_DAY_MAX, onCommand }),
    ...createCatalogue(parts),
    lineageEvents: new LineageEvents(parts, { region: REGION }),
    lineageNodes: new LineageNodes(parts),
    region: REGION,
    pageTokenKey: PAGE_TOKEN_KEY,
  });
}

function open(endpoint: string, credentials: typeof CREDENTIALS): DataZoneClient {
  return new DataZoneClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
}

/** A domain and a project to begin with. */
export async function makeProject(
  client: DataZoneClient,
  name = 'sales',
): Promise<{ domainIdentifier: string; projectIdentifier: string }> {
  const domain = await client.send(new datazone.CreateDomainCommand({ name: `${name}-domain` } as never));
  const domainIdentifier = domain.id as string;
  const project = await client.send(new datazone.CreateProjectCommand({ domainIdentifier, name }));
  return { domainIdentifier, projectIdentifier: project.id as string };
}

/** Gives the catalogue a database with tables of these names. */
export async function putDatabase(state: StateStore, database: string, tables: readonly string[]): Promise<void> {
  await insertDatabase(state.queries, ACCOUNT, { name: database, parameters: {}, createdAtMs: 0 });
  for (const name of tables) await putCatalogTable(state, database, name);
}

export async function putCatalogTable(
  state: StateStore,
  database: string,
  name: string,
  changes: Partial<TableDefinition> = {},
): Promise<void> {
  const definition: TableDefinition = {
    type: 'EXTERNAL_TABLE',
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'placed_at', type: 'timestamp', comment: 'when it was ordered' },
    ],
    partitionKeys: [{ name: 'dt', type: 'string' }],
    parameters: { classification: 'parquet' },
    location: `s3://lake/${database}/${name}/`,
    ...changes,
  };
  await putTable(state.queries, { accountId: ACCOUNT, database, name, definition, nowMs: 0 });
}
