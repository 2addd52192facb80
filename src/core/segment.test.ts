import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TABLE_NAMES } from './records.ts';
import {
  decodeIndex,
  decodeTrailer,
  encodeSegment,
  formatSegmentNo,
  parseSegmentNo,
  SEGMENT_TRAILER_BYTES,
  segmentKey,
} from './segment.ts';

const line = fc.record({
  table: fc.constantFrom(...TABLE_NAMES),
  bytes: fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 3 }),
  rows: fc.integer({ min: 1, max: 1000 }),
  minEventMs: fc.integer({ min: 0, max: 1000 }),
  maxEventMs: fc.integer({ min: 1000, max: 2000 }),
  days: fc.uniqueArray(fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03'), { minLength: 1 }),
});

test('what is encoded is found again: each table has its lines in the order they came', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const encoded = encodeSegment(lines, [['o-1', 5]]);
      const bytes = Buffer.concat(encoded.parts);
      expect(bytes.length).toBe(encoded.sizeBytes);
      const trailerAt = bytes.length - SEGMENT_TRAILER_BYTES;
      const trailer = decodeTrailer(bytes.subarray(trailerAt));
      expect(trailer.checksum.toString(16).padStart(8, '0')).toBe(encoded.checksum);
      const index = decodeIndex(bytes.subarray(trailer.offset, trailer.offset + trailer.length));
      expect(index.agents).toEqual([['o-1', 5]]);
      for (const table of TABLE_NAMES) {
        const mine = lines.filter((one) => one.table === table);
        const section = index.tables[table];
        expect(section === undefined).toBe(mine.length === 0);
        if (section === undefined) continue;
        const content = bytes.subarray(section.offset, section.offset + section.length);
        expect(content).toEqual(Buffer.concat(mine.flatMap((one) => one.bytes)));
        expect(section.rows).toBe(mine.reduce((sum, one) => sum + one.rows, 0));
        expect(section.minEventMs).toBe(Math.min(...mine.map((one) => one.minEventMs)));
        expect(section.maxEventMs).toBe(Math.max(...mine.map((one) => one.maxEventMs)));
        expect(section.days).toEqual([...new Set(mine.flatMap((one) => one.days))].sort());
      }
    }),
  );
});

test('a trailer that is not one is refused', () => {
  expect(() => decodeTrailer(new Uint8Array(SEGMENT_TRAILER_BYTES))).toThrow('magic');
  expect(() => decodeTrailer(new Uint8Array(3))).toThrow('magic');
});

test('the key of a segment has its number, and keys sort as their numbers do', () => {
  expect(parseSegmentNo(segmentKey('123456789012', 42))).toBe(42);
  expect(parseSegmentNo('segments/123456789012/42.segment')).toBeUndefined();
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
      expect(formatSegmentNo(a) < formatSegmentNo(b)).toBe(a < b);
    }),
  );
});
