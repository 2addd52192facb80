import type { Clock } from '../ports/clock.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { acquireLease, type Lease, releaseLease } from './leases.ts';

/** How often a lease is renewed in its time: two renewals may fail before it is lost. */
const RENEWALS = 3;

/**
 * Holds a lease for as long as it lives, however long a step of the work takes: the work renews nothing itself. While
 * somebody else has it, it asks again.
 */
export class LeaseKeeper implements AsyncDisposable {
  readonly #ports: { state: StateStore; clock: Clock };
  readonly #lease: Lease;
  readonly #stop = new AbortController();
  #isHeld = false;
  #running: Promise<void> = Promise.resolve();

  constructor(ports: { state: StateStore; clock: Clock }, lease: Lease) {
    this.#ports = ports;
    this.#lease = lease;
  }

  /** Whether the last try got it. What relies on it still asks `holdsLease` in its transaction. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Tries at once, then keeps on. */
  async start(): Promise<void> {
    await this.#renew();
    this.#running = this.#loop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await releaseLease(this.#ports.state.queries, this.#lease);
  }

  async #loop(): Promise<void> {
    for (;;) {
      await this.#ports.clock.sleep(this.#lease.durationMs / RENEWALS, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      await this.#renew();
    }
  }

  async #renew(): Promise<void> {
    const { state, clock } = this.#ports;
    this.#isHeld = await acquireLease(state.queries, this.#lease, clock.nowMs()).catch(() => false);
  }
}
