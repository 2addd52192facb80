/** A small lake for tests of the SQL engine: Parquet files, tables and views, and a way to ask. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckdbLakeWriter } from '../src/adapters/duckdb/duckdb-lake-writer.ts';
import { createDuckdbSqlEngine } from '../src/adapters/duckdb/duckdb-sql-engine.ts';
import type { LakeWriter, SqlEngine, SqlOutcome, SqlRequest, SqlTable } from '../src/ports/sql-engine.ts';

export interface Answer {
  readonly outcome: SqlOutcome;
  readonly lines: readonly string[];
}

export class Lake implements AsyncDisposable {
  readonly folder: string;
  readonly engine: SqlEngine;
  readonly writer: LakeWriter;
  readonly tables = new Map<string, SqlTable>();
  #results = 0;

  private constructor(folder: string, writer: LakeWriter) {
    this.folder = folder;
    this.writer = writer;
    this.engine = createDuckdbSqlEngine();
  }

  static async open(): Promise<Lake> {
    const folder = await mkdtemp(join(tmpdir(), 'periplus-sql-'));
    return new Lake(folder, await createDuckdbLakeWriter({ memoryBytesMax: 2 ** 28, threads: 2, tempDir: folder }));
  }

  /** A table partitioned by `dt`, a file a day; `days` maps a day to a SELECT without `dt`. */
  async addTable(name: string, columns: readonly (readonly [string, string])[], days: Record<string, string>) {
    const partitions = [];
    for (const [day, select] of Object.entries(days)) {
      const path = join(this.folder, name, `dt=${day}`, 'part.parquet');
      await mkdir(join(path, '..'), { recursive: true });
      await this.writer.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
      partitions.push({ values: [day], paths: [path] });
    }
    this.tables.set(name, {
      kind: 'files',
      format: 'parquet',
      columns: columns.map(([column, type]) => ({ name: column, type })),
      partitionKeys: [{ name: 'dt', type: 'string' }],
      partitions,
    });
  }

  addView(name: string, sql: string): void {
    this.tables.set(name, { kind: 'view', sql, database: 'lake' });
  }

  async ask(sql: string, options: Partial<SqlRequest> & { signal?: AbortSignal } = {}): Promise<Answer> {
    const { signal = new AbortController().signal, ...more } = options;
    const resultPath = join(this.folder, `result-${this.#results++}.csv`);
    const request: SqlRequest = {
      sql,
      database: 'lake',
      parameters: [],
      resolveTable: async (database, table) => (database === 'lake' ? this.tables.get(table) : undefined),
      hasDatabase: async (database) => database === 'lake',
      resultPath,
      limits: { timeoutMs: 20_000, memoryBytesMax: 2 ** 29, threadsMax: 2, resultBytesMax: 2 ** 24 },
      ...more,
    };
    const outcome = await this.engine.run(request, signal);
    const text = await readFile(resultPath, 'utf8');
    return { outcome, lines: text.trimEnd().split('\n') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine[Symbol.asyncDispose]();
    await this.writer[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true });
  }
}
