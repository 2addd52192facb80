import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertBucket } from '../src/buckets/buckets.ts';
import { deleteBucketObjects, putBucketObject } from '../src/buckets/objects.ts';
import { putTable } from '../src/catalog/tables.ts';
import type { SqlTable } from '../src/ports/sql-engine.ts';
import { CatalogSnapshot } from '../src/query/catalog-snapshot.ts';
import {
  ACCOUNT,
  addFile,
  addTable,
  closeLake,
  type Desk,
  type Lake,
  openDesk,
  openLake,
  REGION,
} from './query-lake.ts';

const OTHER = '999988887777';
const COLUMNS = [{ name: 'id', type: 'bigint' }];
const REF = { accountId: ACCOUNT, bucket: 'the-lake' };

let lake: Lake;
let desk: Desk;

beforeAll(async () => {
  lake = await openLake();
  for (const name of ['hosts', 'others'])
    await addTable(lake, name, COLUMNS, { '2026-01-01': 'SELECT 1::BIGINT AS id' });
  await addTable(lake, 'empty', COLUMNS, {});
  desk = await openDesk(lake);
});

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await closeLake(lake);
});

function filesOf(table: SqlTable | undefined): string[] {
  if (table?.kind !== 'files') throw new Error('not a table of files');
  return table.partitions.flatMap(({ paths }) => paths).map((path) => path.slice(path.indexOf('the-lake')));
}

/** Replaces a file of `hosts` by another in one transaction, as a compaction does. */
async function compact(from: string, to: string): Promise<void> {
  await lake.state.transaction(async (tx) => {
    await deleteBucketObjects(tx, REF, [`hosts/dt=2026-01-01/${from}`]);
    await putBucketObject(tx, REF, {
      key: `hosts/dt=2026-01-01/${to}`,
      objectKey: `buckets/${ACCOUNT}/the-lake/hosts/dt=2026-01-01/${to}`,
      sizeBytes: 1,
      etag: 'x',
      contentType: 'x',
      modifiedAtMs: 0,
    });
  });
}

test('a name keeps its files for the whole query, whatever a compaction does meanwhile', async () => {
  const snapshot = new CatalogSnapshot(lake, ACCOUNT);
  const before = filesOf(await snapshot.resolveTable('lake', 'hosts'));
  await compact('a.parquet', 'b.parquet');
  expect(filesOf(await snapshot.resolveTable('lake', 'hosts'))).toEqual(before);
  const later = filesOf(await new CatalogSnapshot(lake, ACCOUNT).resolveTable('lake', 'hosts'));
  expect(later).toEqual(['the-lake/hosts/dt=2026-01-01/b.parquet']);
  await compact('b.parquet', 'a.parquet');
});

test('names asked for together are looked up in one transaction', async () => {
  let transactions = 0;
  const state: typeof lake.state = {
    queries: lake.state.queries,
    transaction: (run) => {
      transactions += 1;
      return lake.state.transaction(run);
    },
    migrate: () => lake.state.migrate(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const snapshot = new CatalogSnapshot({ ...lake, state }, ACCOUNT);
  const names = ['hosts', 'others', 'nothing', 'hosts'];
  const found = await Promise.all(names.map((name) => snapshot.resolveTable('lake', name)));
  expect(found.map((table) => table?.kind)).toEqual(['files', 'files', undefined, 'files']);
  expect(transactions).toBe(1);
});

test('a table without files has no rows, and hidden or empty objects are no files', async () => {
  expect((await desk.run('SELECT count(*) AS n FROM empty')).rows).toEqual([['0']]);
  for (const [name, sizeBytes] of [
    ['_SUCCESS', 9],
    ['.hidden', 9],
    ['', 0],
  ] as const) {
    const key = `others/dt=2026-01-01/${name}`;
    const object = { key, objectKey: 'none', sizeBytes, etag: 'x', contentType: 'x', modifiedAtMs: 0 };
    await putBucketObject(lake.state.queries, REF, object);
  }
  expect((await desk.run('SELECT count(*) AS n FROM others')).rows).toEqual([['1']]);
});

test('a partition does not take the files of another whose name begins the same', async () => {
  await addFile(lake, 'hosts/dt=2026-01-011/a.parquet', 'SELECT 5::BIGINT AS id');
  expect((await desk.run('SELECT id FROM hosts')).rows).toEqual([['1']]);
});

test('a location in the bucket of another account is not read', async () => {
  await insertBucket(lake.state.queries, OTHER, { name: 'not-ours', region: REGION, createdAtMs: 0 });
  const definition = {
    type: 'EXTERNAL_TABLE',
    columns: COLUMNS,
    partitionKeys: [],
    parameters: { classification: 'parquet' },
    location: 's3://not-ours/secrets/',
  } as const;
  await putTable(lake.state.queries, { accountId: ACCOUNT, database: 'lake', name: 'theirs', definition, nowMs: 0 });
  expect((await desk.run('SELECT * FROM theirs')).reason).toMatch(
    /^HIVE_CANNOT_OPEN_SPLIT: .*no bucket of this account/,
  );
});

test('a table that is not Parquet fails the query by its name', async () => {
  const definition = {
    type: 'EXTERNAL_TABLE',
    columns: COLUMNS,
    partitionKeys: [],
    parameters: {},
    location: 's3://the-lake/csv/',
  } as const;
  await putTable(lake.state.queries, { accountId: ACCOUNT, database: 'lake', name: 'texts', definition, nowMs: 0 });
  expect((await desk.run('SELECT * FROM texts')).reason).toBe(
    "NOT_SUPPORTED: line 1:1: Table 'lake.texts' is not stored as Parquet",
  );
});
