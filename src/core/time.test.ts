import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS, formatDay, formatIsoSeconds, HOUR_MS, MINUTE_MS, parseIsoInstant, startOfDay } from './time.ts';

const instant = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });

test('what is written is read again, in every zone', () => {
  const offset = fc.tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 18 }), fc.integer({ min: 0, max: 59 }));
  fc.assert(
    fc.property(instant, offset, (timeMs, [sign, hours, minutes]) => {
      expect(parseIsoInstant(new Date(timeMs).toISOString())).toBe(timeMs);
      const aheadMs = (sign === '+' ? 1 : -1) * (hours * HOUR_MS + minutes * MINUTE_MS);
      const wall = new Date(timeMs + aheadMs);
      if (wall.getUTCFullYear() < 1970 || wall.getUTCFullYear() > 9999) return;
      const zone = `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
      expect(parseIsoInstant(wall.toISOString().replace('Z', zone))).toBe(timeMs);
    }),
  );
});

test.each([
  ['2026-02-29T00:00:00Z', 'a day that does not exist'],
  ['2026-13-01T00:00:00Z', 'a month that does not exist'],
  ['2026-01-01T24:00:00Z', 'an hour that does not exist'],
  ['2026-01-01T00:60:00Z', 'a minute that does not exist'],
  ['2026-01-01T00:00:60Z', 'a leap second'],
  ['2026-01-01T00:00:00', 'no zone'],
  ['2026-01-01T00:00:00+19:00', 'a zone that does not exist'],
  ['2026-01-01', 'a day alone'],
  ['1969-12-31T23:59:59Z', 'before the epoch'],
  ['', 'nothing'],
])('%s is no instant: %s', (text) => {
  expect(parseIsoInstant(text)).toBeUndefined();
});

test('a fraction is cut to milliseconds', () => {
  expect(parseIsoInstant('1970-01-01T00:00:00.9999Z')).toBe(999);
  expect(parseIsoInstant('1970-01-01T00:00:00.5Z')).toBe(500);
});

test('the day of an instant begins at most a day before it', () => {
  fc.assert(
    fc.property(instant, (timeMs) => {
      const sinceMs = timeMs - startOfDay(formatDay(timeMs));
      expect(sinceMs).toBeGreaterThanOrEqual(0);
      expect(sinceMs).toBeLessThan(DAY_MS);
    }),
  );
});

test('AgentInfo times have no fraction', () => {
  expect(formatIsoSeconds(1_521_499_705_999)).toBe('2018-03-19T22:48:25Z');
});
