import { type FileHandle, open } from 'node:fs/promises';
import { assert } from '../core/errors.ts';
import { decodeIndex, decodeTrailer, SEGMENT_TRAILER_BYTES, type SegmentIndex } from '../core/segment.ts';
import type { ObjectStore } from '../ports/objects.ts';
import { StoreFullError } from '../ports/store-errors.ts';
import type { SegmentRow } from './store.ts';

export interface OpenSegment {
  readonly row: SegmentRow;
  readonly index: SegmentIndex;
}

/** Reads a segment's index from its end. */
export async function openSegment(objects: ObjectStore, row: SegmentRow): Promise<OpenSegment> {
  const trailerAt = row.sizeBytes - SEGMENT_TRAILER_BYTES;
  const trailer = decodeTrailer(await readAll(objects, row.objectKey, trailerAt, row.sizeBytes));
  assert(trailer.offset + trailer.length === trailerAt, `the index of ${row.objectKey} ends where its trailer begins`);
  return { row, index: decodeIndex(await readAll(objects, row.objectKey, trailer.offset, trailerAt)) };
}

/** Writes the lines that several segments hold of one table into a local file, in order. */
export async function writeSections(
  objects: ObjectStore,
  segments: readonly OpenSegment[],
  table: keyof SegmentIndex['tables'],
  path: string,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const { row, index } of segments) {
      const section = index.tables[table];
      if (section === undefined) continue;
      const range = { start: section.offset, end: section.offset + section.length };
      for await (const chunk of objects.read(row.objectKey, range)) await writeAll(file, chunk);
    }
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  try {
    await file.writeFile(chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new StoreFullError('The disk of the work folder is full.');
    throw error;
  }
}

async function readAll(objects: ObjectStore, key: string, start: number, end: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of objects.read(key, { start, end })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
