import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvEntry, CsvReader, readCsv } from './read-csv.ts';

function readText(text: string, pieceChars = text.length, options = {}): CsvEntry[] {
  const reader = new CsvReader(options);
  const entries: CsvEntry[] = [];
  for (let at = 0; at < text.length; at += Math.max(1, pieceChars))
    entries.push(...reader.push(text.slice(at, at + pieceChars)));
  return [...entries, ...reader.end()];
}

const fieldsOf = (text: string, pieceChars?: number) =>
  readText(text, pieceChars).map((entry) => (entry.kind === 'record' ? entry.fields : entry.message));
const linesOf = (text: string) => readText(text).map(({ line, text: own }) => [line, own]);

describe('a CSV reader', () => {
  it('reads fields, quoted ones with what they hold', () => {
    expect(fieldsOf('a,b,c\n1,"x, y",3\n4,"say ""hi""",\n')).toEqual([
      ['a', 'b', 'c'],
      ['1', 'x, y', '3'],
      ['4', 'say "hi"', ''],
    ]);
  });

  it('takes either line end, and a last line without one', () => {
    expect(fieldsOf('a,b\r\n1,"2"\r\n3,4')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('knows the line of every record, over empty lines and line ends in fields', () => {
    expect(linesOf('a\n\n"b\nb"\r\n\r\nc\n')).toEqual([
      [1, 'a'],
      [3, '"b\nb"'],
      [6, 'c'],
    ]);
  });

  it('gives up one line for a stray quote', () => {
    expect(readText('a\n"b"x,1\nc\n')).toEqual([
      { kind: 'record', line: 1, fields: ['a'], text: 'a' },
      { kind: 'fault', line: 2, message: 'A quote inside a field is not doubled.', text: '"b"x,1' },
      { kind: 'record', line: 3, fields: ['c'], text: 'c' },
    ]);
  });

  it('gives up one line for a quote that is never closed', () => {
    expect(readText('a\n1,"b\r\nc\nd\n')).toEqual([
      { kind: 'record', line: 1, fields: ['a'], text: 'a' },
      { kind: 'fault', line: 2, message: 'Unterminated quote.', text: '1,"b' },
      { kind: 'record', line: 3, fields: ['c'], text: 'c' },
      { kind: 'record', line: 4, fields: ['d'], text: 'd' },
    ]);
  });

  it.each([
    [9, ['Unterminated quote.', ['b'], ['c']]],
    [10, [['x\nb\nc\n']]],
  ])('takes a record of up to the limit: %i characters', (recordCharsMax, expected) => {
    const entries = readText('"x\nb\nc\n"\n', 1, { recordCharsMax: recordCharsMax - 2 });
    const got = entries.map((entry) => (entry.kind === 'record' ? entry.fields : entry.message));
    expect(got.slice(0, expected.length)).toEqual(expected);
  });

  it('passes over the rest of a line that is too long', () => {
    const entries = readText(`${'x'.repeat(100)}\na,b\n`, 7, { recordCharsMax: 20 });
    expect(entries.map(({ kind, line }) => [kind, line])).toEqual([
      ['fault', 1],
      ['record', 2],
    ]);
  });

  it('refuses text that is not UTF-8, and reads UTF-16 by its mark', async () => {
    const all = async (bytes: Uint8Array) => {
      async function* stream() {
        yield bytes;
      }
      const entries: CsvEntry[] = [];
      for await (const some of readCsv(stream())) entries.push(...some);
      return entries;
    };
    expect(await all(Buffer.from('n\nM\xfcller\n', 'latin1'))).toMatchObject([
      { kind: 'record' },
      { kind: 'fault', line: 2, message: 'The text is not UTF-8.' },
    ]);
    expect(await all(Buffer.from('\ufeffn,Müller\n'))).toMatchObject([{ fields: ['n', 'Müller'] }]);
    expect(await all(Buffer.from('\ufeffn,Müller\n', 'utf16le'))).toMatchObject([{ fields: ['n', 'Müller'] }]);
  });

  it('reads what another reader reads, however the text comes in', () => {
    const field = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', ' ', ';', 'ü') }),
      fc
        .string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n') })
        .map((text) => `"${text.replaceAll('"', '""')}"`),
    );
    const record = fc.array(field, { minLength: 1, maxLength: 4 }).map((fields) => fields.join(','));
    const file = fc.tuple(fc.array(record, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'));
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 9 }), ([records, lineEnd], pieceChars) => {
        const text = records.map((one) => one + lineEnd).join('');
        const expected = parse(text, {
          relax_column_count: true,
          skip_empty_lines: true,
          record_delimiter: lineEnd,
        }) as string[][];
        expect(fieldsOf(text, pieceChars)).toEqual(expected);
      }),
    );
  });
});
