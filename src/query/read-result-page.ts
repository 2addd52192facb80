import type { ObjectStore } from '../ports/objects.ts';
import type { ParseRecord, ResultRow } from './result-records.ts';

export interface ResultPage {
  readonly rows: readonly ResultRow[];
  /** Byte offset of the next page; undefined at the end. */
  readonly next: number | undefined;
}

/** A page is closed early when its records come to this: rows can be large, answers should not be. */
export const PAGE_BYTES_MAX = 4 * 1024 * 1024;
const FIRST_READ_BYTES = 64 * 1024;

export interface ResultFile {
  readonly objectKey: string;
  readonly sizeBytes: number;
  readonly parse: ParseRecord;
}

/**
 * Up to `rowsMax` records from byte `offset`. Costs what the page holds, wherever in the file it is: reads start small
 * and double while records are missing.
 */
export async function readResultPage(
  objects: ObjectStore,
  file: ResultFile,
  offset: number,
  rowsMax: number,
): Promise<ResultPage> {
  const rows: ResultRow[] = [];
  let at = offset;
  let readBytes = FIRST_READ_BYTES;
  while (at < file.sizeBytes && rows.length < rowsMax && at - offset < PAGE_BYTES_MAX) {
    const end = Math.min(at + readBytes, file.sizeBytes);
    const bytes = await readBytesOf(objects, file.objectKey, at, end);
    const taken = takeRecords(bytes, file.parse, rows, { rowsMax, bytesMax: PAGE_BYTES_MAX - (at - offset) });
    if (taken === 0 && end === file.sizeBytes) throw new Error(`The result ${file.objectKey} ends inside a record.`);
    at += taken;
    readBytes *= 2;
  }
  return { rows, next: at < file.sizeBytes ? at : undefined };
}

/** Returns how many bytes the records took that were found whole. */
function takeRecords(
  bytes: Buffer,
  parse: ParseRecord,
  rows: ResultRow[],
  limits: { rowsMax: number; bytesMax: number },
): number {
  let at = 0;
  while (at < bytes.length && rows.length < limits.rowsMax && at < limits.bytesMax) {
    const record = parse(bytes, at);
    if (record === undefined) break;
    rows.push(record.row);
    at = record.end;
  }
  return at;
}

async function readBytesOf(objects: ObjectStore, key: string, start: number, end: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of objects.read(key, { start, end })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
