import type { Exporter } from '../exports/exporter.ts';
import type { LeaseKeeper } from '../jobs/lease-keeper.ts';
import type { Clock } from '../ports/clock.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { StoreFullError } from '../ports/store-errors.ts';
import { readBacklog } from '../telemetry/log-store.ts';
import type { Roller } from '../telemetry/roller.ts';
import type { Log } from './logs.ts';
import type { Metrics } from './metrics.ts';

export interface LakeParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly roller: Roller;
  readonly exporter: Exporter;
  readonly lease: LeaseKeeper;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface LakeWorkerOptions {
  readonly accountId: string;
  readonly rollIntervalMs: number;
  readonly rollBytes: number;
}

const TICK_MS = 250;
const RETRY_MS = 2000;

/**
 * Keeps the lake going: rolls what was accepted when it has waited long enough or is large enough, and lets the exporter
 * deliver. One process at a time does this for an account (a lease); an error is logged and tried again.
 */
export class LakeWorker implements AsyncDisposable {
  readonly #parts: LakeParts;
  readonly #options: LakeWorkerOptions;
  readonly #stop = new AbortController();
  #woken = new AbortController();
  #exportsChanged = true;
  #deliveryDue = false;
  #rollAwaited = false;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: LakeParts, options: LakeWorkerOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  start(): void {
    this.#running = this.#loop();
  }

  /** An export was started or stopped: look at once. */
  wake(): void {
    this.#exportsChanged = true;
    this.#woken.abort();
  }

  /** Somebody waits for what was accepted: roll it at once, however little it is. */
  rollSoon(): void {
    this.#rollAwaited = true;
    this.#woken.abort();
  }

  /** Everything accepted is rolled and delivered before this resolves. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#woken.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // Made before the turn, so that a wake during it cuts the pause after it.
      this.#woken = new AbortController();
      const pauseMs = await this.#guard(() => this.#turn(false));
      if (!this.#stop.signal.aborted) await this.#parts.clock.sleep(pauseMs, this.#woken.signal);
    }
    await this.#guard(() => this.#turn(true));
  }

  /** What cannot be rolled must not keep what is rolled from being delivered, nor an export from starting or stopping. */
  async #turn(everything: boolean): Promise<number> {
    if (!this.#parts.lease.isHeld) return RETRY_MS;
    const isAwaited = this.#rollAwaited;
    this.#rollAwaited = false;
    let rolled = false;
    try {
      rolled = await this.#rollDue(everything || isAwaited);
    } finally {
      if (rolled || this.#exportsChanged || this.#deliveryDue) await this.#deliver();
    }
    return rolled ? 0 : TICK_MS;
  }

  /** What a full disk leaves undelivered is due again in the next turn, not only after the next roll. */
  async #deliver(): Promise<void> {
    this.#exportsChanged = false;
    this.#deliveryDue = true;
    while (await this.#parts.exporter.step());
    this.#deliveryDue = false;
  }

  /** One roll when one is due; all there is when `everything`. */
  async #rollDue(everything: boolean): Promise<boolean> {
    const { state, clock, roller, metrics, log } = this.#parts;
    const backlog = await readBacklog(state.queries, this.#options.accountId);
    metrics.backlogBytes.set(backlog.bytes);
    if (backlog.oldestMs === undefined) return false;
    const waitedMs = clock.nowMs() - backlog.oldestMs;
    // A clock that was set back makes a negative age: then nobody knows how long it has waited.
    const isYoung = waitedMs >= 0 && waitedMs < this.#options.rollIntervalMs;
    if (!everything && isYoung && backlog.bytes < this.#options.rollBytes) return false;
    const report = await roller.rollOnce();
    if (report === undefined) return false;
    metrics.rowsRolled.inc(report.rows);
    log.debug(report, 'rolled');
    if (everything) await this.#rollDue(true);
    return true;
  }

  async #guard(turn: () => Promise<number>): Promise<number> {
    try {
      return await turn();
    } catch (error) {
      if (error instanceof StoreFullError) this.#parts.log.warn('the disk is full; the lake waits for room');
      else this.#parts.log.error({ err: error }, 'the lake worker failed and will try again');
      return RETRY_MS;
    }
  }
}
