import { Readable } from 'node:stream';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import type { ObjectStore } from '../../ports/objects.ts';

/** A zip in the object store, read where it lies: nothing of it is in memory but the names of its entries. */
export interface StoredZip {
  readonly zip: ZipFile;
  readonly entries: readonly Entry[];
}

/** More files than any export has. */
const ENTRIES_MAX = 1000;

/** Undefined when it is no zip that can be read. */
export async function openZip(objects: ObjectStore, objectKey: string): Promise<StoredZip | undefined> {
  const info = await objects.head(objectKey);
  try {
    const reader = new ObjectReader(objects, objectKey);
    const zip = await fromRandomAccessReaderPromise(reader, info?.sizeBytes ?? 0, { autoClose: false });
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (entries.push(entry) > ENTRIES_MAX) return undefined;
    }
    return { zip, entries };
  } catch (error) {
    // What yauzl says of a broken zip has no class and no code; a store's own errors have.
    if ((error as NodeJS.ErrnoException).code === undefined && (error as Error).constructor === Error) return undefined;
    throw error;
  }
}

class ObjectReader extends RandomAccessReader {
  readonly #objects: ObjectStore;
  readonly #objectKey: string;

  constructor(objects: ObjectStore, objectKey: string) {
    super();
    this.#objects = objects;
    this.#objectKey = objectKey;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#objects.read(this.#objectKey, { start, end }), { objectMode: false });
  }
}
