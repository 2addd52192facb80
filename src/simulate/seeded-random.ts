/** Numbers that a seed fixes, so that two runs send the same hosts. Not for secrets. */
export interface SeededRandom {
  /** An integer from 0 to `bound`, exclusive. */
  below(bound: number): number;
  /** A number from `from` to `to`. */
  between(from: number, to: number): number;
  pick<T>(values: readonly [T, ...T[]]): T;
}

export function createSeededRandom(seed: number, stream = 0): SeededRandom {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0;
  // Mulberry32: 32 bits of state are plenty for hosts, and a call costs nothing.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number) => Math.floor(next() * bound);
  return {
    below,
    between: (from, to) => from + next() * (to - from),
    pick: (values) => values[below(values.length)] ?? values[0],
  };
}
