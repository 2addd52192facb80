import type { ExportTaskRunner } from '../exports/tasks/export-task-runner.ts';
import type { LeaseKeeper } from '../jobs/lease-keeper.ts';
import type { Clock } from '../ports/clock.ts';
import { StoreFullError } from '../ports/store-errors.ts';
import type { Log } from './logs.ts';

export interface ExportTaskParts {
  readonly clock: Clock;
  readonly runner: ExportTaskRunner;
  readonly lease: LeaseKeeper;
  readonly log: Log;
}

/** How soon an export that waits for a roll, or came in through another process, is seen. */
const TICK_MS = 250;
const RETRY_MS = 2000;

/** Makes the exports that users asked for. One process at a time does this for an account (a lease). */
export class ExportTaskWorker implements AsyncDisposable {
  readonly #parts: ExportTaskParts;
  readonly #stop = new AbortController();
  #woken = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: ExportTaskParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#loop();
  }

  /** An export was asked for: look at once. */
  wake(): void {
    this.#woken.abort();
  }

  /** What is being made is given up, to be made from the start by the next server. */
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
      if (!this.#stop.signal.aborted) await this.#parts.clock.sleep(pauseMs, this.#woken.signal);
    }
  }

  async #turn(): Promise<number> {
    const { lease, runner, log } = this.#parts;
    if (!lease.isHeld) return RETRY_MS;
    try {
      return (await runner.step(this.#stop.signal)) ? 0 : TICK_MS;
    } catch (error) {
      if (error instanceof StoreFullError) log.warn('the disk is full; exports wait for room');
      else log.error({ err: error }, 'exports failed and will be tried again');
      return RETRY_MS;
    }
  }
}
