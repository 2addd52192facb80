import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InstantReader } from './timestamps.ts';

test('canonical instants are read exactly, whatever was read before', () => {
  const reader = new InstantReader();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (timeMs) => {
      expect(reader.readCanonical(new Date(timeMs).toISOString())).toBe(timeMs);
    }),
  );
});

test('nothing else is canonical, the empty text included', () => {
  const reader = new InstantReader();
  expect(reader.readCanonical('')).toBeUndefined();
  for (const text of [
    '2026-02-30T00:00:00.000Z',
    '2026-01-01T24:00:00.000Z',
    '2026-01-01T00:00:00.000+',
    '2026-01-01T00:00:00Z',
  ])
    expect(reader.readCanonical(text)).toBeUndefined();
  expect(reader.readCanonical('2026-01-01T00:00:00.000Z')).toBe(Date.UTC(2026, 0, 1));
  expect(reader.readCanonical('')).toBeUndefined();
});
