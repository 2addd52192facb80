import AWS from 'aws-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deleteServers } from '../src/inventory/delete-servers.ts';
import type { InventoryReader } from '../src/inventory/reading/inventory-reader.ts';
import { createDiscoveryService } from '../src/services/discovery/discovery-service.ts';
import { discoveryDeps } from './discovery-deps.ts';
import { type ConnectionRow, type ProcessRow, putServerRows, putSnapshot } from './reading-world.ts';
import { ACCOUNT, CREDENTIALS, OTHER_CREDENTIALS, openWorld, REGION, refusal, type World } from './services-world.ts';

const HOUR_MS = 3_600_000;
const idOf = (type: string, no: number) => `d-${type}-0${String(no).padStart(13, '0')}`;
const serverId = (no: number) => idOf('server', no);
const processId = (no: number) => idOf('process', no);
const applicationId = (no: number) => idOf('application', no);
const connectionId = (no: number) => idOf('connection', no);

let world: World;
let inventory: InventoryReader;
let discovery: AWS.Discovery;
const DENIED = new Set<string>();

beforeAll(async () => {
  world = await openWorld((parts) => {
    const deps = discoveryDeps(parts, { deniedAgents: DENIED });
    inventory = deps.inventory;
    return [createDiscoveryService(deps)];
  });
  discovery = client();
});

afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await inventory[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

beforeEach(async () => {
  const rows = ['inventory_servers', 'inventory_interfaces', 'application_servers', 'applications', 'tags'] as const;
  for (const table of [...rows, 'agents'] as const) await world.state.queries.deleteFrom(table).execute();
});

function client(options: AWS.Discovery.ClientConfiguration = {}): AWS.Discovery {
  return new AWS.Discovery({ endpoint: world.endpoint, region: REGION, maxRetries: 0, ...CREDENTIALS, ...options });
}

function aProcess(no: number, server: number, facts: Partial<ProcessRow> = {}): ProcessRow {
  const process = { process_id: processId(no), server_id: serverId(server), agent_id: `o-${server}` };
  return { ...process, name: `p${no}`, path: null, command_line: null, first_ms: 0, ...facts };
}

function aConnection(no: number, from: number | null, to: number | null, facts: Partial<ConnectionRow> = {}) {
  return {
    connection_id: connectionId(no),
    source_server_id: from === null ? null : serverId(from),
    destination_server_id: to === null ? null : serverId(to),
    source_process_id: null,
    destination_process_id: null,
    source_ip: '10.0.0.1',
    destination_ip: '10.0.0.2',
    destination_port: 443,
    transport_protocol: 'tcp',
    ip_version: 'IPv4',
    occurrence: 1,
    latest_ms: 0,
    ...facts,
  };
}

async function load(processes: readonly ProcessRow[], connections: readonly ConnectionRow[]): Promise<void> {
  await putSnapshot(world, 'processes', processes);
  await putSnapshot(world, 'connections', connections);
  await inventory.refresh();
}

async function putApplication(no: number, name: string, serverIds: readonly string[] = [], wave: string | null = null) {
  const times = { created_at_ms: no * 1000, modified_at_ms: no * 2000 };
  const row = { account_id: ACCOUNT, application_id: applicationId(no), name, description: '', wave, ...times };
  await world.state.queries.insertInto('applications').values(row).execute();
  for (const server_id of serverIds)
    await world.state.queries
      .insertInto('application_servers')
      .values({ account_id: ACCOUNT, application_id: applicationId(no), server_id })
      .execute();
}

async function putTag(serverNo: number, key: string, value: string): Promise<void> {
  const tag = { configuration_id: serverId(serverNo), tag_key: key, tag_value: value, configuration_type: 'SERVER' };
  await world.state.queries
    .insertInto('tags')
    .values({ account_id: ACCOUNT, ...tag, created_at_ms: 0 })
    .execute();
}

type ListRequest = Omit<AWS.Discovery.ListConfigurationsRequest, 'configurationType'>;

async function list(configurationType: string, request: ListRequest = {}) {
  return await discovery.listConfigurations({ configurationType, ...request }).promise();
}

const filter = (name: string, condition: string, ...values: string[]) => ({ name, condition, values });

describe('ListConfigurations', () => {
  test('a server shows the attributes of the list, and leaves out what is not known', async () => {
    const createdAtMs = Date.UTC(2017, 9, 9, 20, 42, 25);
    const facts = { hostName: 'WIN-7', osName: 'WindowsOS', osVersion: '6.2.9200', serverType: 'EC2', cpuType: 'x64' };
    await putServerRows(world, [
      { serverId: serverId(1), agentId: 'i-1', createdAtMs, ...facts, serverType: 'EC2' },
      { serverId: serverId(2), source: 'Import', createdAtMs: createdAtMs + 250 },
    ]);
    expect(await list('SERVER')).toEqual({
      configurations: [
        {
          'server.agentId': 'i-1',
          'server.configurationId': serverId(1),
          'server.hostName': 'WIN-7',
          'server.osName': 'WindowsOS',
          'server.osVersion': '6.2.9200',
          'server.source': 'Agent',
          'server.timeOfCreation': '2017-10-09 20:42:25.0',
          'server.type': 'EC2',
        },
        {
          'server.configurationId': serverId(2),
          'server.source': 'Import',
          'server.timeOfCreation': '2017-10-09 20:42:25.2',
        },
      ],
    });
  });

  test('an application shows how many live servers it has, and its wave only when it has one', async () => {
    await putServerRows(world, [{ serverId: serverId(1) }, { serverId: serverId(2), deletedAtMs: 1 }]);
    await putApplication(1, 'with', [serverId(1), serverId(2)], '3');
    await putApplication(2, 'without');
    const { configurations } = await list('APPLICATION');
    expect(configurations).toEqual([
      {
        'application.configurationId': applicationId(1),
        'application.name': 'with',
        'application.description': '',
        'application.wave': '3',
        'application.serverCount': '1',
        'application.timeOfCreation': '1970-01-01 00:00:01.0',
        'application.lastModifiedTime': '1970-01-01 00:00:02.0',
      },
      expect.not.objectContaining({ 'application.wave': expect.anything() }),
    ]);
    expect(configurations?.[1]).toMatchObject({ 'application.serverCount': '0' });
  });

  test('filters AND together, values of one are alternatives, case matters', async () => {
    await putServerRows(world, [
      { serverId: serverId(1), hostName: 'Web', osName: 'Linux' },
      { serverId: serverId(2), hostName: 'web', osName: 'Linux' },
      { serverId: serverId(3), hostName: 'web', osName: 'Windows' },
      { serverId: serverId(4) },
    ]);
    const idsOf = async (...filters: ReturnType<typeof filter>[]) =>
      (await list('SERVER', { filters })).configurations?.map((one) => one['server.configurationId']);
    expect(await idsOf(filter('server.hostName', 'EQUALS', 'web'), filter('server.osName', 'EQ', 'Linux'))).toEqual([
      serverId(2),
    ]);
    expect(await idsOf(filter('server.hostName', 'EQUALS', 'web', 'Web'))).toEqual([1, 2, 3].map(serverId));
    expect(await idsOf(filter('server.hostName', 'NOT_EQUALS', 'web', 'Web'))).toEqual([serverId(4)]);
    expect(await idsOf(filter('server.hostName', 'NOT_CONTAINS', 'W'))).toEqual([2, 3, 4].map(serverId));
    expect(await idsOf(filter('server.configurationId', 'EQUALS', serverId(99)))).toEqual([]);
  });

  test('servers are found by their processes', async () => {
    await putServerRows(world, [{ serverId: serverId(1) }, { serverId: serverId(2) }]);
    await load([aProcess(1, 1, { name: 'nginx' }), aProcess(2, 2, { name: 'java', command_line: 'java -jar a' })], []);
    const idsOf = async (...filters: ReturnType<typeof filter>[]) =>
      (await list('SERVER', { filters })).configurations?.map((one) => one['server.configurationId']);
    expect(await idsOf(filter('server.process.name', 'EQUALS', 'nginx'))).toEqual([serverId(1)]);
    expect(await idsOf(filter('server.process.name', 'NE', 'nginx'))).toEqual([serverId(2)]);
    expect(await idsOf(filter('server.process.commandLine', 'CONTAINS', '-jar'))).toEqual([serverId(2)]);
    expect(await idsOf(filter('server.process.configurationId', 'EQUALS', processId(1), processId(2)))).toHaveLength(2);
    expect(await idsOf(filter('server.process.name', 'EQUALS', 'nobody'))).toEqual([]);
  });

  test('the published small p of one filter works, and so does the large one', async () => {
    await putServerRows(world, [{ serverId: serverId(1) }, { serverId: serverId(2) }]);
    const connection = aConnection(1, 1, 2, { destination_process_id: processId(2) });
    await load([aProcess(2, 2, { command_line: 'java -jar a' })], [connection]);
    for (const name of ['destinationprocess.commandLine', 'destinationProcess.commandLine']) {
      const { configurations } = await list('CONNECTION', { filters: [filter(name, 'CONTAINS', '-jar')] });
      expect(configurations).toHaveLength(1);
    }
  });

  test('pages hold what was asked for, the last one has no token, and an empty token is none', async () => {
    const count = 101;
    await putServerRows(
      world,
      Array.from({ length: count }, (_, no) => ({ serverId: serverId(no) })),
    );
    const first = await list('SERVER', { nextToken: '', maxResults: 0 });
    expect(first.configurations).toHaveLength(100);
    const second = await list('SERVER', { nextToken: first.nextToken as string });
    expect(second).toEqual({ configurations: [expect.objectContaining({ 'server.configurationId': serverId(100) })] });
    expect((await list('SERVER', { maxResults: 100 })).configurations).toHaveLength(100);
  });

  test('a token is good for the question it was given to', async () => {
    await putServerRows(
      world,
      [1, 2, 3].map((no) => ({ serverId: serverId(no), hostName: `h${no}` })),
    );
    const orderBy = [{ fieldName: 'server.hostName', sortOrder: 'DESC' }];
    const { nextToken } = await list('SERVER', { orderBy, maxResults: 1 });
    const next = await list('SERVER', { orderBy, maxResults: 2, nextToken: nextToken as string });
    expect(next.configurations?.map((one) => one['server.hostName'])).toEqual(['h2', 'h1']);
    const others = [
      {},
      { orderBy: [{ fieldName: 'server.hostName' }] },
      { orderBy, filters: [filter('server.osName', 'NE', 'x')] },
    ];
    for (const other of others)
      expect(await refusal(list('SERVER', { ...other, nextToken: nextToken as string }))).toMatchObject({
        name: 'InvalidParameterValueException',
        status: 400,
      });
    expect((await refusal(list('SERVER', { nextToken: 'x' }))).name).toBe('InvalidParameterValueException');
  });

  test('a page begins behind any text, however long', async () => {
    const long = 'x'.repeat(60_000);
    await putServerRows(
      world,
      [1, 2, 3].map((no) => ({ serverId: serverId(no) })),
    );
    await load(
      [1, 2, 3].map((no) => aProcess(no, no, { command_line: `${long}${4 - no}`, name: long })),
      [],
    );
    const orderBy = [{ fieldName: 'process.name' }, { fieldName: 'process.commandLine' }];
    const { nextToken } = await list('PROCESS', { orderBy, maxResults: 1 });
    const { configurations } = await list('PROCESS', { orderBy, nextToken: nextToken as string });
    expect(configurations?.map((one) => one['process.configurationId'])).toEqual([processId(2), processId(1)]);
    expect(configurations?.[0]?.['process.commandLine']).toHaveLength(10_000);
  });

  test.each([
    ['SERVER', { filters: [filter('server.nothing', 'EQUALS', 'x')] }, "no filter 'server.nothing'"],
    ['SERVER', { filters: [filter('process.name', 'EQUALS', 'x')] }, "no filter 'process.name'"],
    ['SERVER', { filters: [filter('server.hostname', 'EQUALS', 'x')] }, "no filter 'server.hostname'"],
    ['SERVER', { filters: [filter('server.hostName', 'equals', 'x')] }, "no condition 'equals'"],
    ['SERVER', { filters: [filter('server.agentId', 'CONTAINS', 'x')] }, "no condition 'CONTAINS'"],
    ['SERVER', { filters: [filter('server.performance.avgCpuUsagePct', 'EQUALS', '1')] }, "no condition 'EQUALS'"],
    ['APPLICATION', { filters: [filter('application.serverCount', 'EQUALS', '1')] }, 'no filter'],
    ['SERVER', { orderBy: [{ fieldName: 'server.agentId' }] }, "cannot be sorted by 'server.agentId'"],
    ['PROCESS', { orderBy: [{ fieldName: 'constructor' }] }, "cannot be sorted by 'constructor'"],
  ])('%s with %j is refused with InvalidParameterException', async (type, request, text) => {
    const refused = await refusal(list(type, request));
    expect(refused).toMatchObject({ name: 'InvalidParameterException', status: 400 });
    expect(refused.message).toContain(text);
  });

  test.each([
    ['SERVER', { filters: [filter('server.performance.avgCpuUsagePct', 'GE', 'much')] }],
    ['SERVER', { filters: [filter('server.performance.avgFreeRAMInKB', 'LT', '')] }],
    ['SERVER', { filters: [filter('server.performance.avgFreeRAMInKB', 'LT', '1e999')] }],
    ['CONNECTION', { filters: [filter('connection.destinationPort', 'EQUALS', '80.5')] }],
    ['SERVER', { filters: [filter('server.type', 'EQUALS', 'TOASTER')] }],
    ['SERVER', { filters: [{ name: 'server.hostName', condition: 'EQUALS', values: [] }] }],
    ['SERVER', { filters: [filter('server.hostName', 'EQUALS', ...Array.from({ length: 1001 }, (_, no) => `${no}`))] }],
    ['SERVER', { maxResults: 101 }],
    ['SERVER', { maxResults: -1 }],
  ])('%s with %j is refused with InvalidParameterValueException', async (type, request) => {
    expect(await refusal(list(type, request))).toMatchObject({ name: 'InvalidParameterValueException', status: 400 });
  });

  test('a thousand values are taken, of equality and of containment', async () => {
    await putServerRows(world, [{ serverId: serverId(1), hostName: 'host-7' }]);
    await load([aProcess(1, 1, { name: 'name-7' })], []);
    const values = Array.from({ length: 1000 }, (_, no) => `-${no}`);
    const contained = await list('SERVER', { filters: [filter('server.hostName', 'CONTAINS', ...values)] });
    expect(contained.configurations).toHaveLength(1);
    const processes = await list('PROCESS', { filters: [filter('process.name', 'NOT_CONTAINS', ...values)] });
    expect(processes.configurations).toEqual([]);
  });

  test('a filter value is text, whatever it looks like', async () => {
    await putServerRows(world, [{ serverId: serverId(1), hostName: 'it\'s "quoted" -- %_' }]);
    await load([aProcess(1, 1, { name: "o'clock; DROP" })], []);
    const found = await list('SERVER', { filters: [filter('server.hostName', 'CONTAINS', '\'s "q')] });
    expect(found.configurations).toHaveLength(1);
    expect(
      (await list('SERVER', { filters: [filter('server.hostName', 'CONTAINS', '%')] })).configurations,
    ).toHaveLength(1);
    const processes = await list('PROCESS', { filters: [filter('process.name', 'EQUALS', "o'clock; DROP")] });
    expect(processes.configurations).toHaveLength(1);
  });
});

describe('DescribeConfigurations', () => {
  const describeAll = (configurationIds: string[]) => discovery.describeConfigurations({ configurationIds }).promise();

  test('a server shows everything that is known of it, as texts', async () => {
    await putServerRows(world, [
      {
        serverId: serverId(1),
        agentId: 'o-1',
        hostName: 'web',
        cpuType: 'x64',
        hypervisor: 'xen',
        avgCpuUsagePct: 14.733333333333338,
        avgFreeRamKb: 7_000_000,
        maxDiskReadIops: 0,
        numCores: 4,
        totalRamKb: 16_000_000,
        interfaces: [
          { name: 'eth0', macAddress: '06:A7', ipAddress: '10.0.0.1', netMask: '255.255.240.0', gateway: '10.0.0.254' },
          { name: 'eth0', macAddress: '06:A7', ipAddress: 'fe80::1' },
        ],
      },
    ]);
    await putApplication(1, 'app1', [serverId(1)]);
    await putTag(1, 'k', 'v');
    const { configurations } = await describeAll([serverId(1)]);
    expect(configurations).toEqual([
      {
        'server.configurationId': serverId(1),
        'server.timeOfCreation': '1970-01-01 00:00:00.0',
        'server.agentId': 'o-1',
        'server.source': 'Agent',
        'server.hostName': 'web',
        'server.cpuType': 'x64',
        'server.hypervisor': 'xen',
        'server.applications': `[{"name":"app1","configurationId":"${applicationId(1)}"}]`,
        'server.applications.hasMoreValues': 'false',
        'server.networkInterfaceInfo':
          '[{"name":"eth0","macAddress":"06:A7","ipAddress":"10.0.0.1","netMask":"255.255.240.0"},' +
          '{"name":"eth0","macAddress":"06:A7","ipAddress":"fe80::1"}]',
        'server.networkInterfaceInfo.hasMoreValues': 'false',
        'server.performance.avgCpuUsagePct': '14.733333333333338',
        'server.performance.avgFreeRAMInKB': '7000000.0',
        'server.performance.maxDiskReadIOPS': '0.0',
        'server.performance.numCores': '4',
        'server.performance.totalRAMInKB': '16000000',
        'server.tags': '[{"key":"k","value":"v"}]',
        'server.tags.hasMoreValues': 'false',
      },
    ]);
  });

  test('a list that is too long is cut between two entries, and says so', async () => {
    await putServerRows(world, [{ serverId: serverId(1) }]);
    // An entry is 22 characters and its value; with the comma and the brackets the tenth ends at 10,000.
    const values = Array.from({ length: 10 }, (_, no) => String(no).padEnd(no === 9 ? 976 : 977, 'x'));
    for (const value of values) await putTag(1, 'k', value);
    const [whole] = (await describeAll([serverId(1)])).configurations ?? [];
    expect(whole?.['server.tags']?.length).toBe(10_000);
    expect(whole?.['server.tags.hasMoreValues']).toBe('false');
    await putTag(1, 'z', '');
    const [cut] = (await describeAll([serverId(1)])).configurations ?? [];
    expect(cut?.['server.tags']).toBe(whole?.['server.tags']);
    expect(cut?.['server.tags.hasMoreValues']).toBe('true');
  });

  test('items come in the order asked for, each once, without those that are not there', async () => {
    await putServerRows(
      world,
      [1, 2, 3].map((no) => ({ serverId: serverId(no), ...(no === 2 ? { deletedAtMs: 1 } : {}) })),
    );
    await load([aProcess(1, 1), aProcess(2, 2), aProcess(3, 3)], [aConnection(1, 1, 3), aConnection(2, 3, 1)]);
    await putApplication(1, 'one');
    await putApplication(2, 'two');
    const asked = async (ids: string[], key: string) => (await describeAll(ids)).configurations?.map((one) => one[key]);
    const id = 'configurationId';
    expect(await asked([3, 9, 1, 3, 2].map(serverId), `server.${id}`)).toEqual([serverId(3), serverId(1)]);
    expect(await asked([3, 9, 1, 3, 2].map(processId), `process.${id}`)).toEqual([processId(3), processId(1)]);
    expect(await asked([2, 9, 1].map(applicationId), `application.${id}`)).toEqual([
      applicationId(2),
      applicationId(1),
    ]);
    const ends = await asked([2, 9, 1].map(connectionId), `sourceServer.${id}`);
    expect(ends).toEqual([serverId(3), serverId(1)]);
  });

  test('connections show what their list shows', async () => {
    await putServerRows(world, [{ serverId: serverId(1) }, { serverId: serverId(3) }]);
    await load([], [aConnection(1, 1, 3)]);
    expect((await describeAll([connectionId(1)])).configurations).toEqual((await list('CONNECTION')).configurations);
  });

  test.each([
    ['of two types', [serverId(1), applicationId(1)]],
    ['of no type', ['server-1']],
    ['that are none at all', []],
    ['that are too many', Array.from({ length: 1001 }, (_, no) => serverId(no))],
  ])('ids %s are refused', async (_, ids) => {
    expect(await refusal(describeAll(ids))).toMatchObject({ name: 'InvalidParameterValueException', status: 400 });
  });

  test('a thousand ids are answered', async () => {
    expect(await describeAll(Array.from({ length: 1000 }, (_, no) => serverId(no)))).toEqual({ configurations: [] });
  });
});

describe('ListServerNeighbors', () => {
  const neighborsOf = (no: number, request: Partial<AWS.Discovery.ListServerNeighborsRequest> = {}) =>
    discovery.listServerNeighbors({ configurationId: serverId(no), ...request }).promise();

  beforeEach(async () => {
    await putServerRows(
      world,
      [1, 2, 3, 4, 5].map((no) => ({ serverId: serverId(no) })),
    );
    await load(
      [],
      [
        aConnection(1, 1, 2, { occurrence: 3 }),
        aConnection(2, 1, 2, { occurrence: 4, destination_port: 80 }),
        aConnection(3, 1, 2, { occurrence: 5, destination_ip: '10.9.9.9' }),
        aConnection(4, 3, 1, { transport_protocol: 'udp' }),
        aConnection(5, 1, 1),
        aConnection(6, 1, null),
        aConnection(7, 2, 3),
        aConnection(8, 2, 1),
      ],
    );
  });

  test('connections are summed up by source and destination', async () => {
    expect(await neighborsOf(1)).toEqual({
      neighbors: [
        { sourceServerId: serverId(1), destinationServerId: serverId(2), connectionsCount: 12 },
        { sourceServerId: serverId(2), destinationServerId: serverId(1), connectionsCount: 1 },
        { sourceServerId: serverId(3), destinationServerId: serverId(1), connectionsCount: 1 },
      ],
      knownDependencyCount: 2,
    });
    expect(await neighborsOf(5)).toEqual({ neighbors: [], knownDependencyCount: 0 });
  });

  test('with ports, by port and protocol too, page by page', async () => {
    const rows: unknown[] = [];
    let nextToken: string | undefined;
    do {
      const page: AWS.Discovery.ListServerNeighborsResponse = await neighborsOf(1, {
        portInformationNeeded: true,
        maxResults: 1,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      expect(page.knownDependencyCount).toBe(2);
      rows.push(...page.neighbors.map((one) => [one.destinationPort, one.transportProtocol, one.connectionsCount]));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(rows).toEqual([
      [80, 'tcp', 4],
      [443, 'tcp', 8],
      [443, 'tcp', 1],
      [443, 'udp', 1],
    ]);
  });

  test('chosen neighbours limit the rows and not the count', async () => {
    const answer = await neighborsOf(1, { neighborConfigurationIds: [serverId(3), serverId(99)] });
    expect(answer.neighbors.map((one) => one.sourceServerId)).toEqual([serverId(3)]);
    expect(answer.knownDependencyCount).toBe(2);
  });

  test('a server that was deleted is nobody any more, for itself and for others', async () => {
    await putServerRows(world, [{ serverId: serverId(2), deletedAtMs: 1 }]);
    expect((await neighborsOf(1)).knownDependencyCount).toBe(1);
    expect((await refusal(neighborsOf(2))).name).toBe('InvalidParameterValueException');
  });

  test.each([
    ['an id of no server', { configurationId: applicationId(1) }],
    ['a server nobody knows', { configurationId: serverId(99) }],
    ['a page that is too large', { maxResults: 101 }],
    ['a token of another question', { nextToken: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ])('%s is refused', async (_, request) => {
    expect((await refusal(neighborsOf(1, request))).name).toBe('InvalidParameterValueException');
  });
});

describe('GetDiscoverySummary', () => {
  const summary = () => discovery.getDiscoverySummary({}).promise();

  async function putAgent(id: string, facts: { health?: string; collection?: string; contactAgoMs?: number } = {}) {
    const nowMs = world.clock.nowMs();
    const agent = { agent_id: id, machine_id: id, key_hash: id, host_name: id, server_id: id };
    await world.state.queries
      .insertInto('agents')
      .values({
        account_id: ACCOUNT,
        ...agent,
        generation: 0,
        agent_type: 'ONPREMISES',
        version: '1',
        platform: 'linux',
        registered_at_ms: 0,
        last_contact_at_ms: nowMs - (facts.contactAgoMs ?? 0),
        reported_health: facts.health ?? 'HEALTHY',
        collection_status: facts.collection ?? 'STARTED',
        collection_since_ms: nowMs,
        network_json: '[]',
      })
      .execute();
  }

  test('live servers count, and each once, however many tags and applications it has', async () => {
    await putServerRows(
      world,
      [1, 2, 3, 4].map((no) => ({ serverId: serverId(no) })),
    );
    await putApplication(1, 'one', [serverId(1), serverId(2), serverId(4)]);
    await putApplication(2, 'two', [serverId(1)]);
    await putTag(1, 'a', '1');
    await putTag(1, 'b', '1');
    await putTag(4, 'a', '1');
    const context = { accountId: ACCOUNT, nowMs: world.clock.nowMs() };
    await world.state.transaction((tx) => deleteServers(tx, context, [serverId(4)]));
    expect(await summary()).toMatchObject({
      servers: 3,
      applications: 2,
      serversMappedToApplications: 2,
      serversMappedtoTags: 1,
    });
  });

  test('agents count by health, and active ones are healthy too', async () => {
    await putAgent('o-running');
    await putAgent('o-idle', { collection: 'STOPPED' });
    await putAgent('o-sick', { health: 'UNHEALTHY' });
    await putAgent('o-off', { health: 'SHUTDOWN' });
    await putAgent('o-silent', { contactAgoMs: HOUR_MS + 1 });
    await putAgent('o-denied');
    DENIED.add('o-denied');
    const { agentSummary, connectorSummary, meCollectorSummary, agentlessCollectorSummary } = await summary();
    DENIED.clear();
    expect(agentSummary).toEqual({
      activeAgents: 1,
      healthyAgents: 2,
      blackListedAgents: 1,
      shutdownAgents: 1,
      unhealthyAgents: 1,
      totalAgents: 6,
      unknownAgents: 1,
    });
    for (const none of [connectorSummary, meCollectorSummary, agentlessCollectorSummary])
      expect([Object.keys(none ?? {}).length, ...new Set(Object.values(none ?? {}))]).toEqual([7, 0]);
  });
});

describe('all four', () => {
  const CALLS: readonly [string, (from: AWS.Discovery) => Promise<unknown>][] = [
    ['ListConfigurations', (from) => from.listConfigurations({ configurationType: 'SERVER' }).promise()],
    ['DescribeConfigurations', (from) => from.describeConfigurations({ configurationIds: [serverId(1)] }).promise()],
    ['GetDiscoverySummary', (from) => from.getDiscoverySummary({}).promise()],
  ];

  test.each(CALLS)('%s reads in any Region and for its own account only', async (_, call) => {
    await call(client({ region: 'eu-west-1' }));
    expect((await refusal(call(client(OTHER_CREDENTIALS)))).name).toBe('AuthorizationErrorException');
  });

  test('ListServerNeighbors does so too', async () => {
    await putServerRows(world, [{ serverId: serverId(1) }]);
    await load([], []);
    const call = (from: AWS.Discovery) => from.listServerNeighbors({ configurationId: serverId(1) }).promise();
    expect(await call(client({ region: 'eu-west-1' }))).toEqual({ neighbors: [], knownDependencyCount: 0 });
    expect((await refusal(call(client(OTHER_CREDENTIALS)))).name).toBe('AuthorizationErrorException');
  });
});
