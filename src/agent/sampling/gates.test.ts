import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../core/time.ts';
import { RepeatGate } from './repeat-gate.ts';
import { SnapshotGate } from './snapshot-gate.ts';

const scans = fc.array(
  fc.record({
    passedMs: fc.integer({ min: 1, max: 2 * HOUR_MS }),
    keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 8 }),
  }),
  { maxLength: 40 },
);

test('a fact is written at first sight, then when an hour has passed, and anew after it was gone', () => {
  fc.assert(
    fc.property(scans, (history) => {
      const gate = new RepeatGate({ repeatMs: HOUR_MS, keysMax: 1000 });
      let nowMs = 0;
      let writtenAt = new Map<string, number>();
      for (const { passedMs, keys } of history) {
        nowMs += passedMs;
        const present = new Set<string>(keys);
        writtenAt = new Map([...writtenAt].filter(([key]) => present.has(key)));
        const expected = [...present].filter((key) => nowMs - (writtenAt.get(key) ?? -HOUR_MS) >= HOUR_MS);
        for (const key of expected) writtenAt.set(key, nowMs);
        expect([...gate.select(keys, nowMs)]).toEqual(expected);
      }
    }),
  );
});

test('state never grows beyond its limit, and beyond it rows are repeated rather than lost', () => {
  fc.assert(
    fc.property(scans, fc.integer({ min: 0, max: 3 }), (history, keysMax) => {
      const gate = new RepeatGate({ repeatMs: HOUR_MS, keysMax });
      let previous = new Set<string>();
      let nowMs = 0;
      for (const { passedMs, keys } of history) {
        nowMs += passedMs;
        const written = gate.select(keys, nowMs);
        expect(gate.size).toBeLessThanOrEqual(keysMax);
        for (const key of keys) if (!previous.has(key)) expect(written).toContain(key);
        if (keysMax === 0) expect(written).toEqual(new Set(keys));
        previous = new Set(keys);
      }
    }),
  );
});

test('a clock set back does not silence a fact', () => {
  const gate = new RepeatGate({ repeatMs: HOUR_MS, keysMax: 10 });
  gate.select(['a'], 10 * HOUR_MS);
  expect(gate.select(['a'], 9 * HOUR_MS)).toEqual(new Set(['a']));
  expect(gate.select(['a'], 9 * HOUR_MS + 1)).toEqual(new Set());
});

test('a snapshot is written on change and first thing each UTC day', () => {
  const gate = new SnapshotGate();
  const start = Date.parse('2026-01-02T23:59:00.000Z');
  expect(gate.admit({ a: 1 }, start)).toBe(true);
  expect(gate.admit({ a: 1 }, start + 1000)).toBe(false);
  expect(gate.admit({ a: 2 }, start + 2000)).toBe(true);
  expect(gate.admit({ a: 2 }, start + 60_000)).toBe(true);
  expect(gate.admit({ a: 2 }, start + 120_000)).toBe(false);
  expect(gate.admit({ a: 2 }, start + DAY_MS + 60_000)).toBe(true);
});
