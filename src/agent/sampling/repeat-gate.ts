// Thinning of facts that repeat (lake.md §2.9): a fact is let through at first sight and then once per interval while
// it is seen. What one scan does not see is forgotten, so its return is a first sight again. State is bounded: beyond
// the limit new facts are still let through but not remembered (more rows, never fewer). Restart forgets everything.

export interface RepeatGateLimits {
  repeatMs: number;
  keysMax: number;
}

export class RepeatGate {
  readonly #limits: RepeatGateLimits;
  #letThroughAt = new Map<string, number>();

  constructor(limits: RepeatGateLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#letThroughAt.size;
  }

  /** The keys of one whole scan to write now, in order, each once. */
  select(keys: Iterable<string>, nowMs: number): Set<string> {
    const due = new Set<string>();
    const next = new Map<string, number>();
    for (const key of keys) {
      if (next.has(key) || due.has(key)) continue;
      const at = this.#letThroughAt.get(key);
      const isDue = this.#isDue(at, nowMs);
      if (isDue) due.add(key);
      if (next.size < this.#limits.keysMax) next.set(key, isDue ? nowMs : (at ?? nowMs));
    }
    this.#letThroughAt = next;
    return due;
  }

  // A clock set back would otherwise silence a fact until it catches up.
  #isDue(at: number | undefined, nowMs: number): boolean {
    return at === undefined || nowMs < at || nowMs - at >= this.#limits.repeatMs;
  }
}
