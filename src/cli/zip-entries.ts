import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type Entry, open, type ZipFile } from 'yauzl';

export interface ZipEntryInfo {
  readonly name: string;
  /** Records of a CSV file, its header not counted. */
  readonly rows: number | undefined;
  readonly bytes: number;
}

const openZip = promisify<string, { lazyEntries: true; autoClose: false }, ZipFile>(open);

/** What is in a zip. CSV files are read through to count their records, piece by piece. */
export async function listZipEntries(path: string): Promise<ZipEntryInfo[]> {
  const zip = await openZip(path, { lazyEntries: true, autoClose: false });
  const openEntry = promisify<Entry, Readable>(zip.openReadStream.bind(zip));
  try {
    const found: ZipEntryInfo[] = [];
    for await (const entry of eachEntry(zip)) {
      const rows = entry.fileName.endsWith('.csv') ? await countRecords(await openEntry(entry)) : undefined;
      found.push({ name: entry.fileName, rows, bytes: entry.uncompressedSize });
    }
    return found;
  } finally {
    zip.close();
  }
}

async function* eachEntry(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const next = await new Promise<Entry | undefined>((resolve, reject) => {
      zip.once('entry', resolve);
      zip.once('end', () => resolve(undefined));
      zip.once('error', reject);
      zip.readEntry();
    });
    zip.removeAllListeners();
    if (next === undefined) return;
    yield next;
  }
}

const QUOTE = 0x22;
const LINE_END = 0x0a;

async function countRecords(csv: Readable): Promise<number> {
  let isQuoted = false;
  let lines = 0;
  for await (const chunk of csv) {
    for (const byte of chunk as Buffer) {
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (byte === LINE_END && !isQuoted) lines += 1;
    }
  }
  return Math.max(0, lines - 1);
}
