import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, parseRetryAfterMs } from './retry-delay.ts';

test('delays double up to five minutes and are spread over their whole range', () => {
  expect([1, 2, 3, 9, 10, 1000].map((failures) => backoffMs(failures, () => 1))).toEqual([
    1000, 2000, 4000, 256_000, 300_000, 300_000,
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, share) => {
      const delayMs = backoffMs(failures, () => share);
      expect(delayMs).toBeGreaterThanOrEqual(100);
      expect(delayMs).toBeLessThanOrEqual(300_000);
    }),
  );
});

test('Retry-After is seconds or a date, bounded, and nothing else', () => {
  const nowMs = Date.parse('2026-01-02T03:04:05.000Z');
  expect(parseRetryAfterMs('7', nowMs)).toBe(7000);
  expect(parseRetryAfterMs('Fri, 02 Jan 2026 03:04:35 GMT', nowMs)).toBe(30_000);
  expect(parseRetryAfterMs('Thu, 01 Jan 2026 00:00:00 GMT', nowMs)).toBe(0);
  expect(parseRetryAfterMs('999999999', nowMs)).toBe(3_600_000);
  expect(parseRetryAfterMs('soon', nowMs)).toBeUndefined();
  expect(parseRetryAfterMs(undefined, nowMs)).toBeUndefined();
});
