// Reads of /proc and /sys. Synchronous on purpose: these files are memory, a read takes microseconds, and a round
// through the thread pool for each of a thousand processes would cost several times the read itself.

import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

const CHUNK_BYTES = 256 * 1024;
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);

/** The file's text, at most `bytesMax` of it; null when it is not there, not ours to read, or its process is gone. */
export function readKernelText(path: string, bytesMax: number = FILE_BYTES_MAX): string | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    return readAll(file, bytesMax);
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

function readAll(file: number, bytesMax: number): string {
  const first = readSync(file, buffer, 0, Math.min(CHUNK_BYTES, bytesMax), null);
  // /proc hands out at most a page a read for some files, so only an empty read is the end.
  const chunks: Buffer[] = [];
  let filled = first;
  let total = first;
  for (let read = first; read > 0 && total < bytesMax; ) {
    if (filled === CHUNK_BYTES) {
      chunks.push(Buffer.from(buffer));
      filled = 0;
    }
    read = readSync(file, buffer, filled, Math.min(CHUNK_BYTES - filled, bytesMax - total), null);
    filled += read;
    total += read;
  }
  if (chunks.length === 0) return buffer.toString('utf8', 0, filled);
  return Buffer.concat([...chunks, buffer.subarray(0, filled)]).toString('utf8');
}

/** Names in a folder; null when it is not there or not ours to read. */
export function readKernelNames(path: string): string[] | null {
  try {
    return readdirSync(path);
  } catch {
    return null;
  }
}

/** Target of a link; null when there is none or it is not ours to read. */
export function readKernelLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
