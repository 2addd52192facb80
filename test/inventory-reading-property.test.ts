import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFsObjectStore } from '../src/adapters/fs/fs-object-store.ts';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import type { ConfigurationType } from '../src/inventory/configuration-ids.ts';
import type { InventoryReader } from '../src/inventory/reading/inventory-reader.ts';
import type { AskedFilter, AskedSort, Position } from '../src/inventory/reading/read-question.ts';
import {
  ACCOUNT,
  type ConnectionRow,
  openReader,
  type ProcessRow,
  putServerRows,
  putSnapshot,
  type ServerFacts,
  type Stores,
} from './reading-world.ts';

/**
 * Pages of ListConfigurations against a model that knows nothing of SQL: items are lists of values by filter name, a page
 * is a slice of the sorted whole. The tables of filters are written out here once more, from the reference.
 */
interface Application {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly serverIds: readonly string[];
}

interface Inventory {
  readonly servers: readonly ServerFacts[];
  readonly processes: readonly ProcessRow[];
  readonly connections: readonly ConnectionRow[];
  readonly applications: readonly Application[];
  readonly tags: readonly { readonly serverId: string; readonly key: string; readonly value: string }[];
}

type Value = string | number;
interface Item {
  readonly id: string;
  /** By filter name; an absent attribute has none. */
  readonly values: Readonly<Record<string, readonly Value[]>>;
}

interface Question {
  readonly filters: readonly AskedFilter[];
  readonly orderBy: readonly AskedSort[];
  readonly pageSize: number;
}

const E = ['EQUALS', 'NOT_EQUALS', 'EQ', 'NE'];
const C = [...E, 'CONTAINS', 'NOT_CONTAINS'];
const N = ['GE', 'LE', 'GT', 'LT'];

const FILTERS: Readonly<Record<ConfigurationType, Readonly<Record<string, readonly string[]>>>> = {
  SERVER: {
    'server.configurationId': E,
    'server.agentId': E,
    'server.connectorId': E,
    'server.hostName': C,
    'server.osName': C,
    'server.osVersion': C,
    'server.type': E,
    'server.vmWareInfo.morefId': C,
    'server.vmWareInfo.vcenterId': C,
    'server.vmWareInfo.hostId': C,
    'server.networkInterfaceInfo.portGroupId': C,
    'server.networkInterfaceInfo.portGroupName': C,
    'server.networkInterfaceInfo.virtualSwitchName': C,
    'server.networkInterfaceInfo.ipAddress': C,
    'server.networkInterfaceInfo.macAddress': C,
    'server.performance.avgCpuUsagePct': N,
    'server.performance.totalDiskFreeSizeInKB': N,
    'server.performance.avgFreeRAMInKB': N,
    'server.tag.key': C,
    'server.tag.value': C,
    'server.application.name': C,
    'server.application.description': C,
    'server.application.configurationId': E,
    'server.process.configurationId': E,
    'server.process.name': C,
    'server.process.commandLine': C,
  },
  APPLICATION: {
    'application.configurationId': E,
    'server.configurationId': E,
    'application.name': C,
    'application.description': C,
  },
  PROCESS: {
    'process.configurationId': E,
    'server.configurationId': E,
    'process.name': C,
    'process.commandLine': C,
    'server.hostName': C,
    'server.osName': C,
    'server.osVersion': C,
    'server.agentId': C,
  },
  CONNECTION: {
    'connection.sourceIp': C,
    'connection.destinationIp': C,
    'connection.destinationPort': E,
    'sourceServer.configurationId': E,
    'sourceProcess.configurationId': E,
    'destinationProcess.configurationId': E,
    'sourceServer.hostName': C,
    'destinationServer.osName': C,
    'destinationServer.osVersion': C,
    'destinationServer.agentId': C,
    'sourceProcess.name': C,
    'sourceProcess.commandLine': C,
    'destinationProcess.name': C,
    'destinationprocess.commandLine': C,
    'destinationProcess.commandLine': C,
    'destinationServer.configurationId': E,
    'destinationServer.hostName': C,
  },
};

const SORTS: Readonly<Record<ConfigurationType, readonly string[]>> = {
  SERVER: ['server.hostName', 'server.osName', 'server.osVersion'],
  APPLICATION: [
    'application.name',
    'application.description',
    'application.serverCount',
    'application.timeOfCreation',
    'application.lastModifiedTime',
  ],
  PROCESS: ['process.name', 'process.commandLine', 'server.hostName', 'server.osName', 'server.osVersion'],
  CONNECTION: [
    'connection.sourceIp',
    'connection.destinationIp',
    'connection.destinationPort',
    'sourceServer.hostName',
    'destinationServer.osName',
    'destinationServer.osVersion',
    'sourceProcess.name',
    'sourceProcess.commandLine',
    'destinationProcess.name',
    'destinationprocess.commandLine',
    'destinationProcess.commandLine',
    'destinationServer.hostName',
  ],
};

const some = (...values: readonly (Value | null | undefined)[]): readonly Value[] =>
  values.filter((value) => value !== null && value !== undefined);

function itemsOf(type: ConfigurationType, inventory: Inventory): Item[] {
  const live = inventory.servers.filter(({ deletedAtMs }) => deletedAtMs === undefined);
  const serverOf = (id: string | null) => live.find(({ serverId }) => serverId === id);
  const processes = inventory.processes.filter(({ server_id }) => serverOf(server_id) !== undefined);
  const processOf = (id: string | null) => processes.find(({ process_id }) => process_id === id);
  if (type === 'APPLICATION')
    return inventory.applications.map((one) => ({
      id: one.id,
      values: {
        'application.configurationId': [one.id],
        'application.name': [one.name],
        'application.description': [one.description],
        'application.timeOfCreation': [one.createdAtMs],
        'application.lastModifiedTime': [one.createdAtMs + 1],
        'application.serverCount': [one.serverIds.filter((id) => serverOf(id) !== undefined).length],
        'server.configurationId': one.serverIds.filter((id) => serverOf(id) !== undefined),
      },
    }));
  if (type === 'PROCESS')
    return processes.map((one) => ({
      id: one.process_id,
      values: {
        'process.configurationId': [one.process_id],
        'process.name': some(one.name),
        'process.commandLine': some(one.command_line),
        ...valuesOfEnd('server', serverOf(one.server_id)),
      },
    }));
  if (type === 'CONNECTION')
    return inventory.connections.flatMap((one) => {
      const [source, destination] = [serverOf(one.source_server_id), serverOf(one.destination_server_id)];
      if (source === undefined && destination === undefined) return [];
      const from = source && processOf(one.source_process_id);
      const to = destination && processOf(one.destination_process_id);
      return {
        id: one.connection_id,
        values: {
          'connection.sourceIp': [one.source_ip],
          'connection.destinationIp': [one.destination_ip],
          'connection.destinationPort': [one.destination_port],
          ...valuesOfEnd('sourceServer', source),
          ...valuesOfEnd('destinationServer', destination),
          'sourceProcess.configurationId': some(from?.process_id),
          'sourceProcess.name': some(from?.name),
          'sourceProcess.commandLine': some(from?.command_line),
          'destinationProcess.configurationId': some(to?.process_id),
          'destinationProcess.name': some(to?.name),
          'destinationProcess.commandLine': some(to?.command_line),
          'destinationprocess.commandLine': some(to?.command_line),
        },
      };
    });
  return live.map((server) => ({ id: server.serverId, values: valuesOfServer(server, processes, inventory) }));
}

function valuesOfEnd(prefix: string, server: ServerFacts | undefined) {
  return {
    [`${prefix}.configurationId`]: some(server?.serverId),
    [`${prefix}.hostName`]: some(server?.hostName),
    [`${prefix}.osName`]: some(server?.osName),
    [`${prefix}.osVersion`]: some(server?.osVersion),
    [`${prefix}.agentId`]: some(server?.agentId),
  };
}

function valuesOfServer(server: ServerFacts, processes: readonly ProcessRow[], inventory: Inventory): Item['values'] {
  const interfaces = server.interfaces ?? [];
  const tags = inventory.tags.filter(({ serverId }) => serverId === server.serverId);
  const applications = inventory.applications.filter(({ serverIds }) => serverIds.includes(server.serverId));
  const own = processes.filter(({ server_id }) => server_id === server.serverId);
  return {
    ...valuesOfEnd('server', server),
    'server.connectorId': [],
    'server.type': some(server.serverType),
    'server.vmWareInfo.morefId': some(server.moRefId),
    'server.vmWareInfo.vcenterId': some(server.vCenterId),
    'server.vmWareInfo.hostId': some(server.vmHostId),
    'server.networkInterfaceInfo.portGroupId': interfaces.flatMap((one) => some(one.portGroupId)),
    'server.networkInterfaceInfo.portGroupName': interfaces.flatMap((one) => some(one.portGroupName)),
    'server.networkInterfaceInfo.virtualSwitchName': interfaces.flatMap((one) => some(one.virtualSwitchName)),
    'server.networkInterfaceInfo.ipAddress': interfaces.flatMap((one) => some(one.ipAddress)),
    'server.networkInterfaceInfo.macAddress': interfaces.flatMap((one) => some(one.macAddress)),
    'server.performance.avgCpuUsagePct': some(server.avgCpuUsagePct),
    'server.performance.totalDiskFreeSizeInKB': some(server.totalDiskFreeSizeKb),
    'server.performance.avgFreeRAMInKB': some(server.avgFreeRamKb),
    'server.tag.key': tags.map(({ key }) => key),
    'server.tag.value': tags.map(({ value }) => value),
    'server.application.name': applications.map(({ name }) => name),
    'server.application.description': applications.map(({ description }) => description),
    'server.application.configurationId': applications.map(({ id }) => id),
    'server.process.configurationId': own.map(({ process_id }) => process_id),
    'server.process.name': own.flatMap(({ name }) => some(name)),
    'server.process.commandLine': own.flatMap(({ command_line }) => some(command_line)),
  };
}

function isLetThrough(item: Item, { name, condition, values }: AskedFilter): boolean {
  const actual = item.values[name] ?? [];
  const isAny = (test: (has: Value, asked: string) => boolean) =>
    actual.some((has) => values.some((asked) => test(has, asked)));
  if (condition === 'EQUALS' || condition === 'EQ') return isAny((has, asked) => String(has) === asked);
  if (condition === 'NOT_EQUALS' || condition === 'NE') return !isAny((has, asked) => String(has) === asked);
  if (condition === 'CONTAINS') return isAny((has, asked) => String(has).includes(asked));
  if (condition === 'NOT_CONTAINS') return !isAny((has, asked) => String(has).includes(asked));
  if (condition === 'GE') return isAny((has, asked) => Number(has) >= Number(asked));
  if (condition === 'LE') return isAny((has, asked) => Number(has) <= Number(asked));
  if (condition === 'GT') return isAny((has, asked) => Number(has) > Number(asked));
  return isAny((has, asked) => Number(has) < Number(asked));
}

/** Absent first, numbers as numbers, texts by their bytes. */
function compare(a: Value | undefined, b: Value | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

function answerOf(type: ConfigurationType, inventory: Inventory, { filters, orderBy }: Question): string[] {
  const found = itemsOf(type, inventory).filter((item) => filters.every((filter) => isLetThrough(item, filter)));
  const isIdDescending =
    orderBy.findLast(({ fieldName }, index) => orderBy.findIndex((one) => one.fieldName === fieldName) === index)
      ?.sortOrder === 'DESC';
  return found
    .sort((a, b) => {
      for (const { fieldName, sortOrder } of orderBy) {
        const order = compare(a.values[fieldName]?.[0], b.values[fieldName]?.[0]);
        if (order !== 0) return sortOrder === 'DESC' ? -order : order;
      }
      return isIdDescending ? compare(b.id, a.id) : compare(a.id, b.id);
    })
    .map(({ id }) => id);
}

const idOf = (type: string, no: number) => `d-${type}-0${String(no).padStart(13, '0')}`;
const SERVERS = [1, 2, 3, 4, 5, 6].map((no) => idOf('server', no));
const FATES = ['never there', 'deleted', 'live', 'live', 'live', 'live'] as const;
// Few, so that they meet: cases, an empty one, ones outside the first plane (by bytes above, by UTF-16 below), wild ones.
const TEXTS = ['', 'a', 'A', 'ab', 'aB%', 'b_', 'é', '😀', '\uffee', "it's", '10'];
const text = fc.constantFrom(...TEXTS);
const id = (type: string) => fc.integer({ min: 1, max: 12 }).map((no) => idOf(type, no));
const number = fc.constantFrom(0, 1.5, 20, 33.25, 100);

const server: fc.Arbitrary<Omit<ServerFacts, 'serverId'>> = fc.record(
  {
    hostName: text,
    osName: text,
    osVersion: text,
    agentId: text,
    serverType: fc.constantFrom('EC2', 'OTHER', 'VMWARE_VM'),
    moRefId: text,
    vCenterId: text,
    vmHostId: text,
    avgCpuUsagePct: number,
    totalDiskFreeSizeKb: number,
    avgFreeRamKb: number,
    interfaces: fc.array(
      fc.record(
        { ipAddress: text, macAddress: text, portGroupId: text, portGroupName: text, virtualSwitchName: text },
        { requiredKeys: [] },
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

const inventories: fc.Arbitrary<Inventory> = fc.record({
  servers: fc.tuple(...SERVERS.map(() => fc.record({ facts: server, fate: fc.constantFrom(...FATES) }))).map((all) =>
    all.flatMap(({ facts, fate }, at) => {
      const one = { ...facts, serverId: SERVERS[at] ?? '' };
      return fate === 'never there' ? [] : fate === 'deleted' ? { ...one, deletedAtMs: 5 } : one;
    }),
  ),
  processes: fc.uniqueArray(
    fc.record({
      process_id: id('process'),
      server_id: fc.constantFrom(...SERVERS),
      agent_id: text,
      name: fc.option(text),
      path: fc.option(text),
      command_line: fc.option(text),
      first_ms: fc.integer({ min: 0, max: 10_000 }),
    }),
    { selector: ({ process_id }) => process_id, minLength: 4, maxLength: 12 },
  ),
  connections: fc.uniqueArray(
    fc.record({
      connection_id: id('connection'),
      source_server_id: fc.option(fc.constantFrom(...SERVERS)),
      destination_server_id: fc.option(fc.constantFrom(...SERVERS)),
      source_process_id: fc.option(id('process')),
      destination_process_id: fc.option(id('process')),
      source_ip: text,
      destination_ip: text,
      destination_port: fc.constantFrom(0, 10, 443, 65_535),
      transport_protocol: fc.constantFrom('tcp', 'udp'),
      ip_version: fc.constant('IPv4'),
      occurrence: fc.integer({ min: 1, max: 10 }),
      latest_ms: fc.integer({ min: 0, max: 10_000 }),
    }),
    { selector: ({ connection_id }) => connection_id, minLength: 4, maxLength: 12 },
  ),
  applications: fc
    .uniqueArray(
      fc.record({
        id: id('application'),
        name: text,
        description: text,
        createdAtMs: fc.constantFrom(1, 2, 3),
        serverIds: fc.uniqueArray(fc.constantFrom(...SERVERS), { maxLength: 4 }),
      }),
      { selector: ({ name }) => name, maxLength: 5 },
    )
    .map((all) => all.filter((one, at) => all.findIndex((other) => other.id === one.id) === at)),
  tags: fc.uniqueArray(fc.record({ serverId: fc.constantFrom(...SERVERS), key: text, value: text }), {
    selector: ({ serverId, key, value }) => JSON.stringify([serverId, key, value]),
    maxLength: 8,
  }),
});

/** The processes of an end are on it, as projections make them. */
function tidy(inventory: Inventory): Inventory {
  const serverOf = (processId: string | null) =>
    inventory.processes.find(({ process_id }) => process_id === processId)?.server_id;
  const connections = inventory.connections.map((one) => ({
    ...one,
    source_process_id: serverOf(one.source_process_id) === one.source_server_id ? one.source_process_id : null,
    destination_process_id:
      serverOf(one.destination_process_id) === one.destination_server_id ? one.destination_process_id : null,
  }));
  return { ...inventory, connections };
}

function valueOfFilter(name: string): fc.Arbitrary<string> {
  if (name.startsWith('server.performance.')) return number.map(String);
  if (name === 'connection.destinationPort') return fc.constantFrom('0', '10', '443', '8080');
  if (name === 'server.type') return fc.constantFrom('EC2', 'OTHER', 'VMWARE_VM', 'VMWARE_HOST');
  if (!name.endsWith('configurationId')) return text;
  return fc.oneof(id('process'), id('application'), fc.constantFrom(...SERVERS));
}

function questions(type: ConfigurationType): fc.Arbitrary<Question> {
  const filter = fc.constantFrom(...Object.keys(FILTERS[type])).chain((name) =>
    fc.record({
      name: fc.constant(name),
      condition: fc.constantFrom(...(FILTERS[type][name] ?? [])),
      values: fc.array(valueOfFilter(name), { minLength: 1, maxLength: 3 }),
    }),
  );
  const sort = fc.record({
    fieldName: fc.constantFrom(...SORTS[type]),
    sortOrder: fc.constantFrom('ASC' as const, 'DESC' as const, undefined),
  });
  return fc.record({
    filters: fc.array(filter, { maxLength: 2 }),
    orderBy: fc.array(sort, { maxLength: 3 }),
    pageSize: fc.integer({ min: 1, max: 5 }),
  });
}

let folder: string;
let stores: Stores;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-reading-'));
  const state = openSqlite(join(folder, 'state.sqlite'));
  await state.migrate();
  stores = { state, objects: createFsObjectStore(join(folder, 'objects')) };
});

afterEach(async () => {
  await stores.state[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function store(inventory: Inventory): Promise<void> {
  const { queries } = stores.state;
  const tables = ['inventory_logs', 'inventory_servers', 'inventory_interfaces', 'application_servers'] as const;
  for (const table of [...tables, 'applications', 'tags'] as const) await queries.deleteFrom(table).execute();
  await putServerRows(stores, inventory.servers);
  await putSnapshot(stores, 'processes', inventory.processes);
  await putSnapshot(stores, 'connections', inventory.connections);
  for (const { id, name, description, createdAtMs, serverIds } of inventory.applications) {
    const times = { created_at_ms: createdAtMs, modified_at_ms: createdAtMs + 1 };
    const row = { account_id: ACCOUNT, application_id: id, name, description, wave: null, ...times };
    await queries.insertInto('applications').values(row).execute();
    const members = serverIds.map((server_id) => ({ account_id: ACCOUNT, application_id: id, server_id }));
    if (members.length > 0) await queries.insertInto('application_servers').values(members).execute();
  }
  for (const { serverId, key, value } of inventory.tags) {
    const tag = { configuration_id: serverId, tag_key: key, tag_value: value, configuration_type: 'SERVER' };
    await queries
      .insertInto('tags')
      .values({ account_id: ACCOUNT, ...tag, created_at_ms: 0 })
      .execute();
  }
}

async function readPage(reader: InventoryReader, type: ConfigurationType, question: Question, after?: Position) {
  const { filters, orderBy, pageSize: limit } = question;
  return await reader.list(type, { filters, orderBy, limit, after });
}

async function readPages(reader: InventoryReader, type: ConfigurationType, question: Question): Promise<string[]> {
  const ids: string[] = [];
  for (let after: Position | undefined; ; ) {
    const page = await readPage(reader, type, question, after);
    ids.push(...page.map(({ position }) => position.id));
    if (page.length < question.pageSize) return ids;
    after = page.at(-1)?.position;
  }
}

it.each(['SERVER', 'APPLICATION', 'PROCESS', 'CONNECTION'] as const)(
  'pages of type %s put together are the answer of a naive model',
  async (type) => {
    const asked = fc.array(questions(type), { minLength: 30, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(inventories, asked, async (inventory, all) => {
        const tidied = tidy(inventory);
        await store(tidied);
        await using reader = openReader(stores);
        for (const question of all)
          expect(await readPages(reader, type, question), JSON.stringify(question)).toEqual(
            answerOf(type, tidied, question),
          );
      }),
      { numRuns: 6 },
    );
  },
  120_000,
);

it.each(['SERVER', 'PROCESS'] as const)(
  'items of type %s that nobody touches are listed once while others come and go',
  async (type) => {
    const sort = fc.record({
      fieldName: fc.constantFrom(...SORTS[type]),
      sortOrder: fc.constantFrom('ASC' as const, 'DESC' as const),
    });
    await fc.assert(
      fc.asyncProperty(
        inventories,
        fc.array(sort, { maxLength: 2 }),
        fc.infiniteStream(fc.nat(SERVERS.length - 1)),
        async (inventory, orderBy, victims) => {
          await store(inventory);
          await using reader = openReader(stores);
          const question = { filters: [], orderBy, pageSize: 1 };
          const before = await readPages(reader, type, question);
          const touched = new Set<string>();
          const seen: string[] = [];
          for (let after: Position | undefined; ; ) {
            const page = await readPage(reader, type, question, after);
            seen.push(...page.map(({ position }) => position.id));
            if (page.length === 0) break;
            after = page.at(-1)?.position;
            const no = victims.next().value ?? 0;
            const newId = idOf('server', 100 + touched.size);
            if (touched.size < 4)
              await putServerRows(stores, [
                { serverId: SERVERS[no] ?? '', deletedAtMs: 7 },
                { serverId: newId, hostName: TEXTS[no] ?? '' },
              ]);
            touched.add(SERVERS[no] ?? '').add(newId);
          }
          const isUntouched = (itemId: string) =>
            !touched.has(itemId) &&
            !touched.has(inventory.processes.find(({ process_id }) => process_id === itemId)?.server_id ?? '');
          expect(seen.filter(isUntouched)).toEqual(before.filter(isUntouched));
          expect(new Set(seen).size).toBe(seen.length);
        },
      ),
      { numRuns: 8 },
    );
  },
  120_000,
);
