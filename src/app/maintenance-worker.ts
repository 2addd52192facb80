import { acquireLease, type Lease, releaseLease } from '../jobs/leases.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { StoreFullError } from '../ports/store-errors.ts';
import type { Compactor } from '../telemetry/compactor.ts';
import { sweepFiles, sweepSegments } from '../telemetry/sweep.ts';
import type { Log } from './logs.ts';

export interface MaintenanceParts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly compactor: Compactor;
  readonly log: Log;
}

const PAUSE_MS = 15_000;
const SWEEP_EVERY_MS = 60 * 60_000;

/** Compaction, retention and the removal of what nothing names: work that nobody waits for, apart from the rolls. */
export class MaintenanceWorker implements AsyncDisposable {
  readonly #parts: MaintenanceParts;
  readonly #options: { readonly accountId: string; readonly lease: Lease };
  readonly #stop = new AbortController();
  #sweptAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: MaintenanceParts, options: { readonly accountId: string; readonly lease: Lease }) {
    this.#parts = parts;
    this.#options = options;
  }

  start(): void {
    this.#running = this.#loop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { clock, state } = this.#parts;
    while (!this.#stop.signal.aborted) {
      await this.#turn().catch((error: unknown) => this.#report(error));
      await clock.sleep(PAUSE_MS, this.#stop.signal);
    }
    await releaseLease(state.queries, this.#options.lease);
  }

  async #turn(): Promise<void> {
    const { compactor, clock } = this.#parts;
    while (await this.#mayGoOn()) {
      if (!((await compactor.expireOnce()) || (await compactor.compactOnce()))) break;
    }
    if (!(await this.#mayGoOn())) return;
    await compactor.cleanUp();
    if (clock.nowMs() - this.#sweptAtMs >= SWEEP_EVERY_MS) await this.#sweep();
  }

  async #mayGoOn(): Promise<boolean> {
    if (this.#stop.signal.aborted) return false;
    return acquireLease(this.#parts.state.queries, this.#options.lease, this.#parts.clock.nowMs());
  }

  async #sweep(): Promise<void> {
    const { accountId } = this.#options;
    this.#sweptAtMs = this.#parts.clock.nowMs();
    const segments = await sweepSegments(this.#parts, accountId);
    const files = await sweepFiles(this.#parts, accountId);
    if (segments + files > 0) this.#parts.log.info({ segments, files }, 'deleted objects that nothing names');
  }

  #report(error: unknown): void {
    if (error instanceof StoreFullError) this.#parts.log.warn('the disk is full; compaction waits for room');
    else this.#parts.log.error({ err: error }, 'maintenance failed and will try again');
  }
}
