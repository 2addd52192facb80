import { expect, test } from 'vitest';
import { ProcessStarts } from './process-starts.ts';

test('a start time that wavers is one process; a later one under the same pid is another', () => {
  const starts = new ProcessStarts();
  expect(starts.settle([{ pid: 7, startedMs: 10_000 }]).get(7)).toBe(10_000);
  expect(starts.settle([{ pid: 7, startedMs: 11_000 }]).get(7)).toBe(10_000);
  expect(starts.settle([{ pid: 7, startedMs: 9_000 }]).get(7)).toBe(10_000);
  expect(starts.settle([{ pid: 7, startedMs: 60_000 }]).get(7)).toBe(60_000);
});
