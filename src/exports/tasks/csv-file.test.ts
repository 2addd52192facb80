import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatRecord } from './csv-file.ts';

it('prints nothing for nothing, and numbers as they are', () => {
  expect(formatRecord(['a', undefined, 4, 0.5, ''])).toBe('a,,4,0.5,\n');
});

it('writes what any reader of RFC 4180 reads back', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r', 'ü') });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { minLength: 1 }), (records) => {
      const read = parse(records.map(formatRecord).join(''), { relax_column_count: true, record_delimiter: '\n' });
      expect(read).toEqual(records);
    }),
  );
});
