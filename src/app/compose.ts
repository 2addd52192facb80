import { join } from 'node:path';
import { createFsObjectStore } from '../adapters/fs/fs-object-store.ts';
import { openSqlite } from '../adapters/sqlite/open-sqlite.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { ContinuousExports } from '../exports/continuous-exports.ts';
import { EXPORT_DATABASE } from '../exports/resources.ts';
import { Fleet } from '../fleet/fleet.ts';
import { ConflictError } from '../governance/errors.ts';
import { ensureDeliveryRole } from '../identity/delivery-roles.ts';
import { Ingest } from '../ingest/ingest.ts';
import { QUOTAS } from '../inventory/quotas.ts';
import { endAllLeases } from '../jobs/leases.ts';
import type { ObjectStore } from '../ports/objects.ts';
import { ensureSetting } from '../ports/state/settings.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { composeApi } from './compose-api.ts';
import { composeExportTasks, startExportTaskWorker } from './compose-exports.ts';
import { composeGovernance, startGovernanceWorker } from './compose-governance.ts';
import { composeImports, startImportWorker } from './compose-imports.ts';
import { composeInventory } from './compose-inventory.ts';
import { composeItems, startBatchDeleteWorker } from './compose-items.ts';
import { startLakeWorkers } from './compose-lake.ts';
import { startExportLineage } from './compose-lineage.ts';
import { startProjection } from './compose-projection.ts';
import { composeQueries, startQueryRunner } from './compose-queries.ts';
import { serveAgent } from './http/agent-routes.ts';
import { BodyRoom } from './http/body-room.ts';
import { listen } from './http/http-server.ts';
import { operationRoutes } from './http/operation-routes.ts';
import { createLog, type Log } from './logs.ts';
import { Metrics } from './metrics.ts';
import type { Config } from './options.ts';
import { ensureSecrets, type Secrets } from './secrets.ts';
import { Wakes } from './wakes.ts';

/** What every part is made of. */
export interface Base {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly fleet: Fleet;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pageTokenKey: Uint8Array;
  readonly wakes: Wakes;
}

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  readonly secrets: Secrets;
  readonly exports: ContinuousExports;
  /** A data source over the lake's tables, unless there is one. */
  readonly bootstrapDataZone: () => Promise<void>;
}

/** Of all connections together, on the wire. */
const AGENT_BODIES_BYTES_MAX = 128 * 1024 * 1024;

/**
 * The composition root: the only place that knows which adapter is behind a port and in what order things start. What
 * is started is pushed on a stack and stopped in reverse: first no new requests, then what is accepted is rolled, then
 * the state closes.
 */
export async function startServer(config: Config): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack();
  const base = await openBase(config, stack);
  const roles = new Set(config.roles);
  const inventory = stack.use(composeInventory(base));
  const governance = composeGovernance(base);
  const exports = composeContinuousExports(base);
  const runner = roles.has('worker') ? startQueryRunner(base, stack) : undefined;
  if (roles.has('worker')) {
    await startLakeWorkers(base, stack);
    await startProjection(base, stack, () => inventory.refresh());
    await startExportTaskWorker(base, stack);
    await startImportWorker(base, stack);
    await startBatchDeleteWorker(base, stack);
    await startGovernanceWorker(base, governance.runs, stack);
    await startExportLineage(base, { exports, governance }, stack);
  }
  const ingest = roles.has('ingest') ? composeIngest(base) : undefined;
  if (ingest !== undefined) stack.defer(() => ingest.drain());
  const bodies = new BodyRoom(AGENT_BODIES_BYTES_MAX);
  const aws = roles.has('api')
    ? composeApi(base, {
        exports,
        exportTasks: composeExportTasks(base),
        imports: composeImports(base),
        governance,
        queries: await composeQueries(base, runner),
        inventory,
        items: composeItems(base, inventory),
      })
    : undefined;
  const http = await listen(
    {
      agent:
        ingest &&
        ((req, res) =>
          serveAgent({ fleet: base.fleet, ingest, metrics: base.metrics, log: base.log, bodies }, req, res)),
      aws,
      operations: operationRoutes(base),
    },
    { host: config.host, port: config.port },
  );
  stack.use(http);
  const owned = stack.move();
  return {
    url: http.url,
    secrets: base.secrets,
    exports,
    bootstrapDataZone: async () => {
      await governance.bootstrap.ensure(config['account-id'], EXPORT_DATABASE).catch((error: unknown) => {
        if (!(error instanceof ConflictError)) throw error;
        // Its domain is being deleted, which is no reason not to start.
        base.log.warn(`no data source was made: ${error.message}`);
      });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function openBase(config: Config, stack: AsyncDisposableStack): Promise<Base> {
  const log = createLog(config['log-level']);
  const secrets = ensureSecrets(config, systemRandom);
  const state = stack.use(openSqlite(join(config['data-dir'], 'state', 'periplus.sqlite')));
  await state.migrate();
  // The state file is ours alone, so whoever held a lease is dead.
  await endAllLeases(state.queries);
  await ensureDeliveryRole(state.queries, config['account-id']);
  const tokenKey = await ensureSetting(state.queries, 'page-token-key', () =>
    Buffer.from(systemRandom.bytes(32)).toString('base64'),
  );
  const fleet = new Fleet(
    { state, clock: systemClock, random: systemRandom },
    {
      accountId: config['account-id'],
      enrollmentToken: secrets.enrollmentToken,
      deniedAgents: new Set(config['denied-agents']),
      sampleIntervalMs: config['sample-interval'],
      sendIntervalMs: config['send-interval'],
      newAgentsCollect: config['new-agents-collect'],
      collectingMax: QUOTAS[config.quotas].collectingAgentsMax,
    },
  );
  const objects = createFsObjectStore(join(config['data-dir'], 'objects'), { isAlone: true });
  return {
    config,
    secrets,
    state,
    objects,
    fleet,
    log,
    metrics: new Metrics(),
    pageTokenKey: Buffer.from(tokenKey, 'base64'),
    wakes: new Wakes(),
  };
}

function composeContinuousExports({ config, state, wakes }: Base): ContinuousExports {
  return new ContinuousExports(
    { state, clock: systemClock, random: systemRandom },
    { accountId: config['account-id'], region: config.region, onCommand: () => wakes.call('continuous-exports') },
  );
}

function composeIngest(base: Base): Ingest {
  const { config, state, objects } = base;
  return new Ingest(
    { state, objects, clock: systemClock },
    { accountId: config['account-id'], freeBytesMin: config['free-bytes-min'] },
  );
}
