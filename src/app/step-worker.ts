import { systemClock, systemRandom } from '../adapters/system.ts';
import { LeaseKeeper } from '../jobs/lease-keeper.ts';
import type { Lease } from '../jobs/leases.ts';
import type { Clock } from '../ports/clock.ts';
import { StoreFullError } from '../ports/store-errors.ts';
import type { Base } from './compose.ts';
import type { Log } from './logs.ts';
import type { Work } from './wakes.ts';

/** One piece of background work. Resolves with the time until the next one; 0: at once. */
export type Step = (signal: AbortSignal) => Promise<number>;

/** How long a worker rests after a failure, and while somebody else has the lease. */
const RETRY_MS = 2000;
/** How long the work of a process that went silent rests, where several share the state. */
const LEASE_MS = 60_000;

/**
 * Takes one step after the other while it holds its lease, so that one process at a time does this work for an account.
 * An error is logged and the step taken again; what a step leaves half done, its next one finishes.
 */
export class StepWorker implements AsyncDisposable {
  readonly #parts: { readonly clock: Clock; readonly lease: LeaseKeeper; readonly log: Log };
  readonly #name: string;
  readonly #step: Step;
  readonly #stop = new AbortController();
  #woken = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** `name` says in the log what the work is, in the plural: `imports`. */
  constructor(parts: { clock: Clock; lease: LeaseKeeper; log: Log }, name: string, step: Step) {
    this.#parts = parts;
    this.#name = name;
    this.#step = step;
  }

  start(): void {
    this.#running = this.#loop();
  }

  /** There is something to do: look at once. */
  wake(): void {
    this.#woken.abort();
  }

  /** The step under way is told to stop and ends; the next server goes on from what it made true. */
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
      // Others get the event loop between two steps, even when there is no pause.
      if (pauseMs === 0) await new Promise((resolve) => setImmediate(resolve));
      else if (!this.#stop.signal.aborted) await this.#parts.clock.sleep(pauseMs, this.#woken.signal);
    }
  }

  async #turn(): Promise<number> {
    const { lease, log } = this.#parts;
    if (!lease.isHeld) return RETRY_MS;
    try {
      return await this.#step(this.#stop.signal);
    } catch (error) {
      if (this.#stop.signal.aborted) return RETRY_MS;
      if (error instanceof StoreFullError) log.warn(`the disk is full; ${this.#name} wait for room`);
      else log.error({ err: error }, `${this.#name} failed and will be tried again`);
      return RETRY_MS;
    }
  }
}

/**
 * Starts a worker with a lease of its own, `<work>/<account>`; both end with `stack`. `makeStep` gets the lease, which what
 * the work makes true has to hold. `name` is for the log, in the plural.
 */
export async function startStepWorker(
  { config, state, log, wakes }: Base,
  stack: AsyncDisposableStack,
  { work, name, makeStep }: { readonly work: Work; readonly name: string; readonly makeStep: (lease: Lease) => Step },
): Promise<void> {
  const holder = `${process.pid}-${Buffer.from(systemRandom.bytes(6)).toString('hex')}`;
  const lease = { name: `${work}/${config['account-id']}`, holder, durationMs: LEASE_MS };
  const keeper = stack.use(new LeaseKeeper({ state, clock: systemClock }, lease));
  await keeper.start();
  const worker = stack.use(new StepWorker({ clock: systemClock, lease: keeper, log }, name, makeStep(lease)));
  worker.start();
  wakes.answer(work, () => worker.wake());
}
