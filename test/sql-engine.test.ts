import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDuckdbLakeWriter } from '../src/adapters/duckdb/duckdb-lake-writer.ts';
import { createDuckdbSqlEngine } from '../src/adapters/duckdb/duckdb-sql-engine.ts';
import type { LakeWriter, SqlEngine } from '../src/ports/sql-engine.ts';

let folder: string;
let engine: SqlEngine;
let writer: LakeWriter;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-sql-'));
  engine = createDuckdbSqlEngine();
  writer = await createDuckdbLakeWriter({ memoryBytesMax: 2 ** 28, threads: 2, tempDir: folder });
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await writer[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test('counts the rows of a Parquet table', async () => {
  const path = join(folder, 'a.parquet');
  await writer.run(`COPY (SELECT i AS id FROM range(1000) t(i)) TO '${path}' (FORMAT parquet)`);
  const outcome = await engine.run(
    {
      sql: 'SELECT count(*) AS n FROM Hosts',
      database: 'lake',
      parameters: [],
      resolveTable: async (database, table) =>
        database === 'lake' && table === 'hosts'
          ? {
              kind: 'files',
              format: 'parquet',
              columns: [{ name: 'id', type: 'bigint' }],
              partitionKeys: [],
              partitions: [{ values: [], paths: [path] }],
            }
          : undefined,
      hasDatabase: async () => true,
      resultPath: join(folder, 'r.csv'),
      limits: { timeoutMs: 10_000, memoryBytesMax: 2 ** 29, threadsMax: 2, resultBytesMax: 2 ** 20 },
    },
    new AbortController().signal,
  );
  expect(outcome.rows).toBe(1);
  expect(await readFile(join(folder, 'r.csv'), 'utf8')).toBe('"n"\n"1000"\n');
});
