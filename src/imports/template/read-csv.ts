/**
 * Reads CSV as RFC 4180 has it, as it streams, and tells the line of every record. What no reader could make a record of is
 * a fault with its line, and the next line is read as if nothing had been: one stray quote costs one line, not the rest of
 * the file (docs/adr/0024-our-own-csv-reader.md).
 */
export interface CsvRecord {
  readonly kind: 'record';
  /** Where the record begins; the first line is 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** As it stands in the file, without its line end. */
  readonly text: string;
}

export interface CsvFault {
  readonly kind: 'fault';
  readonly line: number;
  readonly message: string;
  readonly text: string;
}

export type CsvEntry = CsvRecord | CsvFault;

export interface CsvOptions {
  readonly delimiter?: string;
  /** A record that goes on for longer has a quote that nobody closed. */
  readonly recordCharsMax?: number;
}

const RECORD_CHARS_MAX = 1024 * 1024;
const UNTERMINATED = 'Unterminated quote.';
const TOO_LONG = 'The line is too long.';
const STRAY = 'A quote inside a field is not doubled.';
const NOT_UTF8 = 'The text is not UTF-8.';

/** A place in the text where a field ended, or why there is none. */
type FieldEnd = { readonly value: string; readonly next: number } | 'incomplete' | 'stray';

/** Takes text in pieces, gives entries in order. */
export class CsvReader {
  readonly #delimiter: string;
  readonly #recordCharsMax: number;
  #rest = '';
  #line = 1;
  /** The rest of a line that was given up before its end was there. */
  #isSkipping = false;
  /** Where the next ones are, so that no character is looked at twice; -1: not known. */
  #delimiterAt = -1;
  #lineEndAt = -1;

  constructor({ delimiter = ',', recordCharsMax = RECORD_CHARS_MAX }: CsvOptions = {}) {
    this.#delimiter = delimiter;
    this.#recordCharsMax = recordCharsMax;
  }

  push(text: string): CsvEntry[] {
    return this.#read(this.#rest + text, false);
  }

  end(): CsvEntry[] {
    return this.#read(this.#rest, true);
  }

  #read(text: string, isLast: boolean): CsvEntry[] {
    const entries: CsvEntry[] = [];
    this.#delimiterAt = -1;
    this.#lineEndAt = -1;
    let at = this.#isSkipping ? this.#skipLine(text) : 0;
    while (at < text.length) {
      const next = this.#readRecord(text, at, isLast, entries);
      if (next === undefined) break;
      at = next;
    }
    this.#rest = text.slice(at);
    return entries;
  }

  #skipLine(text: string): number {
    const lineEnd = text.indexOf('\n');
    this.#isSkipping = lineEnd < 0;
    return lineEnd < 0 ? text.length : lineEnd + 1;
  }

  /** Where the next record begins; undefined when this one is not all there yet. */
  #readRecord(text: string, from: number, isLast: boolean, entries: CsvEntry[]): number | undefined {
    const fields: string[] = [];
    const isOver = (at: number) =>
      at >= text.length || text[at] === '\n' || (text[at] === '\r' && text[at + 1] === '\n');
    for (let at = from; ; at += this.#delimiter.length) {
      const field = this.#readField(text, at, isLast);
      if (field === 'stray') return this.#fault(text, from, STRAY, entries);
      if (field === 'incomplete') {
        if (!isLast && text.length - from <= this.#recordCharsMax) return undefined;
        const message = text.indexOf('"', from) < 0 ? TOO_LONG : UNTERMINATED;
        return this.#fault(text, from, message, entries);
      }
      fields.push(field.value);
      at = field.next;
      if (!isOver(at)) continue;
      // The second half of a line end may be in the next piece.
      if (!isLast && text.indexOf('\n', at) < 0) return undefined;
      return this.#finish({ text, from, end: at }, fields, entries);
    }
  }

  #finish(
    { text, from, end }: { text: string; from: number; end: number },
    fields: readonly string[],
    entries: CsvEntry[],
  ): number {
    const line = this.#line;
    const own = text.slice(from, end);
    const next = text[end] === '\r' ? end + 2 : end + 1;
    this.#line += 1 + countLineEnds(own);
    if (own === '') return next;
    if (own.includes('\ufffd')) entries.push({ kind: 'fault', line, message: NOT_UTF8, text: own });
    else entries.push({ kind: 'record', line, fields, text: own });
    return next;
  }

  #readField(text: string, at: number, isLast: boolean): FieldEnd {
    if (text[at] === '"') return this.#readQuoted(text, at, isLast);
    if (this.#delimiterAt < at) this.#delimiterAt = positionOf(text, this.#delimiter, at);
    if (this.#lineEndAt < at) this.#lineEndAt = positionOf(text, '\n', at);
    const delimiter = this.#delimiterAt;
    if (delimiter < this.#lineEndAt) return { value: text.slice(at, delimiter), next: delimiter };
    if (this.#lineEndAt === NOWHERE && !isLast) return 'incomplete';
    const end = Math.min(this.#lineEndAt, text.length);
    const next = end > at && text[end - 1] === '\r' ? end - 1 : end;
    return { value: text.slice(at, next), next };
  }

  #readQuoted(text: string, at: number, isLast: boolean): FieldEnd {
    let value = '';
    for (let from = at + 1; ; ) {
      const quote = text.indexOf('"', from);
      if (quote < 0 || (quote === text.length - 1 && !isLast)) return 'incomplete';
      value += text.slice(from, quote);
      if (text[quote + 1] === '"') {
        value += '"';
        from = quote + 2;
      } else return this.#closeQuoted(text, quote + 1, value);
    }
  }

  #closeQuoted(text: string, next: number, value: string): FieldEnd {
    const after = text[next];
    const isClosed = after === undefined || after === '\n' || after === '\r' || text.startsWith(this.#delimiter, next);
    return isClosed ? { value, next } : 'stray';
  }

  /** Gives one line up. */
  #fault(text: string, from: number, message: string, entries: CsvEntry[]): number {
    const lineEnd = text.indexOf('\n', from);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const own = text.slice(from, text[end - 1] === '\r' ? end - 1 : end);
    entries.push({ kind: 'fault', line: this.#line, message, text: own });
    this.#line += 1;
    this.#isSkipping = lineEnd < 0;
    return Math.min(end + 1, text.length);
  }
}

const NOWHERE = Number.POSITIVE_INFINITY;

function positionOf(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? NOWHERE : at;
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Entries of a stream of bytes, those of one piece of it together. */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>, options: CsvOptions = {}): AsyncGenerator<CsvEntry[]> {
  const reader = new CsvReader(options);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) {
      const piece = chunk.subarray(at, at + PIECE_BYTES);
      decoder ??= new TextDecoder(encodingOf(piece));
      const entries = reader.push(decoder.decode(piece, { stream: true }));
      if (entries.length > 0) yield entries;
    }
  }
  const last = reader.push(decoder?.decode() ?? '');
  const entries = [...last, ...reader.end()];
  if (entries.length > 0) yield entries;
}

/** What is parsed in one turn of the event loop. */
const PIECE_BYTES = 256 * 1024;

/** Spreadsheets write "Unicode text" as UTF-16; everything else is UTF-8, with or without a byte order mark. */
function encodingOf(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
