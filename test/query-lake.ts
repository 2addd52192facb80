/** A lake of one small database behind real SQLite, files and DuckDB, with a runner, for the tests of queries. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckdbLakeWriter } from '../src/adapters/duckdb/duckdb-lake-writer.ts';
import { createDuckdbSqlEngine } from '../src/adapters/duckdb/duckdb-sql-engine.ts';
import { createFsObjectStore } from '../src/adapters/fs/fs-object-store.ts';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { systemClock, systemRandom } from '../src/adapters/system.ts';
import { bucketObjectKey, insertBucket } from '../src/buckets/buckets.ts';
import { putBucketObject } from '../src/buckets/objects.ts';
import { insertDatabase, type TableDefinition } from '../src/catalog/catalog.ts';
import { insertPartition } from '../src/catalog/partitions.ts';
import { putTable } from '../src/catalog/tables.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { ObjectStore } from '../src/ports/objects.ts';
import type { SqlEngine } from '../src/ports/sql-engine.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { Queries, type QueriesOptions } from '../src/query/queries.ts';
import { QueryRunner, type QueryRunnerOptions } from '../src/query/query-runner.ts';
import type { StartRequest } from '../src/query/start-request.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-west-2';
const BUCKET = 'the-lake';

export interface Lake {
  readonly folder: string;
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly engine: SqlEngine;
}

export async function openLake(): Promise<Lake> {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-query-'));
  const state = openSqlite(join(folder, 'state.db'));
  await state.migrate();
  const lake = {
    folder,
    state,
    objects: createFsObjectStore(join(folder, 'objects')),
    engine: createDuckdbSqlEngine(),
  };
  await insertBucket(state.queries, ACCOUNT, { name: BUCKET, region: REGION, createdAtMs: 0 });
  await insertDatabase(state.queries, ACCOUNT, { name: 'lake', parameters: {}, createdAtMs: 0 });
  return lake;
}

export async function closeLake(lake: Lake): Promise<void> {
  await lake.engine[Symbol.asyncDispose]();
  await lake.state[Symbol.asyncDispose]();
  await rm(lake.folder, { recursive: true, force: true });
}

/** A table `lake.<name>` partitioned by `dt`, one file a day, of the rows that `selects` give. */
export async function addTable(
  lake: Lake,
  name: string,
  columns: TableDefinition['columns'],
  selects: Readonly<Record<string, string>>,
): Promise<void> {
  const definition = {
    type: 'EXTERNAL_TABLE',
    columns,
    partitionKeys: [{ name: 'dt', type: 'string' }],
    parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
    location: `s3://${BUCKET}/${name}/`,
    inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    serde: {
      library: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
      parameters: { 'serialization.format': '1' },
    },
  } as const;
  const ref = { accountId: ACCOUNT, database: 'lake', table: name };
  await putTable(lake.state.queries, { accountId: ACCOUNT, database: 'lake', name, definition, nowMs: 0 });
  for (const [day, select] of Object.entries(selects)) {
    const location = `s3://${BUCKET}/${name}/dt=${day}/`;
    await addFile(lake, `${name}/dt=${day}/a.parquet`, select);
    await insertPartition(lake.state.queries, ref, { values: [day], location, parameters: {}, createdAtMs: 0 });
  }
}

/** An object of the lake's bucket with the rows of `select`. */
export async function addFile(lake: Lake, key: string, select: string): Promise<void> {
  const writer = await createDuckdbLakeWriter({ memoryBytesMax: 2 ** 28, threads: 1, tempDir: lake.folder });
  const path = join(lake.folder, 'next.parquet');
  await writer.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  await writer[Symbol.asyncDispose]();
  const objectKey = bucketObjectKey(ACCOUNT, BUCKET, key);
  const { sizeBytes } = await lake.objects.putFile(objectKey, path);
  const object = { key, objectKey, sizeBytes, etag: 'x', contentType: 'application/octet-stream', modifiedAtMs: 0 };
  await putBucketObject(lake.state.queries, { accountId: ACCOUNT, bucket: BUCKET }, object);
}

export interface Desk extends AsyncDisposable {
  readonly queries: Queries;
  readonly runner: QueryRunner;
  readonly errors: unknown[];
  /** Starts a query in database `lake` and waits until it is over. */
  run(sql: string, more?: Partial<StartRequest>): Promise<Finished>;
  /** Waits until the query is over. */
  finish(id: string): Promise<Finished>;
}

export interface Finished {
  readonly id: string;
  readonly status: string;
  readonly reason: string | undefined;
  /** Everything GetQueryResults would give, without the header; undefined unless it succeeded. */
  readonly rows: readonly (readonly (string | null)[])[] | undefined;
  readonly header: readonly string[] | undefined;
}

export interface DeskOptions extends Partial<QueryRunnerOptions>, Partial<QueriesOptions> {
  readonly clock?: Clock;
  readonly engine?: SqlEngine;
  /** Leave the runner for the test to start. */
  readonly paused?: boolean;
}

export async function openDesk(lake: Lake, options: DeskOptions = {}): Promise<Desk> {
  const errors: unknown[] = [];
  const { clock = systemClock, engine = lake.engine, paused = false, ...more } = options;
  const ports = { ...lake, clock, engine, random: systemRandom };
  const runner = new QueryRunner(ports, {
    accountId: ACCOUNT,
    runningMax: 4,
    timeoutMs: 20_000,
    memoryBytesMax: 2 ** 29,
    resultBytesMax: 2 ** 30,
    threadsMax: 2,
    tempDir: join(lake.folder, 'temp'),
    pollMs: 50,
    drainMs: 100,
    onError: (error) => errors.push(error),
    ...more,
  });
  const queries = new Queries(
    { ...ports, listener: runner },
    { accountId: ACCOUNT, region: REGION, queuedMax: 1000, pageTokenKey: new Uint8Array(32).fill(7), ...more },
  );
  await queries.prepare();
  if (!paused) runner.start();
  const finish = (id: string) => waitFor(queries, id);
  return {
    queries,
    runner,
    errors,
    finish,
    run: async (sql, request = {}) =>
      finish(await queries.start({ sql, database: 'lake', parameters: [], ...request })),
    [Symbol.asyncDispose]: () => runner.stop(),
  };
}

async function waitFor(queries: Queries, id: string): Promise<Finished> {
  for (;;) {
    const { status, stateChangeReason, outputKey } = await queries.get(id);
    if (status === 'QUEUED' || status === 'RUNNING') {
      await systemClock.sleep(10);
      continue;
    }
    const rows = status === 'SUCCEEDED' ? await readAll(queries, id) : undefined;
    const header = outputKey.endsWith('.csv') ? rows?.shift() : undefined;
    return { id, status, reason: stateChangeReason, rows, header: header?.map(String) };
  }
}

export async function readAll(queries: Queries, id: string, rowsMax = 1000): Promise<(readonly (string | null)[])[]> {
  const all: (readonly (string | null)[])[] = [];
  for (let token: string | undefined; ; ) {
    const page = await queries.results(id, { token, rowsMax });
    all.push(...page.rows);
    if (page.nextToken === undefined) return all;
    token = page.nextToken;
  }
}
