import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  GetDatabaseCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GlueClient,
  type TableInput,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-glue';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

const ORDERS: TableInput = {
  Name: 'orders',
  Description: 'what was ordered',
  Owner: 'sales',
  Retention: 7,
  TableType: 'EXTERNAL_TABLE',
  Parameters: { classification: 'parquet' },
  PartitionKeys: [{ Name: 'dt', Type: 'string' }],
  StorageDescriptor: {
    Columns: [
      { Name: 'id', Type: 'bigint', Comment: 'of the order' },
      { Name: 'amount', Type: 'decimal(10,2)' },
    ],
    Location: 's3://lake/orders/',
    InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    Compressed: true,
    NumberOfBuckets: 4,
    BucketColumns: ['id'],
    SortColumns: [{ Column: 'amount', SortOrder: 1 }],
    Parameters: { a: 'b' },
    StoredAsSubDirectories: true,
    SerdeInfo: { SerializationLibrary: 'serde', Parameters: { 'serialization.format': '1' } },
  },
};

let world: World;
let glue: GlueClient;
beforeEach(async () => {
  world = await openWorld(({ state, clock }) => [createGlueService({ state, clock, pageTokenKey: PAGE_TOKEN_KEY })]);
  glue = client(CREDENTIALS);
  await glue.send(
    new CreateDatabaseCommand({ DatabaseInput: { Name: 'Sales', Description: 'd', Parameters: { k: 'v' } } }),
  );
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

function client(credentials: typeof CREDENTIALS): GlueClient {
  return new GlueClient({ endpoint: world.endpoint, region: 'us-west-2', credentials, maxAttempts: 1 });
}

const create = (changes: Partial<TableInput> = {}) =>
  glue.send(new CreateTableCommand({ DatabaseName: 'sales', TableInput: { ...ORDERS, ...changes } }));
const update = (changes: Partial<TableInput>, more: Partial<UpdateTableCommandInput> = {}) =>
  glue.send(new UpdateTableCommand({ DatabaseName: 'sales', TableInput: { ...ORDERS, ...changes }, ...more }));
const get = async (name = 'orders') =>
  (await glue.send(new GetTableCommand({ DatabaseName: 'sales', Name: name }))).Table;

test('a database is made once, under a name in lower case', async () => {
  const { Database } = await glue.send(new GetDatabaseCommand({ Name: 'SALES' }));
  expect(Database).toMatchObject({ Name: 'sales', Description: 'd', Parameters: { k: 'v' }, CatalogId: ACCOUNT });
  expect(Database?.CreateTime).toEqual(new Date(world.clock.nowMs()));
  const again = glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'sales' } }));
  expect(await refusal(again)).toMatchObject({ name: 'AlreadyExistsException', message: 'Database already exists.' });
});

test('a table comes back as it was given', async () => {
  await create();
  expect(await get()).toMatchObject({ ...ORDERS, DatabaseName: 'sales', VersionId: '0', CatalogId: ACCOUNT });
  expect(await refusal(create())).toMatchObject({ name: 'AlreadyExistsException', message: 'Table already exists.' });
  const elsewhere = new CreateTableCommand({ DatabaseName: 'nothing', TableInput: ORDERS });
  expect(await refusal(glue.send(elsewhere))).toMatchObject({
    name: 'EntityNotFoundException',
    message: 'Database nothing not found.',
  });
});

test('a table that is read and written back is the same table', async () => {
  await create({ StorageDescriptor: { Columns: [{ Name: 'id', Type: 'int' }] } });
  const { Name, StorageDescriptor, PartitionKeys, TableType, Parameters, Description, Owner, Retention } =
    (await get()) ?? {};
  await update({
    Name,
    StorageDescriptor,
    PartitionKeys,
    TableType,
    Parameters,
    Description,
    Owner,
    Retention,
  } as TableInput);
  expect((await get())?.VersionId).toBe('0');
});

test('an update is a new version, and says which one it is of', async () => {
  await create();
  world.clock.advance(1000);
  const columns = [...(ORDERS.StorageDescriptor?.Columns ?? []), { Name: 'Channel', Type: 'string' }];
  await update({ StorageDescriptor: { ...ORDERS.StorageDescriptor, Columns: columns } }, { VersionId: '0' });
  const table = await get();
  expect(table?.StorageDescriptor?.Columns?.map((column) => column.Name)).toEqual(['id', 'amount', 'channel']);
  expect(table).toMatchObject({ VersionId: '1', UpdateTime: new Date(world.clock.nowMs()) });
  expect(await refusal(update({}, { VersionId: '0' }))).toMatchObject({ name: 'ConcurrentModificationException' });
  expect(await refusal(update({}, { Name: 'other' }))).toMatchObject({ name: 'InvalidInputException' });
  expect(await refusal(update({ Name: 'nothing' }))).toMatchObject({
    name: 'EntityNotFoundException',
    message: 'Table nothing not found.',
  });
});

test.each<[string, Partial<TableInput>]>([
  ['TableInput.TargetTable', { TargetTable: { Name: 'a' } }],
  ['TableInput.ViewOriginalText', { ViewOriginalText: 'SELECT 1' }],
  ['TableInput.LastAccessTime', { LastAccessTime: new Date(0) }],
  ['StorageDescriptor.SkewedInfo', { StorageDescriptor: { SkewedInfo: { SkewedColumnNames: ['a'] } } }],
  ['StorageDescriptor.AdditionalLocations', { StorageDescriptor: { AdditionalLocations: ['s3://a/'] } }],
  ['Column.Parameters', { PartitionKeys: [{ Name: 'a', Type: 'int', Parameters: { a: 'b' } }] }],
  ['TableType MANAGED_TABLE', { TableType: 'MANAGED_TABLE' }],
])('%s is refused, not left out', async (member, changes) => {
  expect(await refusal(create(changes))).toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining(`${member} is not supported`),
  });
});

test('a column has a type, and a name of its own', async () => {
  const named = (Columns: TableInput['PartitionKeys']) => create({ StorageDescriptor: { Columns } });
  expect(await refusal(named([{ Name: 'a' }]))).toMatchObject({ message: 'Column a has no type.' });
  const twice = [{ Name: 'DT', Type: 'int' }];
  expect(await refusal(named(twice))).toMatchObject({ message: 'Column dt is there twice.' });
});

test('a view is no table to be written', async () => {
  const definition = {
    type: 'VIRTUAL_VIEW' as const,
    columns: [],
    partitionKeys: [],
    parameters: {},
    viewSql: 'SELECT 1',
  };
  await putTable(world.state.queries, { accountId: ACCOUNT, database: 'sales', name: 'v', definition, nowMs: 0 });
  expect(await refusal(update({ Name: 'v' }))).toMatchObject({ name: 'InvalidInputException' });
  expect(await refusal(create({ TableType: 'VIRTUAL_VIEW' }))).toMatchObject({ name: 'InvalidInputException' });
  await glue.send(new DeleteTableCommand({ DatabaseName: 'sales', Name: 'V' }));
  expect(await refusal(get('v'))).toMatchObject({ name: 'EntityNotFoundException' });
});

test('a table that is deleted takes its partitions with it', async () => {
  await create();
  const partition = { values: ['2026-01-01'], location: 's3://lake/orders/1/', parameters: {}, createdAtMs: 0 };
  await insertPartition(world.state.queries, { accountId: ACCOUNT, database: 'sales', table: 'orders' }, partition);
  const remove = () => glue.send(new DeleteTableCommand({ DatabaseName: 'sales', Name: 'orders' }));
  await remove();
  expect(await refusal(remove())).toMatchObject({
    name: 'EntityNotFoundException',
    message: 'Table orders not found.',
  });
  await create();
  const partitions = await glue.send(new GetPartitionsCommand({ DatabaseName: 'sales', TableName: 'orders' }));
  expect(partitions.Partitions).toEqual([]);
});

test('a database that is deleted takes its tables with it, however many', async () => {
  for (let at = 0; at < 101; at++) await create({ Name: `t${at}` });
  await glue.send(new DeleteDatabaseCommand({ Name: 'sales' }));
  expect(await refusal(get('t100'))).toMatchObject({ message: 'Database sales not found.' });
  const again = glue.send(new DeleteDatabaseCommand({ Name: 'sales' }));
  expect(await refusal(again)).toMatchObject({ name: 'EntityNotFoundException' });
});

test('another account changes nothing', async () => {
  await create();
  const other = client(OTHER_CREDENTIALS);
  const remove = other.send(new DeleteTableCommand({ DatabaseName: 'sales', Name: 'orders' }));
  expect(await refusal(remove)).toMatchObject({ name: 'EntityNotFoundException' });
  const foreign = other.send(new DeleteDatabaseCommand({ CatalogId: ACCOUNT, Name: 'sales' }));
  expect(await refusal(foreign)).toMatchObject({ name: 'EntityNotFoundException' });
  expect((await get())?.Name).toBe('orders');
});
