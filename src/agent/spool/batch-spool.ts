// Batches on disk until the server has them: files `<epoch>-<sequence>.ndjson.gz`, oldest first.
// Invariants: a number never names two contents (the epoch is new at each start, the sequence moves before the write);
// a file is whole or absent; it goes only when the server acknowledged it, refused it for ever (then to `rejected/`),
// or when the spool is over its limit (oldest first, counted, never the one being sent).

import { mkdir, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { AgentLog } from '../agent-options.ts';
import { isTemporaryName, writeDurableFile } from './durable-file.ts';

const gzipAsync = promisify(gzip);
const FILE_NAME = /^(\d{1,15})-(\d{1,15})\.ndjson\.gz$/;
const REJECTED_FILES_MAX = 100;

export interface SpooledBatch {
  epoch: number;
  sequence: number;
  sizeBytes: number;
}

export interface BatchSpoolOptions {
  folder: string;
  epoch: number;
  sizeBytesMax: number;
  log: AgentLog;
}

export class BatchSpool {
  readonly #options: BatchSpoolOptions;
  readonly #queue: SpooledBatch[];
  #nextSequence = 0;
  #sizeBytes: number;

  private constructor(options: BatchSpoolOptions, queue: SpooledBatch[]) {
    this.#options = options;
    this.#queue = queue;
    this.#sizeBytes = queue.reduce((sum, batch) => sum + batch.sizeBytes, 0);
  }

  /** Takes over what earlier runs left: whole batches stay, unfinished writes go. */
  static async open(options: BatchSpoolOptions): Promise<BatchSpool> {
    await mkdir(join(options.folder, 'rejected'), { recursive: true, mode: 0o700 });
    const queue: SpooledBatch[] = [];
    for (const name of await readdir(options.folder)) {
      const path = join(options.folder, name);
      const match = FILE_NAME.exec(name);
      if (isTemporaryName(name)) await unlink(path);
      else if (match !== null) {
        const batch = { epoch: Number(match[1]), sequence: Number(match[2]), sizeBytes: (await stat(path)).size };
        queue.push(batch);
      }
    }
    queue.sort((a, b) => a.epoch - b.epoch || a.sequence - b.sequence);
    const spool = new BatchSpool(options, queue);
    await spool.#dropBeyondLimit();
    return spool;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get batchCount(): number {
    return this.#queue.length;
  }

  /** Highest epoch found, so that a lost state file cannot lead to a number used twice. */
  static async lastEpoch(folder: string): Promise<number> {
    const names = await readdir(folder).catch(() => []);
    return Math.max(0, ...names.map((name) => Number(/^(\d{1,15})-/.exec(name)?.[1] ?? 0)));
  }

  /** Durable when it resolves. */
  async append(body: string): Promise<SpooledBatch> {
    const content = await gzipAsync(body);
    const batch = { epoch: this.#options.epoch, sequence: this.#nextSequence, sizeBytes: content.length };
    this.#nextSequence += 1;
    await writeDurableFile(this.#pathOf(batch), content, 0o600);
    this.#queue.push(batch);
    this.#sizeBytes += batch.sizeBytes;
    await this.#dropBeyondLimit();
    return batch;
  }

  oldest(): SpooledBatch | undefined {
    return this.#queue[0];
  }

  /** The gzip bytes; undefined when the file is gone (dropped for room, or taken away by hand). */
  async read(batch: SpooledBatch): Promise<Buffer | undefined> {
    return readFile(this.#pathOf(batch)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
  }

  /** The server has it. */
  async remove(batch: SpooledBatch): Promise<void> {
    this.#forget(batch);
    await ignoreMissing(unlink(this.#pathOf(batch)));
  }

  /** The server will never take it; the last ones are kept for whoever wants to know why. */
  async reject(batch: SpooledBatch): Promise<void> {
    this.#forget(batch);
    const folder = join(this.#options.folder, 'rejected');
    await ignoreMissing(rename(this.#pathOf(batch), join(folder, fileNameOf(batch))));
    const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort(compareFileNames);
    for (const name of names.slice(0, -REJECTED_FILES_MAX)) await ignoreMissing(unlink(join(folder, name)));
  }

  async #dropBeyondLimit(): Promise<void> {
    let dropped = 0;
    while (this.#sizeBytes > this.#options.sizeBytesMax && this.#queue.length > 1) {
      const batch = this.#queue[0];
      if (batch === undefined) break;
      await this.remove(batch);
      dropped += 1;
    }
    if (dropped > 0) this.#options.log('warn', 'spool is full: oldest batches dropped', { dropped });
  }

  #forget(batch: SpooledBatch): void {
    const index = this.#queue.findIndex((one) => one.epoch === batch.epoch && one.sequence === batch.sequence);
    if (index < 0) return;
    this.#sizeBytes -= this.#queue[index]?.sizeBytes ?? 0;
    this.#queue.splice(index, 1);
  }

  #pathOf(batch: SpooledBatch): string {
    return join(this.#options.folder, fileNameOf(batch));
  }
}

function fileNameOf(batch: SpooledBatch): string {
  return `${batch.epoch}-${batch.sequence}.ndjson.gz`;
}

function compareFileNames(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

async function ignoreMissing(change: Promise<void>): Promise<void> {
  await change.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
