import { systemClock, systemRandom } from '../adapters/system.ts';
import { Assets } from '../governance/assets/assets.ts';
import { BeyondDataZone } from '../governance/beyond.ts';
import { Bootstrap } from '../governance/bootstrap.ts';
import { Domains } from '../governance/containers/domains.ts';
import { Projects } from '../governance/containers/projects.ts';
import { DataSources } from '../governance/data-sources/data-sources.ts';
import { RunWorker } from '../governance/runs/run-worker.ts';
import { Runs } from '../governance/runs/runs.ts';
import { LeaseKeeper } from '../jobs/lease-keeper.ts';
import type { Base } from './compose.ts';
import { GovernanceWorker } from './governance-worker.ts';

/** How long the work of a process that went silent rests, where several share the state. */
const LEASE_MS = 60_000;

/** DataZone's domain, as its service asks it. */
export interface Governance {
  readonly domains: Domains;
  readonly projects: Projects;
  readonly dataSources: DataSources;
  readonly runs: Runs;
  readonly assets: Assets;
  readonly beyond: BeyondDataZone;
  readonly bootstrap: Bootstrap;
}

/** `wake` is called after every command: there is something for the worker to do. */
export function composeGovernance({ config, state }: Base, wake: () => void): Governance {
  const ports = { state, clock: systemClock, random: systemRandom };
  const parts = {
    domains: new Domains(ports, { region: config.region, onCommand: wake }),
    projects: new Projects(ports, { onCommand: wake }),
    dataSources: new DataSources(ports, {
      region: config.region,
      settleMs: config['data-source-settle'],
      onCommand: wake,
    }),
    runs: new Runs(ports, { runsPerDayMax: config['data-source-runs-max'], onCommand: wake }),
    assets: new Assets(ports),
    beyond: new BeyondDataZone(ports),
  };
  return { ...parts, bootstrap: new Bootstrap({ state, ...parts }) };
}

/** Starts what carries runs on; it is stopped before the state closes. */
export async function startGovernanceWorker(
  base: Base,
  runs: Runs,
  stack: AsyncDisposableStack,
): Promise<GovernanceWorker> {
  const { config, state, log } = base;
  const accountId = config['account-id'];
  const ports = { state, clock: systemClock, random: systemRandom };
  const holder = `${process.pid}-${Buffer.from(systemRandom.bytes(6)).toString('hex')}`;
  const lease = { name: `governance/${accountId}`, holder, durationMs: LEASE_MS };
  const keeper = stack.use(new LeaseKeeper(ports, lease));
  await keeper.start();
  const runWorker = new RunWorker(ports, {
    accountId,
    lease,
    onError: (error, runId) => log.error({ err: error, runId }, 'a chunk of a data source run failed'),
  });
  const worker = stack.use(
    new GovernanceWorker({ state, clock: systemClock, runs, runWorker, lease: keeper, log }, accountId),
  );
  worker.start();
  return worker;
}
