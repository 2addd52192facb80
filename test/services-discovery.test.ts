import AWS from 'aws-sdk';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  EXPORT_STATES,
  type ExportState,
  STATUS_DETAILS,
  type StatusDetail,
} from '../src/exports/continuous-export-states.ts';
import { ContinuousExports } from '../src/exports/continuous-exports.ts';
import { Exporter } from '../src/exports/exporter.ts';
import { Fleet } from '../src/fleet/fleet.ts';
import { ensureDeliveryRole, setDeliveryRoleEnabled } from '../src/identity/delivery-roles.ts';
import { applySources } from '../src/inventory/apply-sources.ts';
import type { ObjectStore } from '../src/ports/objects.ts';
import { StoreAccessError } from '../src/ports/store-errors.ts';
import { createDiscoveryService } from '../src/services/discovery/discovery-service.ts';
import { discoveryDeps } from './discovery-deps.ts';
import { ACCOUNT, CREDENTIALS, OTHER_CREDENTIALS, openWorld, REGION, refusal, type World } from './services-world.ts';

const HOUR_MS = 3_600_000;
const DENIED = new Set<string>();
const DATABASE = 'application_discovery_service_database';
const LIMITS = { bucketsMax: 100, deliveriesMax: 100 };
let world: World;
let fleet: Fleet;
let discovery: AWS.Discovery;
let exporter: Exporter;
/** What the object store does instead of its work. */
const faults: { put?: Error | undefined; link?: Error | undefined } = {};
const limits = { ...LIMITS };

beforeAll(async () => {
  world = await openWorld((parts) => {
    fleet = new Fleet(parts, {
      accountId: ACCOUNT,
      enrollmentToken: 'token',
      deniedAgents: DENIED,
      sampleIntervalMs: 15_000,
      sendIntervalMs: 60_000,
      newAgentsCollect: true,
    });
    const options = { accountId: ACCOUNT, region: REGION };
    const exports = new ContinuousExports(parts, { ...options, onCommand: () => {} });
    exporter = new Exporter(
      { ...parts, objects: withFaults(parts.objects) },
      { ...options, limits, onFault: () => {}, onLostFile: () => {} },
    );
    return [createDiscoveryService({ ...discoveryDeps(parts), fleet, exports })];
  });
  discovery = client();
});

afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

beforeEach(async () => {
  DENIED.clear();
  Object.assign(faults, { put: undefined, link: undefined });
  Object.assign(limits, LIMITS);
  const tables = [
    'agents',
    'continuous_exports',
    'export_deliveries',
    'buckets',
    'bucket_objects',
    'data_files',
  ] as const;
  const more = [
    'inventory_servers',
    'inventory_sources',
    'inventory_keys',
    'segment_logs',
    'catalog_tables',
    'catalog_partitions',
    'delivery_roles',
    'settings',
  ] as const;
  for (const table of [...tables, ...more]) await world.state.queries.deleteFrom(table).execute();
  await ensureDeliveryRole(world.state.queries, ACCOUNT);
});

function withFaults(objects: ObjectStore): ObjectStore {
  return {
    ...objects,
    put: async (key, body) => (faults.put ? Promise.reject(faults.put) : objects.put(key, body)),
    link: async (from, to) => (faults.link ? Promise.reject(faults.link) : objects.link(from, to)),
  };
}

function client(options: AWS.Discovery.ClientConfiguration = {}): AWS.Discovery {
  return new AWS.Discovery({ endpoint: world.endpoint, region: REGION, maxRetries: 0, ...CREDENTIALS, ...options });
}

async function enroll(machineId: string, hostName = machineId): Promise<string> {
  const request = { enrollmentToken: 'token', machineId, hostName, agentVersion: 'periplus-0.1.0', platform: 'linux' };
  return (await fleet.enroll(request)).agentId;
}

/** The agent is heard from: a new key, one heartbeat. */
async function contact(machineId: string, health: 'HEALTHY' | 'UNHEALTHY' | 'SHUTDOWN' = 'HEALTHY'): Promise<void> {
  const request = { enrollmentToken: 'token', machineId, hostName: machineId, agentVersion: '1', platform: 'linux' };
  const { agentKey } = await fleet.enroll(request);
  await fleet.heartbeat((await fleet.authenticate(agentKey))!, { health, agentVersion: '1' });
}

/** Registers agents by the row, for tests that need many or odd ones. */
async function insertAgents(agents: readonly Partial<AgentFacts>[]): Promise<void> {
  const rows = agents.map((agent, at) => {
    const id = agent.agentId ?? `o-${String(at).padStart(17, '0')}`;
    return {
      account_id: ACCOUNT,
      agent_id: id,
      machine_id: id,
      generation: 0,
      host_name: agent.hostName ?? 'host',
      agent_type: agent.agentType ?? 'ONPREMISES',
      version: agent.version ?? '1',
      platform: 'linux',
      key_hash: id,
      server_id: id,
      registered_at_ms: world.clock.nowMs(),
      last_contact_at_ms: world.clock.nowMs(),
      reported_health: agent.reportedHealth ?? 'HEALTHY',
      collection_status: agent.collectionStatus ?? 'STARTED',
      collection_since_ms: world.clock.nowMs(),
      network_json: JSON.stringify(agent.addresses ?? []),
    };
  });
  await world.state.transaction(async (tx) => {
    for (const row of rows) await tx.insertInto('agents').values(row).execute();
  });
}

interface AgentFacts {
  agentId: string;
  hostName: string;
  agentType: string;
  version: string;
  reportedHealth: 'HEALTHY' | 'UNHEALTHY' | 'SHUTDOWN';
  collectionStatus: string;
  addresses: { ipAddress: string; macAddress: string }[];
}

async function allAgents(input: AWS.Discovery.DescribeAgentsRequest = {}): Promise<AWS.Discovery.AgentInfo[]> {
  const found: AWS.Discovery.AgentInfo[] = [];
  let nextToken: string | undefined;
  do {
    const page = await discovery.describeAgents({ ...input, ...(nextToken && { nextToken }) }).promise();
    expect(page.nextToken).not.toBe('');
    expect(page.agentsInfo!.length).toBeLessThanOrEqual(input.maxResults || 100);
    found.push(...page.agentsInfo!);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

const only = async (agentId: string) =>
  (await discovery.describeAgents({ agentIds: [agentId] }).promise()).agentsInfo![0]!;

describe('DescribeAgents', () => {
  test('without agents answers an empty list and no token', async () => {
    expect(await discovery.describeAgents({}).promise()).toEqual({ agentsInfo: [] });
  });

  test('says of an agent what the guide says, in its forms', async () => {
    const agentId = await enroll('machine-1', 'web-01.corp.example');
    const addresses = [{ ipAddress: '172.31.24.158', macAddress: '02:7C:B6:F7:82:C4' }];
    await world.state.queries
      .updateTable('agents')
      .set({ network_json: JSON.stringify(addresses) })
      .execute();
    const { agentsInfo } = await discovery.describeAgents({}).promise();
    const now = `${new Date(world.clock.nowMs()).toISOString().slice(0, 19)}Z`;
    expect(agentId).toMatch(/^o-[0-9a-z]{17}$/);
    expect(agentsInfo).toEqual([
      {
        agentId,
        hostName: 'web-01.corp.example',
        agentNetworkInfoList: addresses,
        version: 'periplus-0.1.0',
        health: 'RUNNING',
        lastHealthPingTime: now,
        collectionStatus: 'STARTED',
        agentType: 'ONPREMISES',
        registeredTime: now,
      },
    ]);
  });

  test('an EC2 instance keeps its instance id', async () => {
    const agentId = await enroll('i-0123456789abcdef0');
    expect(await only(agentId)).toMatchObject({ agentId: 'i-0123456789abcdef0', agentType: 'EC2' });
  });

  test('health follows from contact, collection, what the agent says and who is denied', async () => {
    const agentId = await enroll('m');
    const health = async () => (await only(agentId)).health;
    expect(await health()).toBe('RUNNING');
    world.clock.advance(HOUR_MS / 2 + 1);
    expect(await health()).toBe('UNHEALTHY');
    await discovery.stopDataCollectionByAgentIds({ agentIds: [agentId] }).promise();
    expect(await health()).toBe('HEALTHY');
    world.clock.advance(HOUR_MS);
    expect(await health()).toBe('UNKNOWN');
    await contact('m', 'UNHEALTHY');
    expect(await health()).toBe('UNHEALTHY');
    await contact('m', 'SHUTDOWN');
    expect(await health()).toBe('SHUTDOWN');
    DENIED.add(agentId);
    expect(await health()).toBe('BLACKLISTED');
  });

  test('unknown ids are left out, repeated ones come once, no ids are all', async () => {
    const ids = [await enroll('a'), await enroll('b'), await enroll('c')].sort();
    const asked = [ids[2]!, 'o-nobodyofthisnam1', ids[0]!, ids[2]!];
    expect((await allAgents({ agentIds: asked })).map((one) => one.agentId)).toEqual([ids[0], ids[2]]);
    expect((await allAgents({ agentIds: [] })).map((one) => one.agentId)).toEqual(ids);
  });

  test('pages concatenated are all agents by id, however they are asked for', async () => {
    await insertAgents(Array.from({ length: 1234 }, (_, at) => ({ hostName: `h${at % 3}` })));
    const all = await allAgents();
    expect(all).toHaveLength(1234);
    const ids = all.map((one) => one.agentId!);
    expect(ids).toEqual([...ids].sort());
    expect((await allAgents({ maxResults: 0 })).length).toBe(1234);
    expect((await allAgents({ maxResults: 37 })).map((one) => one.agentId)).toEqual(ids);
    expect((await allAgents({ agentIds: [...ids].reverse(), maxResults: 99 })).map((one) => one.agentId)).toEqual(ids);
    const filters = [{ name: 'hostName', values: ['h1'], condition: 'EQUALS' }];
    const wanted = all.filter((one) => one.hostName === 'h1').map((one) => one.agentId);
    expect((await allAgents({ filters, maxResults: 50 })).map((one) => one.agentId)).toEqual(wanted);
  });

  test('a page that ends with the last agent has no token; an empty token is the first page', async () => {
    await insertAgents([{}, {}]);
    expect(await discovery.describeAgents({ maxResults: 2 }).promise()).not.toHaveProperty('nextToken');
    const first = await discovery.describeAgents({ maxResults: 1, nextToken: '' }).promise();
    expect(first.agentsInfo).toHaveLength(1);
    expect(first.nextToken).toMatch(/^[\w-]+$/);
  });

  test('a damaged token, or one of other inputs, operation or account, is refused', async () => {
    await insertAgents([{}, {}, {}]);
    const { nextToken } = await discovery.describeAgents({ maxResults: 1 }).promise();
    const filters = [{ name: 'hostName', values: ['host'], condition: 'EQUALS' }];
    const calls = [
      discovery.describeAgents({ nextToken: `${nextToken}x` }),
      discovery.describeAgents({ nextToken: 'abc' }),
      discovery.describeAgents({ nextToken: nextToken!, filters }),
      discovery.describeContinuousExports({ nextToken: nextToken! }),
    ];
    for (const call of calls) {
      expect(await refusal(call.promise())).toMatchObject({ name: 'InvalidParameterValueException', status: 400 });
    }
    // The size of a page may change under way.
    expect(
      (await discovery.describeAgents({ nextToken: nextToken!, maxResults: 5 }).promise()).agentsInfo,
    ).toHaveLength(2);
  });

  test.each([101, -1])('maxResults %i is out of range', async (maxResults) => {
    const refused = await refusal(discovery.describeAgents({ maxResults }).promise());
    expect(refused).toMatchObject({ name: 'InvalidParameterValueException', status: 400 });
    expect(refused.message).toContain("at 'maxResults' failed to satisfy constraint");
  });

  test.each([
    [{ name: 'hostname', values: ['x'], condition: 'EQUALS' }, 'InvalidParameterException'],
    [{ name: 'constructor', values: ['x'], condition: 'EQUALS' }, 'InvalidParameterException'],
    [{ name: 'hostName', values: ['x'], condition: 'equals' }, 'InvalidParameterException'],
    [{ name: 'hostName', values: ['x'], condition: 'GT' }, 'InvalidParameterException'],
    [{ name: 'hostName', values: [], condition: 'EQUALS' }, 'InvalidParameterValueException'],
  ])('filter %j is refused', async (filter, name) => {
    expect(await refusal(discovery.describeAgents({ filters: [filter] }).promise())).toMatchObject({
      name,
      status: 400,
    });
  });

  test('any filters choose what a naive model chooses', async () => {
    const random = fc.sample(
      fc.record({
        hostName: fc.constantFrom('web-01', 'web-02', 'db-01', 'WEB-01'),
        agentType: fc.constantFrom('ONPREMISES', 'EC2'),
        version: fc.constantFrom('1.0', '1.0.1', '2.0'),
        reportedHealth: fc.constantFrom('HEALTHY' as const, 'UNHEALTHY' as const, 'SHUTDOWN' as const),
        collectionStatus: fc.constantFrom('STARTED', 'START_SCHEDULED', 'STOPPED', 'STOP_SCHEDULED'),
        addresses: fc.array(
          fc.record({
            ipAddress: fc.constantFrom('10.0.0.1', '10.0.0.11', '::1'),
            macAddress: fc.constantFrom('aa:bb', 'cc:dd'),
          }),
          { maxLength: 2 },
        ),
      }),
      { numRuns: 40, seed: 4 },
    );
    await insertAgents(random);
    const all = await allAgents();
    const filter = fc.record({
      name: fc.constantFrom(
        'agentId',
        'agentIds',
        'AgentId',
        'hostName',
        'health',
        'collectionStatus',
        'agentType',
        'version',
        'ipAddress',
        'macAddress',
        'connectorId',
      ),
      values: fc.array(
        fc.constantFrom(
          'web',
          'web-01',
          'db-01',
          'EC2',
          '1.0',
          '10.0.0.1',
          '10.0',
          'aa:bb',
          'STARTED',
          'START',
          'SHUTDOWN',
          'RUNNING',
          '',
          all[3]!.agentId!,
          '0001',
        ),
        { minLength: 1, maxLength: 3 },
      ),
      condition: fc.constantFrom('EQUALS', 'NOT_EQUALS', 'EQ', 'NE', 'CONTAINS', 'NOT_CONTAINS'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(filter, { maxLength: 3 }), async (filters) => {
        const expected = all.filter((agent) => filters.every((one) => naiveMatch(agent, one)));
        expect((await allAgents({ filters, maxResults: 7 })).map((one) => one.agentId)).toEqual(
          expected.map((one) => one.agentId),
        );
      }),
      { numRuns: 150 },
    );
  });
});

/** The rule of §3.8 read off the answer itself. */
function naiveMatch(agent: AWS.Discovery.AgentInfo, { name, values, condition }: AWS.Discovery.Filter): boolean {
  const record = agent as Record<string, unknown>;
  let actual: unknown[] = [record[name]];
  if (/^agentIds?$/i.test(name)) actual = [agent.agentId];
  if (name === 'ipAddress' || name === 'macAddress') actual = agent.agentNetworkInfoList!.map((one) => one[name]);
  const texts = actual.filter((one) => typeof one === 'string');
  if (condition === 'EQUALS' || condition === 'EQ') return texts.some((text) => values.includes(text));
  if (condition === 'NOT_EQUALS' || condition === 'NE') return texts.every((text) => !values.includes(text));
  const isContained = (text: string) => values.some((value) => text.includes(value));
  return condition === 'CONTAINS' ? texts.some(isContained) : !texts.some(isContained);
}

describe('data collection', () => {
  const statuses = (answer: { agentsConfigurationStatus?: AWS.Discovery.AgentConfigurationStatusList }) =>
    answer.agentsConfigurationStatus!.map((one) => [one.agentId, one.operationSucceeded, one.description]);

  test('commands are scheduled until the agent is heard from, redundant when they change nothing', async () => {
    const agentId = await enroll('m');
    const start = async () =>
      statuses(await discovery.startDataCollectionByAgentIds({ agentIds: [agentId] }).promise());
    const stop = async () => statuses(await discovery.stopDataCollectionByAgentIds({ agentIds: [agentId] }).promise());
    const status = async () => (await only(agentId)).collectionStatus;
    const done = [[agentId, true, 'Succeeded']];
    const redundant = [[agentId, false, 'Redundant']];
    expect([await start(), await status()]).toEqual([redundant, 'STARTED']);
    expect([await stop(), await status()]).toEqual([done, 'STOP_SCHEDULED']);
    expect([await stop(), await status()]).toEqual([redundant, 'STOP_SCHEDULED']);
    await contact('m');
    expect([await stop(), await status()]).toEqual([redundant, 'STOPPED']);
    expect([await start(), await status()]).toEqual([done, 'START_SCHEDULED']);
    expect([await start(), await status()]).toEqual([redundant, 'START_SCHEDULED']);
    expect([await stop(), await start()]).toEqual([done, done]);
    await contact('m');
    expect(await status()).toBe('STARTED');
  });

  test('each agent has its own answer, an unknown one fails, a repeated one is answered once', async () => {
    const known = await enroll('m');
    const agentIds = ['o-nobodyofthisnam1', known, known];
    expect(statuses(await discovery.stopDataCollectionByAgentIds({ agentIds }).promise())).toEqual([
      ['o-nobodyofthisnam1', false, 'Failed'],
      [known, true, 'Succeeded'],
    ]);
    expect(statuses(await discovery.startDataCollectionByAgentIds({ agentIds: [] }).promise())).toEqual([]);
  });

  test('thousands of agents are commanded at once', async () => {
    await insertAgents(Array.from({ length: 2000 }, () => ({})));
    const agentIds = (await allAgents()).map((one) => one.agentId!);
    const answer = await discovery.stopDataCollectionByAgentIds({ agentIds }).promise();
    expect(answer.agentsConfigurationStatus!.every((one) => one.operationSucceeded)).toBe(true);
  });

  test('agents beyond the quota begin without collecting, and are started when there is room', async () => {
    const options = { accountId: ACCOUNT, enrollmentToken: 'token', deniedAgents: DENIED, newAgentsCollect: true };
    const small = new Fleet(world, { ...options, sampleIntervalMs: 1, sendIntervalMs: 1, collectingMax: 2 });
    const text = { enrollmentToken: 'token', agentVersion: '1', platform: 'linux', hostName: 'h' };
    const agents: string[] = [];
    for (const machineId of ['a', 'b', 'c', 'd']) agents.push((await small.enroll({ ...text, machineId })).agentId);
    const [first, , third, fourth] = agents as [string, string, string, string];
    const statuses = async () => (await Promise.all(agents.map(only))).map((one) => one.collectionStatus);
    expect(await statuses()).toEqual(['STARTED', 'STARTED', 'STOPPED', 'STOPPED']);
    const start = async () => [...(await small.startCollection([third, fourth, first])).values()];
    expect(await start()).toEqual(['Failed', 'Failed', 'Redundant']);
    await small.stopCollection([first]);
    expect(await start()).toEqual(['Succeeded', 'Failed', 'Failed']);
    expect(await statuses()).toEqual(['STOP_SCHEDULED', 'STARTED', 'START_SCHEDULED', 'STOPPED']);
  });

  test('ids outside the model are refused', async () => {
    const short = discovery.startDataCollectionByAgentIds({ agentIds: ['short'] }).promise();
    expect(await refusal(short)).toMatchObject({ name: 'InvalidParameterValueException', status: 400 });
  });
});

describe('BatchDeleteAgents', () => {
  test('deletes agents that are off, and others by force', async () => {
    const [off, on, forced] = [await enroll('off'), await enroll('on'), await enroll('forced')];
    await contact('off', 'SHUTDOWN');
    const deleteAgents = [
      { agentId: off },
      { agentId: on },
      { agentId: 'o-nobodyofthisnam1', force: true },
      { agentId: forced },
      { agentId: forced, force: true },
    ];
    expect(await discovery.batchDeleteAgents({ deleteAgents }).promise()).toEqual({
      errors: [
        { agentId: on, errorCode: 'AGENT_IN_USE', errorMessage: `Agent ${on} is in use. Set force to delete it.` },
        {
          agentId: 'o-nobodyofthisnam1',
          errorCode: 'NOT_FOUND',
          errorMessage: 'Agent o-nobodyofthisnam1 was not found.',
        },
      ],
    });
    expect((await allAgents()).map((one) => one.agentId)).toEqual([on]);
    expect(await discovery.batchDeleteAgents({ deleteAgents: [{ agentId: on, force: true }] }).promise()).toEqual({
      errors: [],
    });
  });

  test('an agent that still reports comes back under a new id', async () => {
    const agentId = await enroll('m');
    await discovery.batchDeleteAgents({ deleteAgents: [{ agentId, force: true }] }).promise();
    expect(await enroll('m')).not.toBe(agentId);
  });

  test('what was discovered stays, and the agent that comes back joins its server', async () => {
    const said = { record: { observedAtMs: 1, attributes: { hostName: 'web-01' } } };
    const report = async (id: string) => {
      const context = { accountId: ACCOUNT, nowMs: world.clock.nowMs() };
      const [applied] = await world.state.transaction((tx) =>
        applySources(tx, context, [{ kind: 'AGENT', id, sections: said }]),
      );
      return applied!.serverId;
    };
    const listed = async () => {
      const { configurations } = await discovery.listConfigurations({ configurationType: 'SERVER' }).promise();
      return configurations!.map((one) => one['server.configurationId']);
    };
    const agentId = await enroll('m');
    const server = await report(agentId);
    await discovery.batchDeleteAgents({ deleteAgents: [{ agentId, force: true }] }).promise();
    expect(await listed()).toEqual([server]);
    expect(await report(await enroll('m'))).toBe(server);
    expect(await listed()).toEqual([server]);
  });

  test.each([0, 51])('%i agents are out of range', async (count) => {
    const deleteAgents = Array.from({ length: count }, () => ({ agentId: 'o-nobodyofthisnam1' }));
    const refused = await refusal(discovery.batchDeleteAgents({ deleteAgents }).promise());
    expect(refused).toMatchObject({ name: 'InvalidParameterValueException', status: 400 });
  });
});

describe('continuous exports', () => {
  const start = () => discovery.startContinuousExport().promise();
  const stop = (exportId: string) => discovery.stopContinuousExport({ exportId }).promise();
  const described = async (exportId: string) =>
    (await discovery.describeContinuousExports({ exportIds: [exportId] }).promise()).descriptions![0]!;
  const reached = new Set<ExportState>();
  const detailed = new Set<StatusDetail>();

  /** Looks, and remembers what was seen. */
  async function look(exportId: string): Promise<[ExportState, StatusDetail | undefined]> {
    const { status, statusDetail } = await described(exportId);
    reached.add(status as ExportState);
    if (statusDetail !== undefined) detailed.add(statusDetail as StatusDetail);
    return [status as ExportState, statusDetail as StatusDetail | undefined];
  }

  async function started(): Promise<string> {
    const { exportId } = await start();
    await exporter.step();
    expect(await look(exportId!)).toEqual(['ACTIVE', undefined]);
    return exportId!;
  }

  /** A rolled file of segment `segmentNo`, waiting for its delivery. */
  async function roll(segmentNo: number): Promise<void> {
    const key = `telemetry/${ACCOUNT}/os_info_agent/dt=2026-03-01/${segmentNo}.parquet`;
    await world.objects.put(key, Buffer.from('PAR1'));
    const log = { last_segment_no: segmentNo, rolled_segment_no: segmentNo, last_file_id: segmentNo };
    const values = { account_id: ACCOUNT, claimed_segment_no: null, ...log };
    const { queries } = world.state;
    await queries
      .insertInto('segment_logs')
      .values(values)
      .onConflict((one) => one.column('account_id').doUpdateSet(log))
      .execute();
    const file = {
      account_id: ACCOUNT,
      file_id: segmentNo,
      table_name: 'os_info_agent',
      day: '2026-03-01',
      object_key: key,
    };
    const span = { first_segment_no: segmentNo, last_segment_no: segmentNo, pass: 0, min_event_ms: 0, max_event_ms: 1 };
    const facts = { rows: 1, size_bytes: 4, checksum: '0'.repeat(64), created_at_ms: 1, removed_at_ms: null };
    await queries
      .insertInto('data_files')
      .values({ ...file, ...span, ...facts })
      .execute();
  }

  test('Start answers at once; set-up, delivery and drain are seen from outside', async () => {
    const answer = await start();
    expect(answer).toEqual({
      exportId: expect.stringMatching(/^continuous-export-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      s3Bucket: expect.stringMatching(/^aws-application-discovery-service-[0-9a-z]{25}$/),
      startTime: new Date(world.clock.nowMs()),
      dataSource: 'AGENT',
      schemaStorageConfig: { databaseName: DATABASE },
    });
    const exportId = answer.exportId!;
    expect(await described(exportId)).toEqual({ ...answer, status: 'START_IN_PROGRESS' });
    expect(await look(exportId)).toEqual(['START_IN_PROGRESS', undefined]);
    await exporter.step();
    expect(await look(exportId)).toEqual(['ACTIVE', undefined]);
    await roll(1);
    world.clock.advance(1000);
    const stopped = await stop(exportId);
    expect(stopped).toEqual({ startTime: answer.startTime, stopTime: new Date(world.clock.nowMs()) });
    expect(await look(exportId)).toEqual(['STOP_IN_PROGRESS', undefined]);
    world.clock.advance(1000);
    expect(await stop(exportId)).toEqual(stopped);
    await exporter.step();
    expect(await look(exportId)).toEqual(['INACTIVE', undefined]);
    expect(await described(exportId)).toEqual({ ...answer, ...stopped, status: 'INACTIVE' });
    const objects = await world.state.queries.selectFrom('bucket_objects').select('key').execute();
    expect(objects).toEqual([{ key: 'os_info_agent/dt=2026-03-01/1.parquet' }]);
  });

  test.each<[StatusDetail, () => unknown]>([
    [
      'ACCESS_DENIED',
      () => {
        faults.put = new StoreAccessError('no');
      },
    ],
    [
      'S3_NOT_SIGNED_UP',
      () => {
        faults.put = new Error('unreachable');
      },
    ],
    [
      'S3_BUCKET_LIMIT_FAILURE',
      () => {
        limits.bucketsMax = 0;
      },
    ],
    [
      'DELIVERY_STREAM_LIMIT_FAILURE',
      () => {
        limits.deliveriesMax = 6;
      },
    ],
    ['FIREHOSE_ROLE_MISSING', () => setDeliveryRoleEnabled(world.state.queries, ACCOUNT, false)],
    ['LAKE_FORMATION_ACCESS_DENIED', () => takeTable()],
  ])('START_FAILED with %s; Stop is refused, Start makes a new export', async (detail, break_) => {
    const { exportId, s3Bucket } = await start();
    await break_();
    await exporter.step();
    expect(await look(exportId!)).toEqual(['START_FAILED', detail]);
    expect(await refusal(stop(exportId!))).toEqual({
      name: 'OperationNotPermittedException',
      message: `Continuous export ${exportId} is not active.`,
      status: 400,
    });
    const again = await start();
    expect(again.exportId).not.toBe(exportId);
    expect(again.s3Bucket).toBe(s3Bucket);
  });

  /** Somebody else has a table of that name in the lake's database. */
  async function takeTable(): Promise<void> {
    const definition = {
      type: 'EXTERNAL_TABLE',
      columns: [],
      partitionKeys: [],
      parameters: {},
      location: 's3://mine/',
    };
    const times = { version: 0, created_at_ms: 1, updated_at_ms: 1 };
    const name = { account_id: ACCOUNT, database_name: DATABASE, table_name: 'os_info_agent' };
    const row = { ...name, ...times, table_type: 'EXTERNAL_TABLE', definition_json: JSON.stringify(definition) };
    await world.state.queries.insertInto('catalog_tables').values(row).execute();
  }

  /** As the worker does: what may pass by itself is tried again. */
  const stepUntilSettled = async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) await exporter.step().catch(() => true);
  };

  test.each<[StatusDetail, () => unknown]>([
    [
      'ACCESS_DENIED',
      () => {
        faults.link = new StoreAccessError('no');
      },
    ],
    [
      'INTERNAL_FAILURE',
      () => {
        faults.link = new Error('odd');
      },
    ],
    ['FIREHOSE_STREAM_DOES_NOT_EXIST', () => world.state.queries.deleteFrom('buckets').execute()],
    ['FIREHOSE_STREAM_DOES_NOT_EXIST', () => world.state.queries.deleteFrom('catalog_tables').execute()],
    ['FIREHOSE_ROLE_MISSING', () => setDeliveryRoleEnabled(world.state.queries, ACCOUNT, false)],
  ])('ERROR with %s; Stop ends it, Start re-creates what was deleted (%#)', async (detail, break_) => {
    const exportId = await started();
    const { s3Bucket } = await described(exportId);
    await break_();
    await roll(1);
    await stepUntilSettled();
    expect(await look(exportId)).toEqual(['ERROR', detail]);
    expect(await refusal(start())).toMatchObject({ name: 'ConflictErrorException' });
    await stop(exportId);
    expect(await look(exportId)).toEqual(['STOP_IN_PROGRESS', undefined]);
    Object.assign(faults, { put: undefined, link: undefined });
    await setDeliveryRoleEnabled(world.state.queries, ACCOUNT, true);
    await exporter.step();
    expect(await look(exportId)).toEqual(['INACTIVE', undefined]);
    const again = await described(await started());
    expect(again.s3Bucket).toBe(s3Bucket);
    expect(await world.state.queries.selectFrom('buckets').select('bucket').execute()).toEqual([{ bucket: s3Bucket }]);
  });

  test('STOP_FAILED: Stop again ends it', async () => {
    const exportId = await started();
    await roll(1);
    await stop(exportId);
    faults.link = new Error('odd');
    await expect(exporter.step()).rejects.toThrow('odd');
    expect(await look(exportId)).toEqual(['STOP_IN_PROGRESS', undefined]);
    await stepUntilSettled();
    expect(await look(exportId)).toEqual(['STOP_FAILED', 'INTERNAL_FAILURE']);
    expect(await refusal(start())).toMatchObject({ name: 'ConflictErrorException' });
    faults.link = undefined;
    await stop(exportId);
    expect(await look(exportId)).toEqual(['STOP_IN_PROGRESS', undefined]);
    await exporter.step();
    expect(await look(exportId)).toEqual(['INACTIVE', undefined]);
    expect(await refusal(stop(exportId))).toMatchObject({ name: 'OperationNotPermittedException' });
  });

  test('one export is live at a time, and the refusal names it', async () => {
    const { exportId } = await start();
    const conflict = async (status: string) =>
      expect(await refusal(start())).toEqual({
        name: 'ConflictErrorException',
        message: `Continuous export ${exportId} is already ${status}.`,
        status: 400,
      });
    await conflict('START_IN_PROGRESS');
    expect(await refusal(stop(exportId!))).toEqual({
      name: 'ResourceInUseException',
      message: `Continuous export ${exportId} is still starting.`,
      status: 400,
    });
    await exporter.step();
    await conflict('ACTIVE');
    await stop(exportId!);
    await conflict('STOP_IN_PROGRESS');
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, start));
    expect(outcomes.every((one) => one.status === 'rejected')).toBe(true);
  });

  test('of starts at the same time one wins', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, start));
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  });

  test('an unknown id is ResourceNotFoundException for Stop and Describe', async () => {
    const refused = { name: 'ResourceNotFoundException', status: 400 };
    expect(await refusal(stop('continuous-export-none'))).toMatchObject(refused);
    expect(await refusal(described('continuous-export-none'))).toMatchObject(refused);
    const { exportId } = await start();
    const both = { exportIds: [exportId!, 'continuous-export-none'], maxResults: 1 };
    expect(await refusal(discovery.describeContinuousExports(both).promise())).toMatchObject(refused);
  });

  test('pages concatenated are all exports, newest first; ids choose among them', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 7; at += 1) {
      const exportId = await started();
      await stop(exportId);
      await exporter.step();
      ids.unshift(exportId);
      world.clock.advance(1000);
    }
    for (const maxResults of [1, 2, 7, 100]) {
      for (const exportIds of [undefined, [], [ids[4]!, ids[1]!, ids[4]!]]) {
        const found: (string | undefined)[] = [];
        let nextToken: string | undefined;
        do {
          const input = { maxResults, ...(exportIds && { exportIds }), ...(nextToken && { nextToken }) };
          const page = await discovery.describeContinuousExports(input).promise();
          found.push(...page.descriptions!.map((one) => one.exportId));
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        expect(found).toEqual(exportIds?.length ? [ids[1], ids[4]] : ids);
      }
    }
  });

  test.each([0, 101])('maxResults %i is out of the model’s range', async (maxResults) => {
    const refused = await refusal(discovery.describeContinuousExports({ maxResults }).promise());
    expect(refused).toMatchObject({ name: 'InvalidParameterValueException', status: 400 });
  });

  test('more ids than a request may name are refused', async () => {
    const exportIds = Array.from({ length: 1001 }, (_, at) => `continuous-export-${at}`);
    const refused = await refusal(discovery.describeContinuousExports({ exportIds }).promise());
    expect(refused).toMatchObject({ name: 'InvalidParameterValueException', status: 400 });
  });

  test('all seven statuses and all eight details have been seen', () => {
    expect([...reached].sort()).toEqual([...EXPORT_STATES].sort());
    expect([...detailed].sort()).toEqual([...STATUS_DETAILS].sort());
  });
});

describe('who may ask, and where', () => {
  test('writes signed for another Region are refused, the rest works anywhere', async () => {
    const agentIds = [await enroll('m')];
    const { exportId } = await discovery.startContinuousExport().promise();
    await exporter.step();
    const away = client({ region: 'eu-central-1' });
    const refused = { name: 'HomeRegionNotSetException', status: 400 };
    expect(await refusal(away.startContinuousExport().promise())).toMatchObject(refused);
    expect(await refusal(away.startDataCollectionByAgentIds({ agentIds }).promise())).toMatchObject(refused);
    expect((await away.describeAgents({}).promise()).agentsInfo).toHaveLength(1);
    expect((await away.describeContinuousExports({}).promise()).descriptions).toHaveLength(1);
    await away.stopDataCollectionByAgentIds({ agentIds }).promise();
    await away.stopContinuousExport({ exportId: exportId! }).promise();
    await away.batchDeleteAgents({ deleteAgents: [{ agentId: agentIds[0]!, force: true }] }).promise();
    expect((await allAgents()).length).toBe(0);
  });

  test('the key of another account gets at nothing', async () => {
    const other = client(OTHER_CREDENTIALS);
    const refused = { name: 'AuthorizationErrorException', status: 400 };
    const calls = [
      other.describeAgents({}),
      other.describeContinuousExports({}),
      other.startContinuousExport(),
      other.stopContinuousExport({ exportId: 'x' }),
      other.startDataCollectionByAgentIds({ agentIds: [] }),
      other.stopDataCollectionByAgentIds({ agentIds: [] }),
      other.batchDeleteAgents({ deleteAgents: [{ agentId: 'o-nobodyofthisnam1' }] }),
    ];
    for (const call of calls) expect(await refusal(call.promise())).toMatchObject(refused);
  });
});
