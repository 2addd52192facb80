/** The stored answer of a query, record by record: pure, over bytes. */

/** `null` is SQL's NULL. */
export type ResultRow = readonly (string | null)[];

export interface ParsedRecord {
  readonly row: ResultRow;
  /** Where the next record begins. */
  readonly end: number;
}

/** Parses the record at `start`; undefined while its end is not among the bytes. */
export type ParseRecord = (bytes: Buffer, start: number) => ParsedRecord | undefined;

const LINE_END = 0x0a;
const COMMA = 0x2c;
const QUOTE = 0x22;

/** CSV as result files have it: every value in quotes, NULL as nothing at all. */
export const parseCsvRecord: ParseRecord = (bytes, start) => {
  const row: (string | null)[] = [];
  for (let at = start; ; at += 1) {
    const field = bytes[at] === QUOTE ? parseQuoted(bytes, at) : { value: null, end: at };
    if (field === undefined) return undefined;
    row.push(field.value);
    at = field.end;
    if (bytes[at] === LINE_END) return { row, end: at + 1 };
    if (bytes[at] === undefined) return undefined;
    if (bytes[at] !== COMMA) throw new Error(`The result file is damaged at byte ${at} of its page.`);
  }
};

/** A line is a row of one value: tabs inside it are the reader's to cut at, as with Athena. */
export const parseTextRecord: ParseRecord = (bytes, start) => {
  const end = bytes.indexOf(LINE_END, start);
  return end === -1 ? undefined : { row: [bytes.toString('utf8', start, end)], end: end + 1 };
};

/** Lines as `parseTextRecord` reads them. A line break inside one is written as Hive does: `\n`. */
export function encodeTextRecords(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line.replaceAll('\r', '\\r').replaceAll('\n', '\\n')}\n`).join(''));
}

function parseQuoted(bytes: Buffer, start: number): { value: string; end: number } | undefined {
  let hasQuotes = false;
  for (let at = start + 1; ; ) {
    const quote = bytes.indexOf(QUOTE, at);
    // A quote at the very end may be the first of two.
    if (quote === -1 || quote + 1 >= bytes.length) return undefined;
    if (bytes[quote + 1] !== QUOTE) {
      const text = bytes.toString('utf8', start + 1, quote);
      return { value: hasQuotes ? text.replaceAll('""', '"') : text, end: quote + 1 };
    }
    hasQuotes = true;
    at = quote + 2;
  }
}
