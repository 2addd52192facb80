import { systemClock, systemRandom } from '../adapters/system.ts';
import { HOUR_MS } from '../core/time.ts';
import { BeyondDataZone } from '../governance/beyond.ts';
import { Bootstrap } from '../governance/bootstrap.ts';
import { type Catalogue, createCatalogue } from '../governance/catalogue.ts';
import { deleteOldTokens } from '../governance/client-tokens.ts';
import { type Containers, createContainers } from '../governance/containers/containers.ts';
import { RemovalWorker } from '../governance/containers/removal-worker.ts';
import { settleEnvironments } from '../governance/containers/settle-environments.ts';
import { DataSources } from '../governance/data-sources/data-sources.ts';
import { settleDataSources } from '../governance/data-sources/settle.ts';
import { LineageEvents } from '../governance/lineage/lineage-events.ts';
import { LineageNodes } from '../governance/lineage/lineage-nodes.ts';
import { RunWorker } from '../governance/runs/run-worker.ts';
import { Runs } from '../governance/runs/runs.ts';
import { runSchedules } from '../governance/runs/scheduler.ts';
import type { Lease } from '../jobs/leases.ts';
import type { Base } from './compose.ts';
import { type Step, startStepWorker } from './step-worker.ts';

/** How soon what is due, or came in through another process, is seen. */
const TICK_MS = 200;

/** DataZone's domain, as its service asks it. */
export interface Governance extends Containers, Catalogue {
  readonly dataSources: DataSources;
  readonly runs: Runs;
  readonly lineageEvents: LineageEvents;
  readonly lineageNodes: LineageNodes;
  readonly beyond: BeyondDataZone;
  readonly bootstrap: Bootstrap;
}

export function composeGovernance({ config, state, wakes }: Base): Governance {
  const wake = () => wakes.call('governance');
  const ports = { state, clock: systemClock, random: systemRandom };
  const options = { region: config.region, settleMs: config['data-source-settle'], onCommand: wake };
  const parts = {
    ...createContainers(ports, options),
    dataSources: new DataSources(ports, options),
    runs: new Runs(ports, { runsPerDayMax: config['data-source-runs-max'], onCommand: wake }),
    ...createCatalogue(ports),
    lineageEvents: new LineageEvents(ports, { region: config.region }),
    lineageNodes: new LineageNodes(ports),
    beyond: new BeyondDataZone(ports),
  };
  return { ...parts, bootstrap: new Bootstrap({ state, ...parts }) };
}

/**
 * Starts what lets data sources and environments settle, follows schedules, carries runs on and takes away what is
 * deleted, a chunk at a time.
 */
export function startGovernanceWorker(base: Base, runs: Runs, stack: AsyncDisposableStack): Promise<void> {
  const makeStep = (lease: Lease) => composeStep(base, runs, lease);
  return startStepWorker(base, stack, { work: 'governance', name: 'data source runs', makeStep });
}

function composeStep({ config, state, log }: Base, runs: Runs, lease: Lease): Step {
  const accountId = config['account-id'];
  const ports = { state, clock: systemClock, random: systemRandom };
  const onError = (error: unknown, runId: string) => log.error({ err: error, runId }, 'a chunk of a run failed');
  const runWorker = new RunWorker(ports, { accountId, lease, onError });
  const removalWorker = new RemovalWorker(ports, { accountId, region: config.region, lease });
  let sweptAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (systemClock.nowMs() - sweptAtMs >= HOUR_MS) {
      sweptAtMs = systemClock.nowMs();
      await deleteOldTokens(state.queries, accountId, sweptAtMs);
    }
    await settleDataSources(ports, accountId);
    await runSchedules(ports, runs, accountId);
    await settleEnvironments(ports, { accountId, lease });
    const isRunning = await runWorker.step();
    const isRemoving = await removalWorker.step();
    return isRunning || isRemoving ? 0 : TICK_MS;
  };
}
