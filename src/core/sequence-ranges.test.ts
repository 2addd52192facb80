import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addSequences, hasSequence, type SequenceRange } from './sequence-ranges.ts';

const numbers = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 });

test('ranges hold exactly the numbers that were added, in whatever order and groups', () => {
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 6 }), (groups) => {
      let ranges: readonly SequenceRange[] = [];
      const known = new Set<number>();
      for (const group of groups) {
        const change = addSequences(ranges, group);
        expect(change.duplicates).toEqual(group.filter((number) => known.has(number)));
        for (const number of group) known.add(number);
        ranges = change.ranges;
      }
      for (let number = -1; number <= 61; number += 1) expect(hasSequence(ranges, number)).toBe(known.has(number));
    }),
  );
});

test('ranges ascend and never touch', () => {
  fc.assert(
    fc.property(numbers, (added) => {
      const { ranges } = addSequences([], added);
      for (const [index, range] of ranges.entries()) {
        expect(range.first).toBeLessThanOrEqual(range.last);
        const before = ranges[index - 1];
        if (before !== undefined) expect(range.first).toBeGreaterThan(before.last + 1);
      }
    }),
  );
});

test('an agent that skips no number keeps one range', () => {
  let ranges: readonly SequenceRange[] = [];
  for (let number = 1; number <= 1000; number += 1) ranges = addSequences(ranges, [number]).ranges;
  expect(ranges).toEqual([{ first: 1, last: 1000 }]);
});
