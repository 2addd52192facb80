import { settleDataSources } from '../governance/data-sources/settle.ts';
import type { RunWorker } from '../governance/runs/run-worker.ts';
import type { Runs } from '../governance/runs/runs.ts';
import { runSchedules } from '../governance/runs/scheduler.ts';
import type { LeaseKeeper } from '../jobs/lease-keeper.ts';
import type { Clock } from '../ports/clock.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { StoreFullError } from '../ports/store-errors.ts';
import type { Log } from './logs.ts';

export interface GovernanceWorkerParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly runs: Runs;
  readonly runWorker: RunWorker;
  readonly lease: LeaseKeeper;
  readonly log: Log;
}

const TICK_MS = 200;
const RETRY_MS = 2000;

/**
 * Keeps DataZone going: data sources that settle, schedules, and live runs, a chunk of each at a time. One process at a time does this
 * for an account (a lease); an error is logged and tried again.
 */
export class GovernanceWorker implements AsyncDisposable {
  readonly #parts: GovernanceWorkerParts;
  readonly #accountId: string;
  readonly #stop = new AbortController();
  #woken = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: GovernanceWorkerParts, accountId: string) {
    this.#parts = parts;
    this.#accountId = accountId;
  }

  start(): void {
    this.#running = this.#loop();
  }

  /** There is something to do: look at once. */
  wake(): void {
    this.#woken.abort();
  }

  /** What is live goes on when the next server starts. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#woken.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // Made before the turn, so that a wake during it cuts the pause after it.
      this.#woken = new AbortController();
      const pauseMs = await this.#turn();
      // Others get the event loop between two chunks.
      if (pauseMs === 0) await new Promise((resolve) => setImmediate(resolve));
      else if (!this.#stop.signal.aborted) await this.#parts.clock.sleep(pauseMs, this.#woken.signal);
    }
  }

  async #turn(): Promise<number> {
    const { state, clock, runs, runWorker, lease, log } = this.#parts;
    if (!lease.isHeld) return RETRY_MS;
    try {
      await settleDataSources({ state, clock }, this.#accountId);
      await runSchedules({ state, clock }, runs, this.#accountId);
      return (await runWorker.step()) ? 0 : TICK_MS;
    } catch (error) {
      if (error instanceof StoreFullError) log.warn('the disk is full; data source runs wait for room');
      else log.error({ err: error }, 'the governance worker failed and will try again');
      return RETRY_MS;
    }
  }
}
