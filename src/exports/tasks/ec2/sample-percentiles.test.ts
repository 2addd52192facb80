import { expect, it } from 'vitest';
import { lotsOf } from './sample-percentiles.ts';

it('takes neighbouring servers together as long as their samples fit, and a large one alone', () => {
  const counts = [
    [0, 40],
    [2, 60],
    [3, 1],
    [7, 500],
    [8, 99],
    [9, 1],
  ] as const;
  expect(lotsOf(counts, 100)).toEqual([
    { first: 0, last: 2 },
    { first: 3, last: 3 },
    { first: 7, last: 7 },
    { first: 8, last: 9 },
  ]);
  expect(lotsOf([], 100)).toEqual([]);
});
