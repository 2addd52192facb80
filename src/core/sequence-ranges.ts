/**
 * A set of sequence numbers as closed ranges. An agent numbers its batches without gaps, so the set of all it ever sent
 * is one range an epoch, and remembering it for the life of the agent costs one row.
 */
export interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

export interface RangeChange {
  readonly ranges: readonly SequenceRange[];
  /** Numbers that were in the set before. */
  readonly duplicates: readonly number[];
}

/** Adds `numbers` to ascending, disjoint, non-adjacent `ranges`; the result is so too. */
export function addSequences(ranges: readonly SequenceRange[], numbers: readonly number[]): RangeChange {
  const duplicates = numbers.filter((number) => hasSequence(ranges, number));
  const points = numbers.map((number) => ({ first: number, last: number }));
  const merged: { first: number; last: number }[] = [];
  for (const range of [...ranges, ...points].sort((a, b) => a.first - b.first)) {
    const open = merged.at(-1);
    if (open !== undefined && range.first <= open.last + 1) open.last = Math.max(open.last, range.last);
    else merged.push({ ...range });
  }
  return { ranges: merged, duplicates };
}

export function hasSequence(ranges: readonly SequenceRange[], number: number): boolean {
  return ranges.some((range) => range.first <= number && number <= range.last);
}
