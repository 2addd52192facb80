import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { assert } from '../core/errors.ts';
import type { TableName } from '../core/records.ts';
import { decodeIndex, decodeTrailer, SEGMENT_TRAILER_BYTES, type SegmentIndex } from '../core/segment.ts';
import type { ObjectStore } from '../ports/objects.ts';
import { StoreFullError } from '../ports/store-errors.ts';
import type { SegmentRow } from './log-store.ts';

export interface CopiedSections {
  readonly indexes: readonly SegmentIndex[];
  /** The local file with the lines of each table, in the order of the segments. */
  readonly files: ReadonlyMap<TableName, string>;
}

/** Segments that are held in memory together: enough to read several at once, few enough to bound it. */
const TOGETHER_BYTES = 4 * 1024 * 1024;

/**
 * Sorts the lines of segments into one local file a table. Every wait costs a turn of an event loop that is busy with
 * the door, so segments are read whole and several at once, and a table's lines of all of them are one write.
 */
export async function copySections(
  objects: ObjectStore,
  segments: readonly SegmentRow[],
  folder: string,
): Promise<CopiedSections> {
  const indexes: SegmentIndex[] = [];
  const files = new Map<TableName, FileHandle>();
  try {
    for (const group of groupBySize(segments)) {
      const read = await Promise.all(group.map((row) => readSegment(objects, row)));
      for (const { index } of read) {
        for (const table of tablesOf(index))
          if (!files.has(table)) files.set(table, await open(pathOf(folder, table), 'w'));
      }
      await Promise.all([...files].map(([table, file]) => writeAll(file, sectionsOf(read, table))));
      indexes.push(...read.map(({ index }) => index));
    }
  } finally {
    for (const file of files.values()) await file.close();
  }
  return { indexes, files: new Map([...files.keys()].map((table) => [table, pathOf(folder, table)])) };
}

interface ReadSegment {
  readonly index: SegmentIndex;
  readonly bytes: Buffer;
}

/** @throws AssertionError when the bytes are not those that were committed */
async function readSegment(objects: ObjectStore, row: SegmentRow): Promise<ReadSegment> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of objects.read(row.objectKey)) chunks.push(chunk);
  const bytes = chunks.length === 1 ? asBuffer(chunks[0]) : Buffer.concat(chunks);
  assert(bytes.length === row.sizeBytes, `${row.objectKey} has its ${row.sizeBytes} bytes, not ${bytes.length}`);
  const trailerAt = bytes.length - SEGMENT_TRAILER_BYTES;
  const trailer = decodeTrailer(bytes.subarray(trailerAt));
  assert(crc32(bytes.subarray(0, trailerAt)) === trailer.checksum, `${row.objectKey} has its checksum`);
  return { index: decodeIndex(bytes.subarray(trailer.offset, trailerAt)), bytes };
}

function asBuffer(bytes: Uint8Array = new Uint8Array()): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function* groupBySize(segments: readonly SegmentRow[]): Generator<SegmentRow[]> {
  let group: SegmentRow[] = [];
  let bytes = 0;
  for (const segment of segments) {
    if (group.length > 0 && bytes + segment.sizeBytes > TOGETHER_BYTES) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(segment);
    bytes += segment.sizeBytes;
  }
  if (group.length > 0) yield group;
}

function sectionsOf(segments: readonly ReadSegment[], table: TableName): Buffer[] {
  return segments.flatMap(({ index, bytes }) => {
    const section = index.tables[table];
    return section === undefined ? [] : [bytes.subarray(section.offset, section.offset + section.length)];
  });
}

function tablesOf(index: SegmentIndex): TableName[] {
  return Object.keys(index.tables) as TableName[];
}

function pathOf(folder: string, table: TableName): string {
  return join(folder, `${table}.ndjson`);
}

async function writeAll(file: FileHandle, parts: readonly Buffer[]): Promise<void> {
  if (parts.length === 0) return;
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const written = await file.writev(parts).then(
    ({ bytesWritten }) => bytesWritten,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOSPC') return 0;
      throw error;
    },
  );
  // A disk that fills up in the middle takes what fits and reports no error.
  if (written !== size) throw new StoreFullError('The disk of the work folder is full.');
}
