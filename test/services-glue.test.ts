import {
  GetDatabaseCommand,
  GetDatabasesCommand,
  type GetDatabasesCommandInput,
  GetPartitionCommand,
  GetPartitionsCommand,
  type GetPartitionsCommandInput,
  GetTableCommand,
  GetTablesCommand,
  type GetTablesCommandInput,
  GlueClient,
  paginateGetDatabases,
  paginateGetPartitions,
  paginateGetTables,
} from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertDatabase, type TableDefinition } from '../src/catalog/catalog.ts';
import { insertPartition } from '../src/catalog/partitions.ts';
import { putTable } from '../src/catalog/tables.ts';
import { createGlueService } from '../src/services/glue/glue-service.ts';
import {
  ACCOUNT,
  CREDENTIALS,
  OTHER_CREDENTIALS,
  openWorld,
  PAGE_TOKEN_KEY,
  refusal,
  type World,
} from './services-world.ts';

const CREATED_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const DATABASES = ['empty', 'lake', 'other'];
const TABLES = ['alpha', 'beta', 'beta_2', 'gamma', 'os_info_agent', 'view_1'];
const KEYS = [
  { name: 'dt', type: 'date' },
  { name: 'n', type: 'int' },
];
const DEFINITION: TableDefinition = {
  type: 'EXTERNAL_TABLE',
  description: 'servers',
  columns: [
    { name: 'agent_id', type: 'string', comment: 'who' },
    { name: 'at', type: 'timestamp' },
  ],
  partitionKeys: KEYS,
  parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
  location: 's3://lake/os_info_agent/',
  inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  serde: {
    library: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    parameters: { 'serialization.format': '1' },
  },
};
const VIEW: TableDefinition = {
  type: 'VIRTUAL_VIEW',
  columns: [
    { name: 'a', type: 'string' },
    { name: 'b', type: 'array<struct<x:int,y:map<string,decimal(10,2)>>>' },
  ],
  partitionKeys: [],
  parameters: {},
  viewSql: 'SELECT 1 AS "ü"',
};
const NULL = '__HIVE_DEFAULT_PARTITION__';
const PARTITIONS = [
  ['2026-01-01', '1'],
  ['2026-01-01', '9'],
  ['2026-01-01', '10'],
  ['2026-01-02', '2'],
  ['2026-02-01', NULL],
  [NULL, '7'],
];

let world: World;
let glue: GlueClient;

beforeAll(async () => {
  world = await openWorld(({ state, clock }) => [createGlueService({ state, clock, pageTokenKey: PAGE_TOKEN_KEY })]);
  glue = client();
  const { queries } = world.state;
  for (const name of DATABASES) {
    const database = { name, description: `The ${name}.`, locationUri: 's3://x/', parameters: { k: 'v' } };
    await insertDatabase(queries, ACCOUNT, { ...database, createdAtMs: CREATED_MS });
  }
  for (const name of TABLES) {
    const definition = name.startsWith('view') ? VIEW : DEFINITION;
    await putTable(queries, { accountId: ACCOUNT, database: 'lake', name, definition, nowMs: CREATED_MS });
  }
  for (const values of PARTITIONS) await addPartition('os_info_agent', values);
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

function client(credentials = CREDENTIALS): GlueClient {
  return new GlueClient({ endpoint: world.endpoint, region: 'us-west-2', credentials, maxAttempts: 1 });
}

async function addPartition(table: string, values: readonly string[]): Promise<void> {
  const partition = {
    values,
    location: `s3://lake/${values.join('/')}/`,
    parameters: { p: 'q' },
    createdAtMs: CREATED_MS,
  };
  await insertPartition(world.state.queries, { accountId: ACCOUNT, database: 'lake', table }, partition);
}

const tables = (input: Partial<GetTablesCommandInput> = {}) =>
  glue.send(new GetTablesCommand({ DatabaseName: 'lake', ...input }));
const partitions = (input: Partial<GetPartitionsCommandInput> = {}) =>
  glue.send(new GetPartitionsCommand({ DatabaseName: 'lake', TableName: 'os_info_agent', ...input }));
const namesOf = async (input: Partial<GetTablesCommandInput>) =>
  (await tables(input)).TableList?.map((one) => one.Name);
const valuesOf = async (input: Partial<GetPartitionsCommandInput>) =>
  (await partitions(input)).Partitions?.map((one) => one.Values?.join('|'));

describe('databases', () => {
  test('a database is found in any case', async () => {
    const { Database } = await glue.send(new GetDatabaseCommand({ Name: 'LAKE', CatalogId: ACCOUNT }));
    expect(Database).toEqual({
      Name: 'lake',
      Description: 'The lake.',
      LocationUri: 's3://x/',
      Parameters: { k: 'v' },
      CreateTime: new Date(CREATED_MS),
      CatalogId: ACCOUNT,
    });
  });

  test('pages concatenated are all databases', async () => {
    const names: (string | undefined)[] = [];
    for await (const page of paginateGetDatabases({ client: glue, pageSize: 2 }, {}))
      names.push(...page.DatabaseList!.map((one) => one.Name));
    expect(names).toEqual(DATABASES);
  });

  test('ResourceShareType and AttributesToGet choose databases and members', async () => {
    const get = async (input: GetDatabasesCommandInput) =>
      (await glue.send(new GetDatabasesCommand(input))).DatabaseList;
    expect(await get({ ResourceShareType: 'FOREIGN' })).toEqual([]);
    expect(await get({ ResourceShareType: 'FEDERATED' })).toEqual([]);
    expect(await get({ ResourceShareType: 'ALL' })).toHaveLength(3);
    expect(await get({ AttributesToGet: ['NAME'] })).toEqual(DATABASES.map((Name) => ({ Name })));
  });

  test('another account has its own catalogue', async () => {
    expect((await client(OTHER_CREDENTIALS).send(new GetDatabasesCommand({}))).DatabaseList).toEqual([]);
  });
});

describe('tables', () => {
  test('a table is described with all it has', async () => {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: 'Lake', Name: 'OS_Info_Agent' }));
    expect(Table).toEqual({
      Name: 'os_info_agent',
      DatabaseName: 'lake',
      Description: 'servers',
      CreateTime: new Date(CREATED_MS),
      UpdateTime: new Date(CREATED_MS),
      Retention: 0,
      StorageDescriptor: {
        Columns: [
          { Name: 'agent_id', Type: 'string', Comment: 'who' },
          { Name: 'at', Type: 'timestamp' },
        ],
        Location: 's3://lake/os_info_agent/',
        InputFormat: DEFINITION.inputFormat,
        OutputFormat: DEFINITION.outputFormat,
        Compressed: false,
        NumberOfBuckets: -1,
        SerdeInfo: { SerializationLibrary: DEFINITION.serde!.library, Parameters: { 'serialization.format': '1' } },
        BucketColumns: [],
        SortColumns: [],
        Parameters: {},
        StoredAsSubDirectories: false,
      },
      PartitionKeys: [
        { Name: 'dt', Type: 'date' },
        { Name: 'n', Type: 'int' },
      ],
      TableType: 'EXTERNAL_TABLE',
      Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
      IsRegisteredWithLakeFormation: false,
      CatalogId: ACCOUNT,
      VersionId: '0',
    });
  });

  test('a view is kept as Athena keeps it', async () => {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: 'lake', Name: 'view_1' }));
    expect(Table).toMatchObject({
      TableType: 'VIRTUAL_VIEW',
      ViewExpandedText: '/* Presto View */',
      Parameters: { presto_view: 'true', comment: 'Presto View' },
    });
    const base64 = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(Table!.ViewOriginalText!)![1]!;
    expect(JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))).toEqual({
      originalSql: 'SELECT 1 AS "ü"',
      catalog: 'awsdatacatalog',
      schema: 'lake',
      columns: [
        { name: 'a', type: 'varchar' },
        { name: 'b', type: 'array(row(x integer, y map(varchar, decimal(10,2))))' },
      ],
    });
  });

  test('pages concatenated are all tables, with and without an expression', async () => {
    for (const Expression of [undefined, 'beta*|gamma', '.*a$']) {
      const names: (string | undefined)[] = [];
      const input = { DatabaseName: 'lake', ...(Expression && { Expression }) };
      for await (const page of paginateGetTables({ client: glue, pageSize: 1 }, input)) {
        expect(page.TableList!.length).toBeLessThanOrEqual(1);
        names.push(...page.TableList!.map((one) => one.Name));
      }
      expect(names).toEqual(await namesOf(Expression === undefined ? {} : { Expression }));
    }
  });

  test.each([
    ['*beta*', ['beta', 'beta_2']],
    ['beta', ['beta']],
    ['BETA', ['beta']],
    ['alpha|gamma', ['alpha', 'gamma']],
    ['*', TABLES],
    ['', TABLES],
    ['|', []],
    ['b.*', ['beta', 'beta_2']],
    ['^beta(_[0-9])?$', ['beta', 'beta_2']],
    ['[a-b]\\w+', ['alpha', 'beta', 'beta_2']],
    ['a.', []],
  ])('expression %s means %j', async (Expression, names) => {
    expect(await namesOf({ Expression })).toEqual(names);
  });

  test('an expression that is none is refused, one made to be slow is not slow', async () => {
    expect(await refusal(tables({ Expression: '(beta' }))).toMatchObject({
      name: 'InvalidInputException',
      status: 400,
    });
    const startedMs = performance.now();
    expect(await namesOf({ Expression: `(${'(a|a|al|alp|alph)*'.repeat(20)})*(alpha)*$x` })).toEqual([]);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });

  test('AttributesToGet leaves the rest out', async () => {
    expect((await tables({ AttributesToGet: ['NAME'] })).TableList![0]).toEqual({ Name: 'alpha' });
    expect((await tables({ AttributesToGet: ['NAME', 'TABLE_TYPE'] })).TableList!.at(-1)).toEqual({
      Name: 'view_1',
      TableType: 'VIRTUAL_VIEW',
    });
  });
});

describe('partitions', () => {
  test('a partition has its values, its place and the shape of its table', async () => {
    const input = { DatabaseName: 'lake', TableName: 'os_info_agent', PartitionValues: ['2026-01-02', '2'] };
    const { Partition } = await glue.send(new GetPartitionCommand(input));
    expect(Partition).toMatchObject({
      Values: ['2026-01-02', '2'],
      DatabaseName: 'lake',
      TableName: 'os_info_agent',
      CreationTime: new Date(CREATED_MS),
      Parameters: { p: 'q' },
      CatalogId: ACCOUNT,
      StorageDescriptor: {
        Location: 's3://lake/2026-01-02/2/',
        Columns: [{ Name: 'agent_id' }, { Name: 'at' }],
        SerdeInfo: { SerializationLibrary: DEFINITION.serde!.library },
      },
    });
  });

  test.each([
    ["dt = '2026-01-01'", ['2026-01-01|1', '2026-01-01|10', '2026-01-01|9']],
    ['n > 2', ['2026-01-01|10', '2026-01-01|9', `${NULL}|7`]],
    ["dt >= date '2026-01-02' and n is null", [`2026-02-01|${NULL}`]],
    ['', 6],
  ])('expression %s chooses partitions by the types of the keys', async (Expression, expected) => {
    const found = await valuesOf({ Expression });
    if (typeof expected === 'number') expect(found).toHaveLength(expected);
    else expect(found).toEqual(expected);
  });

  test('the segments together are all partitions, each once', async () => {
    for (const TotalSegments of [1, 2, 3, 10]) {
      const found: (string | undefined)[] = [];
      for (let SegmentNumber = 0; SegmentNumber < TotalSegments; SegmentNumber += 1)
        found.push(...(await valuesOf({ Segment: { SegmentNumber, TotalSegments } }))!);
      expect(found.sort()).toEqual(PARTITIONS.map((values) => values.join('|')).sort());
    }
    expect(await refusal(partitions({ Segment: { SegmentNumber: 2, TotalSegments: 2 } }))).toMatchObject({
      name: 'InvalidInputException',
    });
  });

  test('ExcludeColumnSchema leaves the columns out', async () => {
    const [first] = (await partitions({ ExcludeColumnSchema: true })).Partitions!;
    expect(first!.StorageDescriptor).not.toHaveProperty('Columns');
    expect(first!.StorageDescriptor?.Location).toBe('s3://lake/2026-01-01/1/');
  });

  test('pages of many partitions concatenated are all of them, filtered or not', async () => {
    for (let at = 0; at < 2500; at += 1) await addPartition('beta', ['2026-01-01', String(at)]);
    const input = { DatabaseName: 'lake', TableName: 'beta' };
    for (const [Expression, count] of [
      [undefined, 2500],
      ['n >= 100 and n < 1300', 1200],
      ['n = 2499', 1],
    ] as const) {
      const values = new Set<string>();
      let read = 0;
      for await (const page of paginateGetPartitions(
        { client: glue },
        { ...input, ...(Expression && { Expression }) },
      )) {
        for (const one of page.Partitions!) values.add(one.Values!.join('|'));
        read += page.Partitions!.length;
      }
      expect([read, values.size]).toEqual([count, count]);
    }
  });
});

describe('refusals', () => {
  test('what is not there is EntityNotFoundException in the words of Glue', async () => {
    const refused = async (call: Promise<unknown>) => {
      const { name, message, status } = await refusal(call);
      expect([name, status]).toEqual(['EntityNotFoundException', 400]);
      return message;
    };
    expect(await refused(glue.send(new GetDatabaseCommand({ Name: 'Nope' })))).toBe('Database Nope not found.');
    expect(await refused(tables({ DatabaseName: 'nope' }))).toBe('Database nope not found.');
    expect(await refused(glue.send(new GetTableCommand({ DatabaseName: 'lake', Name: 'Nope' })))).toBe(
      'Table Nope not found.',
    );
    expect(await refused(glue.send(new GetTableCommand({ DatabaseName: 'no', Name: 'x' })))).toBe(
      'Database no not found.',
    );
    expect(await refused(partitions({ TableName: 'nope' }))).toBe('Table nope not found.');
    const partition = { DatabaseName: 'lake', TableName: 'os_info_agent', PartitionValues: ['2020-01-01', '1'] };
    expect(await refused(glue.send(new GetPartitionCommand(partition)))).toBe('Cannot find partition.');
  });

  test('another catalogue is not there, for any operation', async () => {
    const CatalogId = '000011112222';
    const calls = [
      glue.send(new GetDatabaseCommand({ CatalogId, Name: 'lake' })),
      glue.send(new GetDatabasesCommand({ CatalogId })),
      glue.send(new GetTableCommand({ CatalogId, DatabaseName: 'lake', Name: 'alpha' })),
      tables({ CatalogId }),
      glue.send(
        new GetPartitionCommand({ CatalogId, DatabaseName: 'lake', TableName: 'alpha', PartitionValues: ['x'] }),
      ),
      partitions({ CatalogId }),
    ];
    for (const call of calls) expect(await refusal(call)).toMatchObject({ name: 'EntityNotFoundException' });
  });

  test('a member that asks for another time is named', async () => {
    for (const [member, value] of [
      ['TransactionId', 'abc'],
      ['QueryAsOfTime', new Date(0)],
    ] as const) {
      const calls = [
        tables({ [member]: value }),
        partitions({ [member]: value }),
        glue.send(new GetTableCommand({ DatabaseName: 'lake', Name: 'alpha', [member]: value })),
      ];
      for (const call of calls) {
        expect(await refusal(call)).toMatchObject({
          name: 'InvalidInputException',
          message: `${member} is not supported.`,
        });
      }
    }
  });

  test('AuditContext is taken', async () => {
    expect((await tables({ AuditContext: { AllColumnsRequested: true } })).TableList).toHaveLength(6);
  });

  test('too few values for the keys, and expressions that are none', async () => {
    const partition = { DatabaseName: 'lake', TableName: 'os_info_agent', PartitionValues: ['2020-01-01'] };
    expect(await refusal(glue.send(new GetPartitionCommand(partition)))).toMatchObject({
      name: 'InvalidInputException',
    });
    for (const Expression of [
      'dt',
      'agent_id = 1',
      "n = 'x'",
      "dt = '2026-02-30'",
      'n in ()',
      'n = 1 n = 2',
      "dt = 'x",
    ])
      expect(await refusal(partitions({ Expression }))).toMatchObject({ name: 'InvalidInputException', status: 400 });
  });

  test('a token of another question is refused, an empty one is none', async () => {
    const { NextToken } = await tables({ MaxResults: 1 });
    const foreign = [
      tables({ NextToken: NextToken!, Expression: 'a*' }),
      tables({ NextToken: `${NextToken}x` }),
      partitions({ NextToken: NextToken! }),
      glue.send(new GetDatabasesCommand({ NextToken: NextToken! })),
    ];
    for (const call of foreign) expect(await refusal(call)).toMatchObject({ name: 'InvalidInputException' });
    expect((await tables({ NextToken: '' })).TableList).toHaveLength(6);
  });

  test('what breaks the model is ValidationException', async () => {
    expect(await refusal(tables({ MaxResults: 101 }))).toMatchObject({ name: 'ValidationException', status: 400 });
  });
});
