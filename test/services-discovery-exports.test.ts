import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AWS from 'aws-sdk';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ExportTasks } from '../src/exports/tasks/export-tasks.ts';
import type { Fleet } from '../src/fleet/fleet.ts';
import { QUOTAS } from '../src/inventory/quotas.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { createDiscoveryService } from '../src/services/discovery/discovery-service.ts';
import { createS3Service } from '../src/services/s3/s3-service.ts';
import { discoveryDeps } from './discovery-deps.ts';
import { openExports, readZip } from './export-world.ts';
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

// Export tasks through the SDK of old scripts: what is started, how it is listed, and every error the four operations declare.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SUCCEEDED =
  'Data export ran successfully and is accessible from the download URL. The URL will expire in 24 hours. The export data expires in 10 days.';
let world: World;
let fleet: Fleet;
let folder: string;
let discovery: AWS.Discovery;
let exports: Awaited<ReturnType<typeof openExports>>;
let quotas = QUOTAS.open;
let storeFault: Error | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-export-services-'));
  world = await openWorld((parts) => {
    const deps = discoveryDeps(parts);
    fleet = deps.fleet;
    const options = {
      accountId: ACCOUNT,
      onStart: () => {},
      get quotas() {
        return quotas;
      },
    };
    const exportTasks = new ExportTasks({ ...parts, state: withFault(parts.state) }, options);
    return [
      createDiscoveryService({ ...deps, exportTasks }),
      createS3Service({ ...parts, pageTokenKey: PAGE_TOKEN_KEY, bucketsMax: 100 }),
    ];
  });
  discovery = client();
  exports = await openExports({ ...world, folder, accountId: ACCOUNT });
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  quotas = QUOTAS.open;
  storeFault = undefined;
  for (const table of ['agents', 'export_tasks', 'bucket_objects', 'buckets'] as const)
    await world.state.queries.deleteFrom(table).execute();
});

function withFault(state: StateStore): StateStore {
  return {
    get queries() {
      if (storeFault !== undefined) throw storeFault;
      return state.queries;
    },
    transaction: (run) => (storeFault === undefined ? state.transaction(run) : Promise.reject(storeFault)),
    migrate: () => state.migrate(),
    [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
  };
}

function client(options: AWS.Discovery.ClientConfiguration = {}): AWS.Discovery {
  return new AWS.Discovery({ endpoint: world.endpoint, region: REGION, maxRetries: 0, ...CREDENTIALS, ...options });
}

async function enroll(machineId = 'machine'): Promise<string> {
  const request = { enrollmentToken: 'token', machineId, hostName: machineId, agentVersion: '1', platform: 'linux' };
  return (await fleet.enroll(request)).agentId;
}

const ofAgent = (...values: string[]) => [{ name: 'agentIds', condition: 'EQUALS', values }];

async function start(request: AWS.Discovery.StartExportTaskRequest = {}): Promise<string> {
  return (await discovery.startExportTask(request).promise()).exportId ?? '';
}

async function describeOne(exportId: string): Promise<AWS.Discovery.ExportInfo> {
  const { exportsInfo } = await discovery.describeExportTasks({ exportIds: [exportId] }).promise();
  const [found] = exportsInfo ?? [];
  if (found === undefined) throw new Error(`${exportId} is not listed`);
  return found;
}

test('an agent export goes from its start to a zip that anybody with the URL can fetch', async () => {
  const agentId = await enroll();
  const startTime = new Date(Date.UTC(2026, 1, 1));
  const endTime = new Date(Date.UTC(2026, 1, 4));
  const exportId = await start({ exportDataFormat: ['CSV'], filters: ofAgent(agentId), startTime, endTime });
  expect(exportId).toMatch(/^export-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(await describeOne(exportId)).toEqual({
    exportId,
    exportStatus: 'IN_PROGRESS',
    statusMessage: 'Export in progress.',
    exportRequestTime: new Date(world.clock.nowMs()),
    isTruncated: false,
    requestedStartTime: startTime,
    requestedEndTime: endTime,
  });
  await exports.makeAll();
  const made = await describeOne(exportId);
  expect(made).toMatchObject({ exportStatus: 'SUCCEEDED', statusMessage: SUCCEEDED, isTruncated: false });
  const response = await fetch(made.configurationsDownloadUrl ?? '');
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const files = await readZip(Buffer.from(await response.arrayBuffer()));
  expect([...files.keys()]).toContain(`${ACCOUNT}_systemPerformance.csv`);
  expect(JSON.parse(files.get(`${ACCOUNT}_results.json`) ?? '')).toEqual({
    CustomerAccount: ACCOUNT,
    RequestedFilters: [{ Name: 'agentIds', Values: [agentId], Condition: 'EQUALS' }],
    RequestedStartTime: '2026-02-01 00:00:00',
    RequestedEndTime: '2026-02-04 00:00:00',
    ResultFilesGenerated: 6,
    TotalSizeOfResultFiles: [...files].reduce(
      (sum, [name, text]) => sum + (name.endsWith('.csv') ? Buffer.byteLength(text) : 0),
      0,
    ),
    ExportStartedAt: '2026-03-01 12:00:00',
    ExportStatus: 'SUCCEEDED',
    ExportSummary: { isTruncated: false },
    StatusMessage: SUCCEEDED,
  });
});

test('a URL works whatever Region the call that gave it was signed for', async () => {
  const exportId = await start({ filters: ofAgent(await enroll()) });
  await exports.makeAll();
  const { exportsInfo } = await client({ region: 'eu-west-1' })
    .describeExportTasks({ exportIds: [exportId] })
    .promise();
  const url = exportsInfo?.[0]?.configurationsDownloadUrl ?? '';
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(url.replace(/[0-9a-f]$/, (digit) => (digit === '0' ? '1' : '0')))).status).toBe(403);
});

test('a URL is of the scheme that a proxy was asked with', async () => {
  const exportId = await start({ filters: ofAgent(await enroll()) });
  await exports.makeAll();
  const urlBehind = async (forwarded: string) => {
    const request = discovery.describeExportTasks({ exportIds: [exportId] });
    request.on('build', ({ httpRequest }) => {
      httpRequest.headers['X-Forwarded-Proto'] = forwarded;
    });
    return (await request.promise()).exportsInfo?.[0]?.configurationsDownloadUrl ?? '';
  };
  const url = await urlBehind('https');
  expect(url).toMatch(/^https:/);
  expect((await fetch(url.replace('https:', 'http:'))).status).toBe(200);
  expect(await urlBehind('https, http')).toMatch(/^https:/);
  for (const other of ['http', 'javascript', '']) expect(await urlBehind(other)).toMatch(/^http:/);
});

test('a URL lives 24 hours, and never longer than the data', async () => {
  const exportId = await start({ filters: ofAgent(await enroll()) });
  await exports.makeAll();
  const expiresOf = async () =>
    new URL((await describeOne(exportId)).configurationsDownloadUrl ?? '').searchParams.get('X-Amz-Expires');
  expect(await expiresOf()).toBe('86400');
  world.clock.advance(9 * DAY_MS + HOUR_MS);
  expect(await expiresOf()).toBe(String((23 * HOUR_MS) / 1000));
  world.clock.advance(23 * HOUR_MS);
  const expired = await describeOne(exportId);
  expect(expired.configurationsDownloadUrl).toBeUndefined();
  expect(expired).toMatchObject({ exportStatus: 'SUCCEEDED', statusMessage: SUCCEEDED });
});

test('the same agent and window again is refused with the id of the export that is there', async () => {
  const agentId = await enroll();
  const request = { filters: ofAgent(agentId), startTime: new Date(0), endTime: new Date(HOUR_MS) };
  const exportId = await start(request);
  const unfinished = await start(request);
  expect(unfinished).not.toBe(exportId);
  await exports.makeAll();
  const again = await refusal(discovery.startExportTask(request).promise());
  expect(again).toMatchObject({ name: 'OperationNotPermittedException', status: 400 });
  expect(again.message).toMatch(/^A successful export is already present Export ID: export-[0-9a-f-]{36}$/);
  expect([exportId, unfinished]).toContain(again.message.split(' ').at(-1));
  await start({ ...request, endTime: new Date(HOUR_MS + 1) });
  await start({ filters: ofAgent(agentId), startTime: new Date(0) });
  world.clock.advance(10 * DAY_MS);
  await start(request);
});

test('five agent exports at once, and not a sixth; other kinds are not counted', async () => {
  const agentId = await enroll();
  for (let count = 0; count < 5; count += 1) await start({ filters: ofAgent(agentId) });
  expect(await refusal(discovery.startExportTask({ filters: ofAgent(agentId) }).promise())).toEqual({
    name: 'OperationNotPermittedException',
    status: 400,
    message:
      'You have reached limit of maximum allowed concurrent exports. Please wait for current export tasks to finish before starting another.',
  });
  await start();
});

test('where quotas are strict: 72 hours, two summary exports a day, two ExportConfigurations in six hours', async () => {
  quotas = QUOTAS.strict;
  const filters = ofAgent(await enroll());
  const startTime = new Date(0);
  await start({ filters, startTime, endTime: new Date(72 * HOUR_MS) });
  const tooLong = discovery.startExportTask({ filters, startTime, endTime: new Date(72 * HOUR_MS + 1) });
  expect(await refusal(tooLong.promise())).toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The time from startTime to endTime must be at most 72 hours.',
  });
  await start();
  await start();
  expect(await refusal(discovery.startExportTask({}).promise())).toMatchObject({
    name: 'OperationNotPermittedException',
    message: 'Too many exports in the last 24 hours.',
  });
  expect(await refusal(discovery.exportConfigurations().promise())).toMatchObject({
    name: 'OperationNotPermittedException',
    message: 'Too many exports in the last 6 hours.',
  });
  world.clock.advance(6 * HOUR_MS);
  await discovery.exportConfigurations().promise();
  world.clock.advance(18 * HOUR_MS);
  await start();
});

test('the deprecated operations start and show summary exports only', async () => {
  const { exportId = '' } = await discovery.exportConfigurations().promise();
  const ofOneAgent = await start({ filters: ofAgent(await enroll()) });
  const { exportsInfo } = await discovery.describeExportConfigurations({}).promise();
  expect(exportsInfo).toEqual([
    {
      exportId,
      exportStatus: 'IN_PROGRESS',
      statusMessage: 'Export in progress.',
      exportRequestTime: new Date(world.clock.nowMs()),
    },
  ]);
  const named = await discovery.describeExportConfigurations({ exportIds: [exportId] }).promise();
  expect(named.exportsInfo).toEqual(exportsInfo);
  expect(
    await refusal(discovery.describeExportConfigurations({ exportIds: [exportId, ofOneAgent] }).promise()),
  ).toEqual({
    name: 'ResourceNotFoundException',
    message: `Export ${ofOneAgent} was not found.`,
    status: 400,
  });
});

test('tasks come newest first, by id and by agent, and unknown ids are left out', async () => {
  const agents = [await enroll('one'), await enroll('two')] as const;
  const [first, second] = [await start({ filters: ofAgent(agents[0]) }), await start({ filters: ofAgent(agents[1]) })];
  world.clock.advance(1);
  const third = await start({ filters: [{ name: 'AgentId', condition: 'EQUALS', values: [agents[0]] }] });
  const ids = async (request: AWS.Discovery.DescribeExportTasksRequest) =>
    ((await discovery.describeExportTasks(request).promise()).exportsInfo ?? []).map((one) => one.exportId);
  expect((await ids({}))[0]).toBe(third);
  expect(new Set(await ids({}))).toEqual(new Set([first, second, third]));
  expect(await ids({ filters: ofAgent(agents[0]) })).toEqual([third, first]);
  expect(await ids({ filters: ofAgent(...agents) })).toHaveLength(3);
  expect(await ids({ filters: [...ofAgent(agents[0]), ...ofAgent(agents[1])] })).toEqual([]);
  expect(await ids({ exportIds: [first, second, 'export-unknown'], filters: ofAgent(agents[1]) })).toEqual([second]);
  expect(await ids({ exportIds: ['export-unknown'] })).toEqual([]);
});

test('pages of any size hold every task once, newest first', async () => {
  for (let count = 0; count < 12; count += 1) {
    if (count % 3 === 0) world.clock.advance(7);
    await start();
  }
  const all = (await discovery.describeExportTasks({}).promise()).exportsInfo?.map((one) => one.exportId) ?? [];
  expect(all).toHaveLength(12);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 13 }), async (maxResults) => {
      const seen: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await discovery.describeExportTasks({ maxResults, ...(nextToken && { nextToken }) }).promise();
        seen.push(...(page.exportsInfo ?? []).map((one) => one.exportId));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      expect(seen).toEqual(all);
    }),
    { numRuns: 13 },
  );
});

/** Requests of StartExportTask that are refused, and with what. */
const REFUSED: readonly [string, string, (agentId: string) => AWS.Discovery.StartExportTaskRequest][] = [
  ['an unknown filter', 'InvalidParameterException', (id) => ({ filters: [{ ...ofAgent(id)[0]!, name: 'agent' }] })],
  ['another condition', 'InvalidParameterException', (id) => ({ filters: [{ ...ofAgent(id)[0]!, condition: 'NE' }] })],
  ['two filters', 'InvalidParameterException', (id) => ({ filters: [...ofAgent(id), ...ofAgent(id)] })],
  ['no value', 'InvalidParameterValueException', () => ({ filters: ofAgent() })],
  ['two values', 'InvalidParameterValueException', (id) => ({ filters: ofAgent(id, id) })],
  ['an unknown agent', 'InvalidParameterValueException', () => ({ filters: ofAgent('o-00000000000000000') })],
  [
    'a window that ends where it starts',
    'InvalidParameterValueException',
    (id) => ({ filters: ofAgent(id), startTime: new Date(5000), endTime: new Date(5000) }),
  ],
  [
    'preferences together with a filter',
    'InvalidParameterException',
    (id) => ({ filters: ofAgent(id), preferences: { ec2RecommendationsPreferences: { enabled: true } } }),
  ],
  ['another format', 'InvalidParameterValueException', () => ({ exportDataFormat: ['GRAPHML'] })],
  [
    'a basis there is not',
    'InvalidParameterException',
    () => ({
      preferences: { ec2RecommendationsPreferences: { enabled: true, cpuPerformanceMetricBasis: { name: 'p101' } } },
    }),
  ],
];

test.each(REFUSED)('StartExportTask refuses %s with %s', async (_, name, request) => {
  const agentId = await enroll();
  expect(await refusal(discovery.startExportTask(request(agentId)).promise())).toMatchObject({ name, status: 400 });
  expect((await discovery.describeExportTasks({}).promise()).exportsInfo).toEqual([]);
});

test('preferences that are not enabled are as if there were none', async () => {
  const agentId = await enroll();
  await start({ filters: ofAgent(agentId), preferences: { ec2RecommendationsPreferences: { enabled: false } } });
  await start({ preferences: { ec2RecommendationsPreferences: {} } });
  expect((await discovery.describeExportConfigurations({}).promise()).exportsInfo).toHaveLength(1);
});

test('a deleted agent has left its data, which can still be exported', async () => {
  const agentId = await enroll();
  await fleet.delete([{ agentId, force: true }]);
  await start({ filters: ofAgent(agentId) });
});

test('the data of an export that the user deleted is neither offered nor in the way', async () => {
  const request = { filters: ofAgent(await enroll()), startTime: new Date(0), endTime: new Date(HOUR_MS) };
  const exportId = await start(request);
  await exports.makeAll();
  await world.state.queries.deleteFrom('bucket_objects').execute();
  expect((await describeOne(exportId)).configurationsDownloadUrl).toBeUndefined();
  await start(request);
});

const OPERATIONS = {
  startExportTask: {},
  exportConfigurations: {},
  describeExportTasks: {},
  describeExportConfigurations: {},
} as const;

test.each(Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[])('%s answers the errors all have', async (name) => {
  const call = (other: AWS.Discovery, input: object = {}) =>
    (other[name] as (input: object) => AWS.Request<unknown, AWS.AWSError>).call(other, input).promise();
  expect((await refusal(call(client(OTHER_CREDENTIALS)))).name).toBe('AuthorizationErrorException');
  storeFault = new Error('the store is broken');
  expect(await refusal(call(discovery))).toMatchObject({ name: 'ServerInternalErrorException', status: 500 });
});

test.each(['startExportTask', 'exportConfigurations'] as const)(
  '%s must be signed for the home Region',
  async (name) => {
    const away = client({ region: 'eu-west-1' });
    const call = name === 'startExportTask' ? away.startExportTask({}) : away.exportConfigurations();
    expect((await refusal(call.promise())).name).toBe('HomeRegionNotSetException');
  },
);

test.each(['describeExportTasks', 'describeExportConfigurations'] as const)('%s refuses bad pages', async (name) => {
  const refusalOf = async (input: object) => (await refusal(discovery[name](input).promise())).name;
  expect(await refusalOf({ maxResults: 101 })).toBe('InvalidParameterValueException');
  expect(await refusalOf({ maxResults: -1 })).toBe('InvalidParameterValueException');
  expect(await refusalOf({ nextToken: 'made-up' })).toBe('InvalidParameterValueException');
  expect(await refusalOf({ exportIds: ['with blanks'] })).toBe('InvalidParameterException');
  const many = Array.from({ length: 1001 }, (_, index) => `export-${index}`);
  expect(await refusalOf({ exportIds: many })).toBe('InvalidParameterValueException');
});

test.each([
  ['an unknown filter', 'InvalidParameterException', { name: 'agent', condition: 'EQUALS', values: ['x'] }],
  ['another condition', 'InvalidParameterException', { name: 'agentIds', condition: 'CONTAINS', values: ['x'] }],
  ['no value', 'InvalidParameterValueException', { name: 'agentIds', condition: 'EQUALS', values: [] }],
])('DescribeExportTasks refuses %s with %s', async (_, name, filter) => {
  expect(await refusal(discovery.describeExportTasks({ filters: [filter] }).promise())).toMatchObject({ name });
});
