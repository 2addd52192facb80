import type { Exporter } from '../exports/exporter.ts';
import { acquireLease, type Lease, releaseLease } from '../jobs/leases.ts';
import type { Clock } from '../ports/clock.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { StoreFullError } from '../ports/store-errors.ts';
import type { Roller } from '../telemetry/roller.ts';
import { readBacklog } from '../telemetry/store.ts';
import type { Log } from './logs.ts';
import type { Metrics } from './metrics.ts';

export interface LakeWorkerOptions {
  readonly accountId: string;
  readonly lease: Lease;
  readonly rollIntervalMs: number;
  readonly rollBytes: number;
}

const TICK_MS = 250;
const RETRY_MS = 2000;
const RENEW_MS = 5000;

/**
 * Keeps the lake going: rolls what was accepted when it has waited long enough or is large enough, and lets the exporter
 * deliver. One process at a time does this for an account (a lease); an error is logged and tried again.
 */
export class LakeWorker implements AsyncDisposable {
  readonly #parts: { state: StateStore; clock: Clock; roller: Roller; exporter: Exporter; log: Log; metrics: Metrics };
  readonly #options: LakeWorkerOptions;
  readonly #stop = new AbortController();
  #woken = new AbortController();
  #exportsChanged = true;
  #deliveryDue = false;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();

  constructor(
    parts: { state: StateStore; clock: Clock; roller: Roller; exporter: Exporter; log: Log; metrics: Metrics },
    options: LakeWorkerOptions,
  ) {
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

  /** Everything accepted is rolled and delivered before this resolves. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#woken.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { clock } = this.#parts;
    while (!this.#stop.signal.aborted) {
      const pauseMs = await this.#guard(() => this.#turn(false));
      this.#woken = new AbortController();
      if (this.#stop.signal.aborted || this.#exportsChanged) continue;
      await clock.sleep(pauseMs, this.#woken.signal);
    }
    await this.#guard(() => this.#turn(true));
    await releaseLease(this.#parts.state.queries, this.#options.lease);
  }

  async #turn(everything: boolean): Promise<number> {
    if (!(await this.#renew())) return RETRY_MS;
    const rolled = await this.#rollDue(everything);
    if (rolled || this.#exportsChanged || this.#deliveryDue) await this.#deliver();
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
    if (!everything && waitedMs < this.#options.rollIntervalMs && backlog.bytes < this.#options.rollBytes) return false;
    const report = await roller.rollOnce();
    if (report === undefined) return false;
    metrics.rowsRolled.inc(report.rows);
    log.debug(report, 'rolled');
    return everything ? (await this.#rollDue(true)) || true : true;
  }

  async #renew(): Promise<boolean> {
    const nowMs = this.#parts.clock.nowMs();
    if (nowMs - this.#renewedAtMs < RENEW_MS) return true;
    const held = await acquireLease(this.#parts.state.queries, this.#options.lease, nowMs);
    if (held) this.#renewedAtMs = nowMs;
    return held;
  }

  async #guard(turn: () => Promise<number>): Promise<number> {
    try {
      return await turn();
    } catch (error) {
      if (error instanceof StoreFullError) this.#parts.log.warn('the disk is full; the lake waits for room');
      else this.#parts.log.error({ err: error }, 'the lake worker failed and will try again');
      this.#renewedAtMs = Number.NEGATIVE_INFINITY;
      return RETRY_MS;
    }
  }
}
