import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { fromBuffer } from 'yauzl';
import { createDuckdbLakeWriter } from '../src/adapters/duckdb/duckdb-lake-writer.ts';
import { ExportTaskRunner } from '../src/exports/tasks/export-task-runner.ts';
import { ExportTasks } from '../src/exports/tasks/export-tasks.ts';
import { QUOTAS, type QuotaProfile } from '../src/inventory/quotas.ts';
import { acquireLease } from '../src/jobs/leases.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { ObjectStore } from '../src/ports/objects.ts';
import type { LakeWriter } from '../src/ports/sql-engine.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';

/** Export tasks without a server: what tests ask, and what makes the exports. */

export const EXPORT_LEASE = { name: 'export-tasks', holder: 'test', durationMs: 10 ** 12 };
export const PRICES = join(import.meta.dirname, '../data/ec2-prices.csv');

export interface ExportParts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly random: { bytes(count: number): Uint8Array };
  /** Where work is done. */
  readonly folder: string;
  readonly accountId: string;
}

export interface ExportChanges {
  readonly quotas?: QuotaProfile;
  readonly wrapWriter?: (writer: LakeWriter) => LakeWriter;
  readonly pricesFile?: string;
}

export async function openExports(parts: ExportParts, changes: ExportChanges = {}) {
  const quotas = QUOTAS[changes.quotas ?? 'open'];
  await acquireLease(parts.state.queries, EXPORT_LEASE, parts.clock.nowMs());
  const tasks = new ExportTasks(parts, { accountId: parts.accountId, quotas, onStart: () => {} });
  const openWriter = async () => {
    const writer = await createDuckdbLakeWriter({
      memoryBytesMax: 2 ** 28,
      threads: 1,
      tempDir: join(parts.folder, 'es'),
    });
    return changes.wrapWriter?.(writer) ?? writer;
  };
  const newRunner = () =>
    new ExportTaskRunner(
      { ...parts, openWriter },
      {
        accountId: parts.accountId,
        region: 'us-west-2',
        windowMsMax: quotas.agentExportWindowMsMax,
        pricesFile: changes.pricesFile ?? PRICES,
        workDir: join(parts.folder, 'export'),
        lease: EXPORT_LEASE,
      },
    );
  const runner = newRunner();
  const going = new AbortController().signal;
  return {
    tasks,
    runner,
    newRunner,
    step: () => runner.step(going),
    /** Makes everything that can be made now. */
    async makeAll(): Promise<void> {
      while (await runner.step(going));
    },
    async get(exportId: string) {
      const [task] = await tasks.list({ exportIds: [exportId], limit: 1 });
      if (task === undefined) throw new Error(`there is no export ${exportId}`);
      return task;
    },
    /** The zip of an export that succeeded, unpacked: name to text. */
    async open(exportId: string): Promise<Map<string, string>> {
      const task = await this.get(exportId);
      if (task.result === undefined) throw new Error(`${exportId} is ${task.status}`);
      const { bucket, key } = task.result;
      const row = await parts.state.queries
        .selectFrom('bucket_objects')
        .select(['object_key', 'size_bytes'])
        .where('bucket', '=', bucket)
        .where('key', '=', key)
        .executeTakeFirstOrThrow();
      const path = parts.objects.locate(row.object_key);
      if ((await stat(path)).size !== row.size_bytes) throw new Error('the object is as large as its bucket says');
      const chunks: Buffer[] = [];
      for await (const chunk of createReadStream(path)) chunks.push(chunk as Buffer);
      return readZip(Buffer.concat(chunks));
    },
  };
}

/** The files of a zip, in order: name to text. */
export function readZip(bytes: Buffer): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (zip === undefined) return reject(error);
      const files = new Map<string, string>();
      zip.on('error', reject);
      zip.on('end', () => resolve(files));
      zip.on('entry', (entry) =>
        zip.openReadStream(entry, (failed, stream) => {
          if (stream === undefined) return reject(failed);
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('error', reject);
          stream.on('end', () => {
            files.set(entry.fileName, Buffer.concat(chunks).toString());
            zip.readEntry();
          });
        }),
      );
      zip.readEntry();
    });
  });
}

/** Records of a CSV file; the header is the first. */
export function readCsv(text: string | undefined): string[][] {
  return parse(text ?? '', { relax_column_count: false });
}

/** Records by column. */
export function readRecords(text: string | undefined): Record<string, string>[] {
  const [header = [], ...records] = readCsv(text);
  return records.map((record) => Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])));
}
