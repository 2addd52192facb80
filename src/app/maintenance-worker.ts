import { deleteUnnamed } from '../buckets/garbage.ts';
import { sweepUploads } from '../buckets/sweep-uploads.ts';
import { sweepCopies } from '../exports/sweep-copies.ts';
import { expireExports } from '../exports/tasks/expire-exports.ts';
import { ImportSweeper } from '../imports/sweep-imports.ts';
import type { LeaseKeeper } from '../jobs/lease-keeper.ts';
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
  readonly lease: LeaseKeeper;
  readonly log: Log;
}

const PAUSE_MS = 15_000;
const SWEEP_EVERY_MS = 60 * 60_000;

/** Compaction, retention and the removal of what nothing names: work that nobody waits for, apart from the rolls. */
export class MaintenanceWorker implements AsyncDisposable {
  readonly #parts: MaintenanceParts;
  readonly #accountId: string;
  readonly #imports: ImportSweeper;
  readonly #stop = new AbortController();
  #sweptAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: MaintenanceParts, accountId: string) {
    this.#parts = parts;
    this.#accountId = accountId;
    this.#imports = new ImportSweeper(parts, accountId);
  }

  start(): void {
    this.#running = this.#loop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // What frees room comes first and apart: compaction needs some, and must not be the end of the rest.
      await this.#guard(() => this.#repeat(() => this.#parts.compactor.expireOnce()));
      await this.#guard(() => this.#parts.compactor.cleanUp());
      await this.#guard(async () => void (await deleteUnnamed(this.#parts, this.#accountId)));
      await this.#guard(() => this.#sweepWhenDue());
      await this.#guard(() => this.#repeat(() => this.#parts.compactor.compactOnce()));
      await this.#parts.clock.sleep(PAUSE_MS, this.#stop.signal);
    }
  }

  async #repeat(step: () => Promise<boolean>): Promise<void> {
    while (this.#mayGoOn() && (await step()));
  }

  #mayGoOn(): boolean {
    return !this.#stop.signal.aborted && this.#parts.lease.isHeld;
  }

  async #sweepWhenDue(): Promise<void> {
    const sinceMs = this.#parts.clock.nowMs() - this.#sweptAtMs;
    if (!this.#mayGoOn() || (sinceMs >= 0 && sinceMs < SWEEP_EVERY_MS)) return;
    this.#sweptAtMs = this.#parts.clock.nowMs();
    const expired = await expireExports(this.#parts, this.#accountId);
    if (expired > 0) this.#parts.log.info({ exports: expired }, 'deleted the data of old exports');
    const segments = await sweepSegments(this.#parts, this.#accountId);
    const files = await sweepFiles(this.#parts, this.#accountId);
    const copies = await sweepCopies(this.#parts, this.#accountId);
    const uploads = await sweepUploads(this.#parts, this.#accountId);
    const imports = await this.#imports.sweep();
    const swept = { segments, files, copies, uploads, imports };
    if (Object.values(swept).some((count) => count > 0))
      this.#parts.log.info(swept, 'deleted objects that nothing names');
  }

  async #guard(step: () => Promise<void>): Promise<void> {
    if (!this.#mayGoOn()) return;
    await step().catch((error: unknown) => this.#report(error));
  }

  #report(error: unknown): void {
    if (error instanceof StoreFullError) this.#parts.log.warn('the disk is full; maintenance waits for room');
    else this.#parts.log.error({ err: error }, 'maintenance failed and will try again');
  }
}
