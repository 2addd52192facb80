/** A repeating deadline on a clock that people may set: never a burst to catch up, never a wait beyond one interval. */
export class Schedule {
  intervalMs: number;
  #nextAtMs: number;

  constructor(intervalMs: number, firstAtMs: number) {
    this.intervalMs = intervalMs;
    this.#nextAtMs = firstAtMs;
  }

  dueInMs(nowMs: number): number {
    if (this.#nextAtMs - nowMs > this.intervalMs) this.#nextAtMs = nowMs + this.intervalMs;
    return Math.max(0, this.#nextAtMs - nowMs);
  }

  isDue(nowMs: number): boolean {
    return this.dueInMs(nowMs) === 0;
  }

  /** Marks this round as done; rounds that were missed are not made up for. */
  advance(nowMs: number): void {
    const nextAtMs = this.#nextAtMs + this.intervalMs;
    this.#nextAtMs = nextAtMs > nowMs ? nextAtMs : nowMs + this.intervalMs;
  }

  /** Moves the next round, at most one interval away. */
  setNext(atMs: number): void {
    this.#nextAtMs = atMs;
  }
}
