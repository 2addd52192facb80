/** Entries of one step: at first, at least and at most. */
const FIRST = 100;
const MIN = 25;
const MAX = 500;
/** How long a step may hold the event loop, its commit aside. */
const TARGET_MS = 40;

/** How much to do in one step, so that everybody else waits for a moment only, on whatever machine this is. */
export class StepPace {
  #size = FIRST;

  get size(): number {
    return this.#size;
  }

  /** A step of `entries` took so long. */
  learn(entries: number, durationMs: number): void {
    // What a short last piece of the file took says little.
    if (entries < MIN) return;
    const fitting = Math.floor((entries * TARGET_MS) / Math.max(durationMs, 1));
    // Half way there: one step may have waited for something that the next one does not.
    this.#size = Math.min(MAX, Math.max(MIN, Math.round((this.#size + fitting) / 2)));
  }
}
