import {
  closeSync,
  createReadStream,
  fdatasync,
  fstatSync,
  fsync,
  mkdirSync,
  mkdtempSync,
  openSync,
  read,
  renameSync,
  rmSync,
  writev,
  writevSync,
} from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, stat, statfs, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { assert } from '../../core/errors.ts';
import { isObjectKey, type ListedObject, ObjectMissingError, type ObjectStore } from '../../ports/objects.ts';
import { StoreFullError } from '../../ports/store-errors.ts';
import { mapFsErrors } from './fs-errors.ts';

/**
 * Objects as files below one folder. A write goes to a temporary name, is synced, renamed, and its folder synced:
 * whoever sees the name sees all the bytes. Keys cannot leave the folder (`isObjectKey`).
 * `isAlone`: no other process writes into this folder.
 */
export function createFsObjectStore(root: string, options: { readonly isAlone?: boolean } = {}): ObjectStore {
  const base = resolve(root);
  const knownFolders = new Set<string>();
  let temporary: string | undefined;
  let writes = 0;

  const pathOf = (key: string): string => {
    assert(isObjectKey(key), `"${key}" is an object key`);
    return join(base, key);
  };
  const ensureFolder = async (folder: string): Promise<void> => {
    if (knownFolders.has(folder)) return;
    const first = await mkdir(folder, { recursive: true });
    if (first !== undefined) await syncNewFolders(dirname(first), folder);
    knownFolders.add(folder);
  };
  const publish = async (from: string, to: string): Promise<void> => {
    await ensureFolder(dirname(to));
    renameSync(from, to);
    await syncFolder(dirname(to));
  };
  /** Does `write` to a name nobody else has, which is gone afterwards unless it was published. */
  const viaTemporary = async (write: (path: string) => Promise<void>, to: string): Promise<void> => {
    temporary ??= makeTemporary(base, options.isAlone === true);
    writes += 1;
    const path = join(temporary, String(writes));
    try {
      await write(path);
      await publish(path, to);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
  };

  return {
    put: (key, body) =>
      mapFsErrors(key, () =>
        viaTemporary((path) => writeSynced(path, body instanceof Uint8Array ? [body] : body), pathOf(key)),
      ),
    putStream: (key, body) =>
      mapFsErrors(key, async () => {
        let sizeBytes = 0;
        await viaTemporary(async (path) => {
          sizeBytes = await writeStream(path, body);
        }, pathOf(key));
        return { sizeBytes };
      }),
    putFile: (key, path) =>
      mapFsErrors(key, async () => {
        const sizeBytes = await syncFile(path);
        await publish(path, pathOf(key));
        return { sizeBytes };
      }),
    link: (from, to) =>
      mapFsErrors(from, async () => {
        // Renaming one name of a file onto another of the same file does nothing, and leaves the first.
        if (await isSameFile(pathOf(from), pathOf(to))) return;
        await viaTemporary((path) => link(pathOf(from), path), pathOf(to));
      }),
    read: (key, range) => readFile(key, pathOf(key), range),
    head: async (key) => {
      const found = await stat(pathOf(key)).catch(() => undefined);
      return found?.isFile() === true ? { sizeBytes: found.size } : undefined;
    },
    delete: (keys) => mapFsErrors(keys[0] ?? '', () => deleteAll(keys.map(pathOf))),
    list: (prefix, options) => listKeys(base, prefix, options),
    locate: pathOf,
    freeBytes: async () => {
      const { bavail, bsize } = await statfs(await nearestFolder(base));
      return bavail * bsize;
    },
  };
}

const datasync = promisify(fdatasync);
const sync = promisify(fsync);
const readInto = promisify(read);

/**
 * Only the disk itself is waited for. Every other step is over in microseconds, while handing it to another thread costs
 * a turn of an event loop that may be busy, and whoever is to be acknowledged waits for all of them.
 */
async function writeSynced(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const sizeBytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const file = openSync(path, 'wx');
  try {
    const written = sizeBytes <= AT_ONCE_BYTES_MAX ? writevSync(file, parts) : await writeLarge(file, parts);
    // A disk that fills up in the middle takes what fits and reports no error.
    if (written !== sizeBytes) throw new StoreFullError(`Short write of ${path}.`);
    await datasync(file);
  } finally {
    closeSync(file);
  }
}

async function writeStream(path: string, body: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx');
  let sizeBytes = 0;
  try {
    for await (const chunk of body) sizeBytes += await writeAll(file, chunk);
    await file.datasync();
    return sizeBytes;
  } finally {
    await file.close();
  }
}

/** A disk that fills up takes what fits and says so only with the write after it. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<number> {
  for (let at = 0; at < chunk.byteLength; ) at += (await file.write(chunk, at)).bytesWritten;
  return chunk.byteLength;
}

/**
 * A folder of this store's own below `.tmp`. Who knows that no other process writes here clears away what its
 * predecessors were writing when they died.
 */
function makeTemporary(base: string, isAlone: boolean): string {
  const parent = join(base, '.tmp');
  if (isAlone) rmSync(parent, { recursive: true, force: true });
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'w'));
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const found = await stat(b).catch(() => undefined);
  return found !== undefined && found.ino === (await stat(a)).ino;
}

/** Bytes that the page cache takes in about a millisecond. */
const AT_ONCE_BYTES_MAX = 4 * 1024 * 1024;

function writeLarge(file: number, parts: readonly Uint8Array[]): Promise<number> {
  return new Promise((resolve, reject) => {
    writev(file, parts, (error, written) => (error === null ? resolve(written) : reject(error)));
  });
}

async function syncFile(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    await file.datasync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = openSync(path, 'r');
  try {
    await sync(folder);
  } finally {
    closeSync(folder);
  }
}

/** `mkdir -p` made folders from below `existing` down to `folder`: each one's name is in its parent. */
async function syncNewFolders(existing: string, folder: string): Promise<void> {
  for (let at = dirname(folder); at.length >= existing.length; at = dirname(at)) await syncFolder(at);
}

/** Read at once: a wait costs more than the bytes. */
const READ_BYTES = 1024 * 1024;

async function* readFile(
  key: string,
  path: string,
  range?: { start: number; end?: number },
): AsyncIterable<Uint8Array> {
  if (range?.end !== undefined && range.end <= range.start) return;
  const start = range?.start ?? 0;
  const end = range?.end === undefined ? {} : { end: range.end - 1 };
  try {
    const whole = await readAtOnce(path, start, range?.end);
    if (whole === undefined) yield* createReadStream(path, { start, ...end, highWaterMark: READ_BYTES });
    else if (whole.length > 0) yield whole;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new ObjectMissingError(key) : error;
  }
}

/** All that was asked for in one wait, as a write is; undefined when it is too much for that. */
async function readAtOnce(path: string, start: number, end: number | undefined): Promise<Uint8Array | undefined> {
  const file = openSync(path, 'r');
  try {
    const sizeBytes = Math.max(0, Math.min(end ?? Number.POSITIVE_INFINITY, fstatSync(file).size) - start);
    if (sizeBytes > AT_ONCE_BYTES_MAX) return undefined;
    const bytes = Buffer.allocUnsafe(sizeBytes);
    let filled = 0;
    while (filled < sizeBytes) {
      const { bytesRead } = await readInto(file, bytes, filled, sizeBytes - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}

const DELETES_AT_ONCE = 2;

async function deleteAll(paths: readonly string[]): Promise<void> {
  for (let at = 0; at < paths.length; at += DELETES_AT_ONCE)
    await Promise.all(paths.slice(at, at + DELETES_AT_ONCE).map(deleteOne));
}

async function deleteOne(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function listKeys(
  base: string,
  prefix: string,
  options: { after?: string; limit: number },
): Promise<ListedObject[]> {
  const listed: ListedObject[] = [];
  const from = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  for await (const key of walk(base, from)) {
    if (!key.startsWith(prefix) || (options.after !== undefined && key <= options.after)) continue;
    const found = await stat(join(base, key)).catch(() => undefined);
    if (found !== undefined) listed.push({ key, sizeBytes: found.size, modifiedAtMs: found.mtimeMs });
    if (listed.length === options.limit) break;
  }
  return listed;
}

/** Keys in order of their bytes: a folder sorts as its name with the `/` that every key below it has there. */
async function* walk(base: string, folder: string): AsyncIterable<string> {
  const entries = await readdir(join(base, folder), { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => folder !== '' || entry.name !== '.tmp')
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  for (const name of names.sort(compareBytes)) {
    if (name.endsWith('/')) yield* walk(base, folder + name);
    else yield folder + name;
  }
}

function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function nearestFolder(path: string): Promise<string> {
  return (await stat(path).catch(() => undefined)) === undefined ? nearestFolder(dirname(path)) : path;
}
