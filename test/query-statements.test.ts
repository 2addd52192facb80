import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTable, closeLake, type Desk, type Lake, openDesk, openLake } from './query-lake.ts';

let lake: Lake;
let desk: Desk;

const COLUMNS = [
  { name: 'id', type: 'bigint' },
  { name: 'host', type: 'string', comment: 'its name' },
];

beforeAll(async () => {
  lake = await openLake();
  await addTable(lake, 'hosts', COLUMNS, {
    '2026-01-02': `SELECT 10::BIGINT AS id, NULL::VARCHAR AS host`,
    '2026-01-01': `SELECT i::BIGINT AS id, 'h' || i AS host FROM range(3) t(i)`,
  });
  await addTable(lake, 'ports', [{ name: 'port', type: 'int' }], {});
  desk = await openDesk(lake);
});

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await closeLake(lake);
});

async function lines(sql: string): Promise<(string | null)[]> {
  const done = await desk.run(sql);
  if (done.rows === undefined) throw new Error(`${sql}: ${done.reason}`);
  return done.rows.map((row) => row[0] ?? null);
}

async function reason(sql: string): Promise<string | undefined> {
  const done = await desk.run(sql);
  expect(done.status).toBe('FAILED');
  return done.reason;
}

test('lists databases and tables by pattern', async () => {
  expect(await lines('SHOW DATABASES')).toEqual(['lake']);
  expect(await lines("show schemas like 'x*'")).toEqual([]);
  expect(await lines('SHOW TABLES')).toEqual(['hosts', 'ports']);
  expect(await lines("SHOW TABLES IN lake 'h*|nothing'")).toEqual(['hosts']);
  expect(await lines('SHOW TABLES FROM `awsdatacatalog`.`lake` ;')).toEqual(['hosts', 'ports']);
  expect(await reason('SHOW TABLES IN nowhere')).toBe("SCHEMA_NOT_FOUND: line 1:1: Schema 'nowhere' does not exist");
});

test('shows columns, partitions and properties of a table', async () => {
  expect(await lines('SHOW COLUMNS IN hosts')).toEqual(['id', 'host', 'dt'].map((name) => name.padEnd(20)));
  expect(await lines('SHOW COLUMNS FROM hosts FROM lake')).toHaveLength(3);
  expect(await lines('SHOW PARTITIONS "lake"."hosts"')).toEqual(['dt=2026-01-01', 'dt=2026-01-02']);
  expect(await lines('SHOW TBLPROPERTIES hosts')).toEqual(['EXTERNAL\tTRUE', 'classification\tparquet']);
  expect(await lines("SHOW TBLPROPERTIES hosts ('EXTERNAL')")).toEqual(['EXTERNAL\tTRUE']);
});

test('describes a table in the layout of Hive', async () => {
  const row = (...fields: string[]) => fields.map((field) => field.padEnd(20)).join('\t');
  expect(await lines('DESCRIBE hosts')).toEqual([
    row('id', 'bigint', ''),
    row('host', 'string', 'its name'),
    row('dt', 'string', ''),
    '\t \t ',
    '# Partition Information\t \t ',
    row('# col_name', 'data_type', 'comment'),
    '\t \t ',
    row('dt', 'string', ''),
  ]);
  const formatted = await lines('DESCRIBE FORMATTED hosts');
  expect(formatted).toContain(`${'Location:'.padEnd(20)}\ts3://the-lake/hosts/\t `);
  expect(formatted).toEqual(await lines('DESC EXTENDED lake.hosts'));
});

test('shows the statement that would make a table', async () => {
  expect(await lines('SHOW CREATE TABLE hosts')).toEqual([
    'CREATE EXTERNAL TABLE `lake.hosts`(',
    '  `id` bigint, ',
    "  `host` string COMMENT 'its name')",
    'PARTITIONED BY ( ',
    '  `dt` string)',
    'ROW FORMAT SERDE ',
    "  'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' ",
    'WITH SERDEPROPERTIES ( ',
    "  'serialization.format'='1')",
    'STORED AS INPUTFORMAT ',
    "  'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat' ",
    'OUTPUTFORMAT ',
    "  'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'",
    'LOCATION',
    "  's3://the-lake/hosts/'",
    'TBLPROPERTIES (',
    "  'EXTERNAL'='TRUE', ",
    "  'classification'='parquet')",
  ]);
});

test('a table that is not there fails the statement', async () => {
  const missing = 'FAILED: SemanticException [Error 10001]: Table not found nothing';
  for (const head of ['DESCRIBE', 'SHOW COLUMNS IN', 'SHOW PARTITIONS', 'SHOW CREATE TABLE', 'DROP VIEW'])
    expect(await reason(`${head} nothing`)).toBe(missing);
});

test('makes a view over a view, reads it, shows it and drops it', async () => {
  expect(await lines('CREATE VIEW named AS SELECT id, host FROM hosts WHERE host IS NOT NULL;')).toEqual([]);
  expect(
    await lines('CREATE OR REPLACE VIEW "big_named" AS\nSELECT id + 1 AS next, host -- to the end\nFROM named'),
  ).toEqual([]);
  const read = await desk.run('SELECT next, host FROM big_named ORDER BY next');
  expect(read.rows).toEqual([
    ['1', 'h0'],
    ['2', 'h1'],
    ['3', 'h2'],
  ]);
  expect(await lines('SHOW VIEWS')).toEqual(['big_named', 'named']);
  expect(await lines('SHOW CREATE VIEW named')).toEqual([
    'CREATE VIEW lake.named AS',
    'SELECT id, host FROM hosts WHERE host IS NOT NULL',
  ]);
  expect((await lines('DESCRIBE big_named')).map((line) => line?.split('\t').map((field) => field.trim()))).toEqual([
    ['next', 'bigint', ''],
    ['host', 'string', ''],
  ]);
  expect(await reason('CREATE VIEW named AS SELECT 1 AS one')).toContain('AlreadyExistsException');
  expect(await reason('CREATE OR REPLACE VIEW named AS SELECT * FROM big_named')).toContain('VIEW_IS_RECURSIVE');
  expect(await reason('CREATE OR REPLACE VIEW hosts AS SELECT 1 AS one')).toContain('AlreadyExistsException');
  expect(await reason('DROP VIEW hosts')).toContain('is a table');
  expect(await lines('DROP VIEW big_named')).toEqual([]);
  expect(await lines('DROP VIEW IF EXISTS big_named')).toEqual([]);
  expect(await lines('DROP VIEW named')).toEqual([]);
  expect(await lines('SHOW VIEWS')).toEqual([]);
});

test('a view with a SELECT that does not run is not made', async () => {
  expect(await reason('CREATE VIEW wrong AS\n  SELECT nothing FROM hosts')).toMatch(/^COLUMN_NOT_FOUND: line 2:10/);
  expect(await lines('SHOW VIEWS')).toEqual([]);
});

test('what is not supported or not SQL fails with its name', async () => {
  expect(await reason("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://x/'")).toBe(
    'NOT_SUPPORTED: line 1:1: CREATE EXTERNAL TABLE is not supported by Periplus',
  );
  expect(await reason("CREATE TABLE t WITH (format = 'PARQUET') AS SELECT 1 a")).toContain('CREATE TABLE AS SELECT');
  expect(await reason('\n  INSERT INTO t VALUES 1')).toBe(
    'NOT_SUPPORTED: line 2:3: INSERT is not supported by Periplus',
  );
  expect(await reason('MSCK REPAIR TABLE hosts')).toContain('NOT_SUPPORTED');
  expect(await reason('SELEC 1')).toMatch(/^SYNTAX_ERROR: line 1:1: mismatched input 'SELEC'/);
  expect(await reason('SHOW TABLES nothing')).toMatch(/^FAILED: ParseException line 1:13 mismatched input 'nothing'/);
  expect(await reason('SHOW TABLES; SHOW TABLES')).toContain('NOT_SUPPORTED');
  expect(await reason('SELECT * FROM nothing')).toMatch(/^TABLE_NOT_FOUND/);
});
