import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ObjectMissingError, type ObjectStore } from '../ports/objects.ts';
import { PAGE_BYTES_MAX, readResultPage } from './read-result-page.ts';
import {
  encodeTextRecords,
  type ParseRecord,
  parseCsvRecord,
  parseTextRecord,
  type ResultRow,
} from './result-records.ts';

const value = fc.oneof(
  fc.constant(null),
  fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'é', '😀', '\t', '') }),
);
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 30 }));

function encodeCsv(rows: readonly ResultRow[]): Buffer {
  const lines = rows.map((row) => row.map((one) => (one === null ? '' : `"${one.replaceAll('"', '""')}"`)).join(','));
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/** One object, in memory, that remembers how much of it was read. */
function storeOf(bytes: Buffer): { objects: ObjectStore; read: () => number } {
  let read = 0;
  const objects = {
    async *read(key: string, range: { start: number; end: number }) {
      if (key !== 'k') throw new ObjectMissingError(key);
      read += range.end - range.start;
      yield bytes.subarray(range.start, range.end);
    },
  } as unknown as ObjectStore;
  return { objects, read: () => read };
}

async function readPages(bytes: Buffer, parse: ParseRecord, rowsMax: number): Promise<ResultRow[][]> {
  const { objects } = storeOf(bytes);
  const pages: ResultRow[][] = [];
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    const page = await readResultPage(objects, { objectKey: 'k', sizeBytes: bytes.byteLength, parse }, offset, rowsMax);
    pages.push([...page.rows]);
    offset = page.next;
  }
  return pages;
}

test('pages of any size, put together, are the whole answer', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 10 }), async (rows, rowsMax) => {
      const pages = await readPages(encodeCsv(rows), parseCsvRecord, rowsMax);
      expect(pages.flat()).toEqual(rows);
      for (const page of pages.slice(0, -1)) expect(page).toHaveLength(rowsMax);
    }),
  );
});

test('no prefix of a record is taken for a record', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (row) => {
      const bytes = encodeCsv([row]);
      for (let end = 0; end < bytes.length; end += 1) expect(parseCsvRecord(bytes.subarray(0, end), 0)).toBeUndefined();
      expect(parseCsvRecord(bytes, 0)).toEqual({ row, end: bytes.length });
    }),
  );
});

test('a line of text is a row of one value, line breaks inside it escaped', async () => {
  const bytes = encodeTextRecords(['a\tb', '', 'two\nlines']);
  expect(await readPages(bytes, parseTextRecord, 2)).toEqual([[['a\tb'], ['']], [['two\\nlines']]]);
});

test('a row larger than a page and than a read comes whole, alone', async () => {
  const large = 'x'.repeat(PAGE_BYTES_MAX + 1);
  const rows = [['a'], [large], ['b']];
  expect((await readPages(encodeCsv(rows), parseCsvRecord, 1000)).map((page) => page.length)).toEqual([2, 1]);
});

test('the last page of a long answer costs no more than the first', async () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => [String(i).padStart(6, '0')]);
  const bytes = encodeCsv(rows);
  const { objects, read } = storeOf(bytes);
  const file = { objectKey: 'k', sizeBytes: bytes.byteLength, parse: parseCsvRecord };
  const page = await readResultPage(objects, file, bytes.byteLength - 9 * 1000, 1000);
  expect(page).toMatchObject({ next: undefined, rows: { length: 1000 } });
  expect(read()).toBeLessThan(256 * 1024);
});

test('a damaged file is an error, not an answer', async () => {
  await expect(readPages(Buffer.from('"a"'), parseCsvRecord, 1)).rejects.toThrow('ends inside a record');
  await expect(readPages(Buffer.from('"a"b\n'), parseCsvRecord, 1)).rejects.toThrow('damaged');
});
