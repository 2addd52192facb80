import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { assert } from '../core/errors.ts';
import { decodeIndex, decodeTrailer, SEGMENT_TRAILER_BYTES, type SegmentIndex } from '../core/segment.ts';
import type { ObjectStore } from '../ports/objects.ts';
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
  const file = createWriteStream(path, { highWaterMark: 1024 * 1024 });
  try {
    for (const { row, index } of segments) {
      const section = index.tables[table];
      if (section === undefined) continue;
      for await (const chunk of objects.read(row.objectKey, {
        start: section.offset,
        end: section.offset + section.length,
      })) {
        if (!file.write(chunk)) await once(file, 'drain');
      }
    }
  } finally {
    file.end();
    await once(file, 'close');
  }
}

async function readAll(objects: ObjectStore, key: string, start: number, end: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of objects.read(key, { start, end })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
