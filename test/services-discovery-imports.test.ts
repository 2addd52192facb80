import AWS from 'aws-sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { acquireLease } from '../src/jobs/leases.ts';
import { StoreAccessError } from '../src/ports/store-errors.ts';
import { createDiscoveryService } from '../src/services/discovery/discovery-service.ts';
import { createS3Service } from '../src/services/s3/s3-service.ts';
import { discoveryDeps } from './discovery-deps.ts';
import { IMPORT_BUCKET, importRunner, storeFile } from './import-world.ts';
import {
  ACCOUNT,
  CREDENTIALS,
  OTHER_CREDENTIALS,
  openWorld,
  PAGE_TOKEN_KEY,
  REGION,
  refusal,
  type World,
} from './services-world.ts';

const FILE = 'HostName,Applications\nweb-1,shop\n';
const URL_OF_FILE = `s3://${IMPORT_BUCKET}/servers.csv`;
const TOKEN_TEXT =
  'This issue occurs when the same clientRequestToken is used with the StartImportTask action, but with different parameters. For example, you use the same request token but have two different import URLs, you can encounter this issue. If the import tasks are meant to be different, use a different clientRequestToken, and try again.';
let world: World;
let discovery: AWS.Discovery;
/** What the object store does instead of its work. */
const faults: { link?: Error | undefined } = {};

beforeAll(async () => {
  world = await openWorld((parts) => {
    const link: typeof parts.objects.link = async (from, to) =>
      faults.link === undefined ? parts.objects.link(from, to) : Promise.reject(faults.link);
    const deps = discoveryDeps({ ...parts, objects: { ...parts.objects, link } });
    return [createDiscoveryService(deps), createS3Service({ ...parts, pageTokenKey: PAGE_TOKEN_KEY, bucketsMax: 10 })];
  });
  discovery = client();
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});
beforeEach(async () => {
  faults.link = undefined;
  for (const table of ['import_tasks', 'inventory_servers', 'inventory_sources', 'inventory_keys'] as const)
    await world.state.queries.deleteFrom(table).execute();
  await storeFile(world, 'servers.csv', FILE);
});

function client(options: AWS.Discovery.ClientConfiguration = {}): AWS.Discovery {
  return new AWS.Discovery({ endpoint: world.endpoint, region: REGION, maxRetries: 0, ...CREDENTIALS, ...options });
}

const start = async (input: Partial<AWS.Discovery.StartImportTaskRequest> = {}, from = discovery) =>
  (await from.startImportTask({ name: 'first', importUrl: URL_OF_FILE, ...input }).promise()).task!;
const describeAll = async (input: AWS.Discovery.DescribeImportTasksRequest = {}) =>
  (await discovery.describeImportTasks(input).promise()).tasks!;
const names = async (filters: AWS.Discovery.ImportTaskFilter[]) =>
  (await describeAll({ filters })).map(({ name }) => name);

async function work(): Promise<void> {
  const lease = { name: `imports/${ACCOUNT}`, holder: 'test', durationMs: 1e12 };
  await acquireLease(world.state.queries, lease, world.clock.nowMs());
  while (await importRunner(world).step(new AbortController().signal));
}

test('StartImportTask answers the task at once, and it is done in the background', async () => {
  const task = await start();
  expect(task).toEqual({
    importTaskId: expect.stringMatching(/^import-task-[0-9a-f]{32}$/),
    clientRequestToken: expect.any(String),
    name: 'first',
    importUrl: URL_OF_FILE,
    status: 'IMPORT_IN_PROGRESS',
    importRequestTime: new Date(world.clock.nowMs()),
    serverImportSuccess: 0,
    serverImportFailure: 0,
    applicationImportSuccess: 0,
    applicationImportFailure: 0,
  });
  await work();
  expect(await describeAll()).toEqual([
    {
      ...task,
      status: 'IMPORT_COMPLETE',
      importCompletionTime: new Date(world.clock.nowMs()),
      serverImportSuccess: 1,
      applicationImportSuccess: 1,
    },
  ]);
  const { configurations } = await discovery.listConfigurations({ configurationType: 'SERVER' }).promise();
  expect(configurations).toMatchObject([{ 'server.hostName': 'web-1', 'server.source': 'Import' }]);
});

test('StartImportTask takes the address of the object as well', async () => {
  const task = await start({ importUrl: `${world.endpoint}/${IMPORT_BUCKET}/servers.csv` });
  await work();
  expect(await describeAll()).toMatchObject([{ importTaskId: task.importTaskId, status: 'IMPORT_COMPLETE' }]);
});

test('StartImportTask with a token is done once', async () => {
  const task = await start({ clientRequestToken: 'token' });
  expect(await start({ clientRequestToken: 'token' })).toEqual(task);
  const refused = { name: 'ResourceInUseException', message: TOKEN_TEXT, status: 400 };
  expect(await refusal(start({ clientRequestToken: 'token', name: 'second' }))).toEqual(refused);
  expect(await refusal(start({ clientRequestToken: 'token', importUrl: 's3://other-bucket/x' }))).toEqual(refused);
  expect(await describeAll()).toHaveLength(1);
});

test('StartImportTask refuses files that are not there or cannot be read', async () => {
  for (const importUrl of [`s3://${IMPORT_BUCKET}/none.csv`, 's3://no-such-bucket/x', 'https://example.com/a/b'])
    expect(await refusal(start({ importUrl }))).toMatchObject({ name: 'InvalidParameterValueException', status: 400 });
  faults.link = new StoreAccessError('no');
  expect(await refusal(start())).toMatchObject({ name: 'AuthorizationErrorException', status: 400 });
  expect(await describeAll()).toEqual([]);
});

test('StartImportTask belongs to the home Region and the account', async () => {
  expect(await refusal(start({}, client({ region: 'eu-west-1' })))).toMatchObject({
    name: 'HomeRegionNotSetException',
  });
  for (const call of [
    start({}, client(OTHER_CREDENTIALS)),
    client(OTHER_CREDENTIALS).describeImportTasks({}).promise(),
    client(OTHER_CREDENTIALS)
      .batchDeleteImportData({ importTaskIds: [`import-task-${'0'.repeat(32)}`] })
      .promise(),
  ])
    expect(await refusal(call)).toMatchObject({ name: 'AuthorizationErrorException' });
});

test('StartImportTask holds to the model', async () => {
  const malformed = new AWS.Discovery({ ...client().config, paramValidation: false });
  const refused = (input: object) => refusal(malformed.startImportTask(input as never).promise());
  expect(await refused({ importUrl: URL_OF_FILE })).toMatchObject({ name: 'InvalidParameterException' });
  expect(await refused({ name: 'n', importUrl: 'nothing' })).toMatchObject({ name: 'InvalidParameterException' });
  expect(await refused({ name: 'n'.repeat(256), importUrl: URL_OF_FILE })).toMatchObject({
    name: 'InvalidParameterValueException',
  });
});

test('DescribeImportTasks filters and pages, newest first', async () => {
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) ids.push((await start({ name })).importTaskId!);
  await work();
  await start({ name: 'd' });
  expect(await names([])).toEqual(['d', 'c', 'b', 'a']);
  expect(await names([{ name: 'NAME', values: ['a', 'c'] }])).toEqual(['c', 'a']);
  expect(await names([{ name: 'IMPORT_TASK_ID', values: [ids[1]!] }])).toEqual(['b']);
  expect(await names([{ name: 'FILE_CLASSIFICATION', values: ['IMPORT_TEMPLATE'] }])).toEqual(['c', 'b', 'a']);
  expect(
    await names([
      { name: 'NAME', values: ['a', 'b'] },
      { name: 'NAME', values: ['b', 'c'] },
    ]),
  ).toEqual(['b']);
  expect(
    await names([
      { name: 'NAME', values: ['a'] },
      { name: 'IMPORT_TASK_ID', values: [ids[1]!] },
    ]),
  ).toEqual([]);
  // A filter on the status makes the others count for nothing.
  expect(
    await names([
      { name: 'STATUS', values: ['IMPORT_IN_PROGRESS'] },
      { name: 'NAME', values: ['a'] },
    ]),
  ).toEqual(['d']);
  const first = await discovery.describeImportTasks({ maxResults: 3 }).promise();
  expect(first.tasks?.map(({ name }) => name)).toEqual(['d', 'c', 'b']);
  const rest = await discovery.describeImportTasks({ maxResults: 3, nextToken: first.nextToken! }).promise();
  expect(rest.tasks?.map(({ name }) => name)).toEqual(['a']);
  expect(rest.nextToken).toBeUndefined();
});

test('DescribeImportTasks refuses filters and tokens that say nothing', async () => {
  const refused = (input: AWS.Discovery.DescribeImportTasksRequest) =>
    refusal(discovery.describeImportTasks(input).promise());
  expect(await refused({ filters: [{ values: ['x'] }] })).toMatchObject({ name: 'InvalidParameterException' });
  expect(await refused({ filters: [{ name: 'NAME' }] })).toMatchObject({ name: 'InvalidParameterValueException' });
  expect(await refused({ nextToken: 'x' })).toMatchObject({ name: 'InvalidParameterValueException' });
});

test('the zip of what failed can be downloaded by anybody who has its URL', async () => {
  await storeFile(world, 'servers.csv', 'HostName,IPAddress\na,\nb,x\n');
  await start();
  await work();
  const [task] = await describeAll();
  expect(task).toMatchObject({ status: 'IMPORT_COMPLETE_WITH_ERRORS', serverImportSuccess: 1, serverImportFailure: 1 });
  const response = await fetch(task!.errorsAndFailedEntriesZip!);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/zip');
  expect(
    Buffer.from(await response.arrayBuffer())
      .subarray(0, 2)
      .toString(),
  ).toBe('PK');
});

test('BatchDeleteImportData takes imports back, and tells which it cannot', async () => {
  const { importTaskId = '' } = await start();
  await work();
  const unknown = `import-task-${'0'.repeat(32)}`;
  const answer = await discovery.batchDeleteImportData({ importTaskIds: [importTaskId, unknown] }).promise();
  expect(answer.errors).toEqual([
    { importTaskId: unknown, errorCode: 'NOT_FOUND', errorDescription: `Import task ${unknown} was not found.` },
  ]);
  expect(await describeAll()).toMatchObject([{ status: 'DELETE_IN_PROGRESS' }]);
  await work();
  expect(await describeAll()).toMatchObject([
    { status: 'DELETE_COMPLETE', importDeletedTime: new Date(world.clock.nowMs()) },
  ]);
  expect((await discovery.listConfigurations({ configurationType: 'SERVER' }).promise()).configurations).toEqual([]);
  await discovery.batchDeleteImportData({ importTaskIds: [importTaskId], deleteHistory: true }).promise();
  await work();
  expect(await describeAll()).toEqual([]);
});

test('BatchDeleteImportData takes one to ten ids', async () => {
  const ids = (count: number) =>
    Array.from({ length: count }, (_, at) => `import-task-${String(at).padStart(32, '0')}`);
  const call = (importTaskIds: string[]) => discovery.batchDeleteImportData({ importTaskIds }).promise();
  expect((await call(ids(10))).errors).toHaveLength(10);
  for (const importTaskIds of [ids(0), ids(11)])
    expect(await refusal(call(importTaskIds))).toMatchObject({ name: 'InvalidParameterValueException' });
  expect(await refusal(call(['import-task-x']))).toMatchObject({ name: 'InvalidParameterException' });
});
