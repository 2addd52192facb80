import AWS from 'aws-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fleet } from '../src/fleet/fleet.ts';
import { applySources } from '../src/inventory/apply-sources.ts';
import { BatchDeleter } from '../src/inventory/batch-deleter.ts';
import type { ServerAttributes } from '../src/inventory/server-attributes.ts';
import { acquireLease, endAllLeases } from '../src/jobs/leases.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { StoreFullError } from '../src/ports/store-errors.ts';
import { createDiscoveryService } from '../src/services/discovery/discovery-service.ts';
import { discoveryDeps } from './discovery-deps.ts';
import { ACCOUNT, CREDENTIALS, openWorld, REGION, refusal, type World } from './services-world.ts';

const LEASE = { name: 'batch-deletes', holder: 'test', durationMs: 10 ** 12 };
const UNKNOWN = 'd-server-00000000000000';
const HOUR_MS = 3_600_000;
let world: World;
let fleet: Fleet;
let discovery: AWS.Discovery;
let deleter: BatchDeleter;
/** What the state store does instead of a transaction that deletes this server. */
const faults: { serverId?: string | undefined; error?: Error } = {};
const failures: string[] = [];

beforeAll(async () => {
  world = await openWorld((parts) => {
    const deps = discoveryDeps(parts);
    fleet = deps.fleet;
    deleter = new BatchDeleter(
      { ...parts, fleet, state: withFaults(parts.state) },
      { accountId: ACCOUNT, lease: LEASE, onFailure: (serverId) => failures.push(serverId) },
    );
    return [createDiscoveryService(deps)];
  });
  discovery = new AWS.Discovery({ endpoint: world.endpoint, region: REGION, maxRetries: 0, ...CREDENTIALS });
});

afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

beforeEach(async () => {
  Object.assign(faults, { serverId: undefined, error: new Error('odd') });
  failures.length = 0;
  const tables = ['applications', 'application_servers', 'tags', 'agents', 'batch_deletes'] as const;
  const more = ['inventory_servers', 'inventory_sources', 'inventory_keys', 'inventory_interfaces'] as const;
  for (const table of [...tables, ...more]) await world.state.queries.deleteFrom(table).execute();
  await endAllLeases(world.state.queries);
  await acquireLease(world.state.queries, LEASE, world.clock.nowMs());
});

/** Refuses the work of a transaction once it has detached the sources of the chosen server. */
function withFaults(state: StateStore): StateStore {
  return {
    queries: state.queries,
    migrate: () => state.migrate(),
    [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
    transaction: (run) =>
      state.transaction(async (tx) => {
        const before = await listOf(tx);
        const result = await run(tx);
        const after = new Set((await listOf(tx)).map((row) => row.server_id));
        if (before.some((row) => row.server_id === faults.serverId && !after.has(row.server_id))) throw faults.error;
        return result;
      }),
  };
}

const listOf = (queries: StateStore['queries']) =>
  queries
    .selectFrom('inventory_servers')
    .select(['server_id', 'change_no'])
    .where('deleted_at_ms', 'is', null)
    .orderBy('server_id')
    .execute();
const liveIds = async () => (await listOf(world.state.queries)).map((row) => row.server_id);

const start = async (configurationIds: string[]) =>
  (await discovery.startBatchDeleteConfigurationTask({ configurationType: 'SERVER', configurationIds }).promise())
    .taskId!;
const look = async (taskId: string) =>
  (await discovery.describeBatchDeleteConfigurationTask({ taskId }).promise()).task!;

async function work(): Promise<void> {
  while (await deleter.step());
}

function apply(kind: 'AGENT' | 'IMPORT', id: string, attributes: ServerAttributes, observedAtMs = 1) {
  const source = { kind, id, sections: { record: { observedAtMs, attributes } } };
  return world.state.transaction(async (tx) => {
    const [applied] = await applySources(tx, { accountId: ACCOUNT, nowMs: world.clock.nowMs() }, [source]);
    return applied!.serverId;
  });
}

async function imported(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) ids.push(await apply('IMPORT', `t/${at}`, { externalId: `e${at}` }));
  return ids;
}

async function enroll(machineId: string): Promise<string> {
  const request = { enrollmentToken: 'token', machineId, hostName: machineId, agentVersion: '1', platform: 'linux' };
  return (await fleet.enroll(request)).agentId;
}

describe('a batch delete', () => {
  test('goes through its states to COMPLETED, and says what it did', async () => {
    const [one, two, kept] = await imported(3);
    const taskId = await start([one!, two!, one!]);
    expect(taskId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const begun = {
      taskId,
      status: 'INITIALIZING',
      startTime: new Date(world.clock.nowMs()),
      configurationType: 'SERVER',
      requestedConfigurations: [one, two],
      deletedConfigurations: [],
      failedConfigurations: [],
      deletionWarnings: [],
    };
    expect(await look(taskId)).toEqual(begun);
    expect(await deleter.step()).toBe(true);
    expect(await look(taskId)).toEqual({ ...begun, status: 'VALIDATING' });
    expect(await deleter.step()).toBe(true);
    expect(await look(taskId)).toEqual({ ...begun, status: 'DELETING' });
    world.clock.advance(1000);
    await work();
    const ended = { status: 'COMPLETED', deletedConfigurations: [one, two], endTime: new Date(world.clock.nowMs()) };
    expect(await look(taskId)).toEqual({ ...begun, ...ended });
    expect(await liveIds()).toEqual([kept]);
    expect(await deleter.step()).toBe(false);
  });

  test('takes everything of the server with it, and tells copies of the inventory', async () => {
    const server = await apply('IMPORT', 't/1', {
      hostName: 'web-01',
      interfaces: [{ ipAddress: '10.0.0.1', macAddress: '02:00:00:00:00:01' }],
    });
    const application = (await discovery.createApplication({ name: 'a' }).promise()).configurationId!;
    const item = { applicationConfigurationId: application, configurationIds: [server] };
    await discovery.associateConfigurationItemsToApplication(item).promise();
    await discovery.createTags({ configurationIds: [server], tags: [{ key: 'k', value: 'v' }] }).promise();
    const { queries } = world.state;
    const numberOf = () =>
      queries.selectFrom('inventory_servers').select(['change_no', 'deleted_at_ms']).executeTakeFirstOrThrow();
    const before = await numberOf();
    await start([server]);
    await work();
    const after = await numberOf();
    expect(after.deleted_at_ms).toBe(world.clock.nowMs());
    expect(after.change_no).toBeGreaterThan(before.change_no);
    const tables = [
      'inventory_sources',
      'inventory_keys',
      'inventory_interfaces',
      'application_servers',
      'tags',
    ] as const;
    for (const table of tables) expect(await queries.selectFrom(table).select('account_id').execute()).toEqual([]);
    expect(await discovery.describeConfigurations({ configurationIds: [server] }).promise()).toEqual({
      configurations: [],
    });
    expect(await refusal(discovery.createTags({ configurationIds: [server], tags: [] }).promise())).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const again = await apply('IMPORT', 't2/1', { hostName: 'web-01' });
    expect(again).not.toBe(server);
  });

  test('says of unknown servers that they are, and fails when it knew none', async () => {
    const [one] = await imported(1);
    const unknown = {
      configurationId: UNKNOWN,
      errorStatusCode: 404,
      errorMessage: `Configuration ${UNKNOWN} was not found.`,
    };
    const half = await start([UNKNOWN, one!]);
    await work();
    expect(await look(half)).toMatchObject({
      status: 'COMPLETED',
      deletedConfigurations: [one],
      failedConfigurations: [unknown],
    });
    const none = await start([UNKNOWN, one!]);
    await work();
    expect(await look(none)).toMatchObject({
      status: 'FAILED',
      deletedConfigurations: [],
      failedConfigurations: [unknown, { configurationId: one, errorStatusCode: 404 }],
      endTime: new Date(world.clock.nowMs()),
    });
  });

  test('warns of servers whose agent reports; what the agent says afterwards is a new server', async () => {
    const [reporting, silent] = [await enroll('a'), await enroll('b')];
    await world.state.queries
      .updateTable('agents')
      .set({ last_contact_at_ms: world.clock.nowMs() - HOUR_MS - 1 })
      .where('agent_id', '=', silent)
      .execute();
    const one = await apply('AGENT', reporting, { hostName: 'a' });
    const two = await apply('AGENT', silent, { hostName: 'b' });
    const taskId = await start([one, two]);
    await work();
    expect(await look(taskId)).toMatchObject({
      status: 'COMPLETED',
      deletedConfigurations: [one, two],
      deletionWarnings: [
        {
          configurationId: one,
          warningCode: 1,
          warningText: `Configuration ${one} has an active agent and will be discovered again under a new ID.`,
        },
      ],
    });
    const { queries } = world.state;
    const source = await queries
      .selectFrom('inventory_sources')
      .select(['server_id', 'ignored_through_ms'])
      .where('source_id', '=', reporting)
      .executeTakeFirstOrThrow();
    expect(source).toEqual({ server_id: '', ignored_through_ms: world.clock.nowMs() });
    const again = await apply('AGENT', reporting, { hostName: 'a' }, world.clock.nowMs() + 1);
    expect(again).not.toBe(one);
    expect(await liveIds()).toEqual([again]);
    world.clock.advance(1000);
    await start([again]);
    await work();
    const third = await apply('AGENT', reporting, { hostName: 'a' }, world.clock.nowMs() + 1);
    expect([one, again]).not.toContain(third);
  });

  test('of a server that cannot be deleted says so, and deletes the others', async () => {
    const ids = await imported(3);
    faults.serverId = ids[1];
    const taskId = await start(ids);
    await work();
    expect(await look(taskId)).toMatchObject({
      status: 'COMPLETED',
      deletedConfigurations: [ids[0], ids[2]],
      failedConfigurations: [
        {
          configurationId: ids[1],
          errorStatusCode: 500,
          errorMessage: `Configuration ${ids[1]} could not be deleted. Try again.`,
        },
      ],
    });
    expect(failures).toEqual([ids[1]]);
    expect(await liveIds()).toEqual([ids[1]]);
    const again = await start([ids[1]!]);
    await work();
    expect(await look(again)).toMatchObject({ status: 'FAILED', deletedConfigurations: [] });
  });

  test('waits while the disk is full', async () => {
    const [one] = await imported(1);
    Object.assign(faults, { serverId: one, error: new StoreFullError('full') });
    const taskId = await start([one!]);
    await expect(work()).rejects.toThrow(StoreFullError);
    expect(await look(taskId)).toMatchObject({ status: 'DELETING', failedConfigurations: [] });
    faults.serverId = undefined;
    await work();
    expect(await look(taskId)).toMatchObject({ status: 'COMPLETED', deletedConfigurations: [one] });
  });

  test('is gone on with by another worker; one that has lost its lease changes nothing', async () => {
    const ids = await imported(60);
    const taskId = await start(ids);
    for (let at = 0; at < 3; at += 1) await deleter.step();
    const half = (await look(taskId)).deletedConfigurations!;
    expect(half.length).toBeGreaterThan(0);
    expect(half.length).toBeLessThan(60);
    await endAllLeases(world.state.queries);
    expect(await deleter.step()).toBe(false);
    expect((await look(taskId)).deletedConfigurations).toEqual(half);
    const lease = { ...LEASE, holder: 'another' };
    await acquireLease(world.state.queries, lease, world.clock.nowMs());
    const another = new BatchDeleter({ ...world, fleet }, { accountId: ACCOUNT, lease, onFailure: () => {} });
    while (await another.step());
    expect(await look(taskId)).toMatchObject({ status: 'COMPLETED', deletedConfigurations: ids });
    expect(await liveIds()).toEqual([]);
  });

  test('of several the oldest is done first', async () => {
    const ids = await imported(2);
    const first = await start([ids[0]!]);
    world.clock.advance(1);
    const second = await start([ids[1]!]);
    while ((await look(first)).status !== 'COMPLETED') await deleter.step();
    expect((await look(second)).status).toBe('INITIALIZING');
    await work();
    expect((await look(second)).status).toBe('COMPLETED');
  });
});

describe('StartBatchDeleteConfigurationTask', () => {
  test('takes 200 servers; the 201st is one too many, repeated ones count once', async () => {
    const ids = Array.from({ length: 201 }, (_, at) => `d-server-${String(at).padStart(14, '0')}`);
    expect(await refusal(start(ids))).toEqual({
      name: 'LimitExceededException',
      message: 'The limit of 200 configuration IDs per request has been exceeded.',
      status: 400,
    });
    await start([...ids.slice(0, 200), ...ids.slice(0, 50)]);
  });

  test.each([[[]], [['d-application-00000000000000000']], [['web-01']], [['']]])(
    'of %j there is nothing to delete',
    async (ids) => {
      expect(await refusal(start(ids))).toMatchObject({ name: 'InvalidParameterValueException', status: 400 });
    },
  );

  test('a server of a task that still runs is not given to another one', async () => {
    const ids = await imported(2);
    const taskId = await start([ids[0]!]);
    const refused = {
      name: 'OperationNotPermittedException',
      message: `Configuration ${ids[0]} is already being deleted by task ${taskId}.`,
      status: 400,
    };
    expect(await refusal(start(ids))).toEqual(refused);
    await deleter.step();
    expect(await refusal(start(ids))).toEqual(refused);
    await work();
    await start(ids);
  });

  test('an unknown task cannot be described', async () => {
    const taskId = '00000000-0000-4000-8000-000000000000';
    expect(await refusal(look(taskId))).toEqual({
      name: 'InvalidParameterValueException',
      message: `Batch delete task ${taskId} was not found.`,
      status: 400,
    });
  });
});
