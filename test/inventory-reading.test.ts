import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFsObjectStore } from '../src/adapters/fs/fs-object-store.ts';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import type { ConfigurationType } from '../src/inventory/configuration-ids.ts';
import type { InventoryReader } from '../src/inventory/reading/inventory-reader.ts';
import type { AskedFilter, AskedSort, Position } from '../src/inventory/reading/read-question.ts';
import {
  type ConnectionRow,
  openReader,
  type ProcessRow,
  putServerRows,
  putSnapshot,
  type Stores,
} from './reading-world.ts';

let folder: string;
let stores: Stores;
let reader: InventoryReader;

const idOf = (type: string, no: number) => `d-${type}-0${String(no).padStart(13, '0')}`;
const serverId = (no: number) => idOf('server', no);
const processId = (no: number) => idOf('process', no);
const connectionId = (no: number) => idOf('connection', no);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-reading-'));
  const state = openSqlite(join(folder, 'state.sqlite'));
  await state.migrate();
  stores = { state, objects: createFsObjectStore(join(folder, 'objects')) };
  reader = openReader(stores);
});

afterEach(async () => {
  await reader[Symbol.asyncDispose]();
  await stores.state[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function aProcess(no: number, server: number, facts: Partial<ProcessRow> = {}): ProcessRow {
  return {
    process_id: processId(no),
    server_id: serverId(server),
    agent_id: `o-${server}`,
    name: `name-${no}`,
    path: `/bin/name-${no}`,
    command_line: `name-${no} --run`,
    first_ms: 1_000 + no,
    ...facts,
  };
}

function aConnection(
  no: number,
  from: number | null,
  to: number | null,
  facts: Partial<ConnectionRow> = {},
): ConnectionRow {
  return {
    connection_id: connectionId(no),
    source_server_id: from === null ? null : serverId(from),
    destination_server_id: to === null ? null : serverId(to),
    source_process_id: null,
    destination_process_id: null,
    source_ip: `10.0.0.${from ?? 250}`,
    destination_ip: `10.0.0.${to ?? 250}`,
    destination_port: 443,
    transport_protocol: 'tcp',
    ip_version: 'IPv4',
    occurrence: 1,
    latest_ms: 1_500_000_000_000,
    ...facts,
  };
}

async function list(type: ConfigurationType, filters: AskedFilter[] = [], orderBy: AskedSort[] = []) {
  return (await reader.list(type, { filters, orderBy, limit: 100 })).map(({ attributes }) => attributes);
}

async function idsOf(type: ConfigurationType, filters: AskedFilter[] = [], orderBy: AskedSort[] = []) {
  return (await reader.list(type, { filters, orderBy, limit: 100 })).map(({ position }) => position.id);
}

const filter = (name: string, condition: string, ...values: string[]): AskedFilter => ({ name, condition, values });

describe('a new server', () => {
  it('has no items of any type', async () => {
    for (const type of ['SERVER', 'PROCESS', 'CONNECTION', 'APPLICATION'] as const)
      expect(await list(type)).toEqual([]);
  });
});

describe('attributes', () => {
  it('of a process and its connection are those of the reference', async () => {
    await putServerRows(stores, [
      { serverId: serverId(1), hostName: 'web', osName: 'Linux', osVersion: '6', agentId: 'o-1' },
      { serverId: serverId(2), hostName: 'db' },
    ]);
    await putSnapshot(stores, 'processes', [aProcess(1, 1), aProcess(2, 2, { command_line: null })]);
    await putSnapshot(stores, 'connections', [
      aConnection(1, 1, 2, { source_process_id: processId(1), destination_process_id: processId(2) }),
      aConnection(2, null, 2),
    ]);
    expect(await list('PROCESS')).toEqual([
      {
        'process.configurationId': processId(1),
        'process.timeOfCreation': '1970-01-01 00:00:01.0',
        'process.name': 'name-1',
        'process.commandLine': 'name-1 --run',
        'process.path': '/bin/name-1',
        'server.configurationId': serverId(1),
        'server.agentId': 'o-1',
      },
      {
        'process.configurationId': processId(2),
        'process.timeOfCreation': '1970-01-01 00:00:01.0',
        'process.name': 'name-2',
        'process.path': '/bin/name-2',
        'server.configurationId': serverId(2),
      },
    ]);
    expect(await list('CONNECTION')).toEqual([
      {
        'connection.sourceIp': '10.0.0.1',
        'connection.destinationIp': '10.0.0.2',
        'connection.destinationPort': '443',
        'connection.transportProtocol': 'tcp',
        'connection.ipVersion': 'IPv4',
        'connection.occurrence': '1',
        'connection.latestTimestamp': '2017-07-14 02:40:00.0',
        'sourceServer.configurationId': serverId(1),
        'sourceServer.hostName': 'web',
        'sourceProcess.configurationId': processId(1),
        'sourceProcess.name': 'name-1',
        'destinationServer.configurationId': serverId(2),
        'destinationServer.hostName': 'db',
        'destinationProcess.configurationId': processId(2),
        'destinationProcess.name': 'name-2',
      },
      expect.objectContaining({ 'connection.sourceIp': '10.0.0.250', 'destinationServer.hostName': 'db' }),
    ]);
  });
});

describe('what follows a change', () => {
  beforeEach(async () => {
    await putServerRows(
      stores,
      [1, 2, 3].map((no) => ({ serverId: serverId(no), hostName: `host-${no}` })),
    );
    await putSnapshot(stores, 'processes', [aProcess(1, 1), aProcess(2, 2), aProcess(3, 3)]);
    await putSnapshot(stores, 'connections', [
      aConnection(1, 1, 2, { source_process_id: processId(1), destination_process_id: processId(2) }),
      aConnection(2, 2, 3),
      aConnection(3, 1, null),
    ]);
    expect(await idsOf('PROCESS')).toHaveLength(3);
  });

  it('a server that is deleted takes its processes, and its ends of connections', async () => {
    await putServerRows(stores, [{ serverId: serverId(1), deletedAtMs: 1 }]);
    expect(await idsOf('PROCESS')).toEqual([processId(2), processId(3)]);
    expect(await idsOf('CONNECTION')).toEqual([connectionId(1), connectionId(2)]);
    const [first] = await list('CONNECTION');
    expect(first).toMatchObject({ 'connection.sourceIp': '10.0.0.1', 'destinationProcess.name': 'name-2' });
    expect(Object.keys(first ?? {}).filter((name) => name.startsWith('source'))).toEqual([]);
  });

  it('the same is so when it was deleted before the snapshots were loaded', async () => {
    await putServerRows(stores, [{ serverId: serverId(1), deletedAtMs: 1 }]);
    await using other = openReader(stores);
    const found = await other.list('CONNECTION', { filters: [], orderBy: [], limit: 10 });
    expect(found.map(({ attributes }) => attributes)).toEqual(await list('CONNECTION'));
    expect((await other.list('PROCESS', { filters: [], orderBy: [], limit: 10 })).length).toBe(2);
  });

  it('a server that is back has its processes again after a load', async () => {
    await putServerRows(stores, [{ serverId: serverId(1), deletedAtMs: 1 }]);
    expect(await idsOf('PROCESS')).toHaveLength(2);
    await putServerRows(stores, [{ serverId: serverId(1), hostName: 'back' }]);
    await reader.refresh();
    expect(await idsOf('PROCESS')).toHaveLength(2);
    await reader.refresh();
    expect(await idsOf('PROCESS', [filter('server.hostName', 'EQUALS', 'back')])).toEqual([processId(1)]);
  });

  it('a new host name is what filters and sorts see', async () => {
    await putServerRows(stores, [{ serverId: serverId(3), hostName: 'a-first' }]);
    expect(await idsOf('PROCESS', [], [{ fieldName: 'server.hostName' }])).toEqual([3, 1, 2].map(processId));
    expect(await idsOf('PROCESS', [filter('server.hostName', 'EQ', 'host-3')])).toEqual([]);
  });

  it('a new projection answers once it is loaded', async () => {
    await putSnapshot(stores, 'processes', [aProcess(9, 2)]);
    await reader.refresh();
    expect(await idsOf('PROCESS')).toEqual([processId(9)]);
    expect(await reader.existing([processId(1), processId(9), connectionId(2), serverId(1)])).toEqual(
      new Set([processId(9), connectionId(2)]),
    );
  });

  it('a projection by another process is loaded by the next question, which does not wait for it', async () => {
    await putSnapshot(stores, 'processes', [aProcess(9, 2)]);
    expect(await idsOf('PROCESS')).toHaveLength(3);
    await expect.poll(() => idsOf('PROCESS')).toEqual([processId(9)]);
  });
});

describe('servers by their processes', () => {
  it('are found page by page when they are too many for one statement', async () => {
    const nos = Array.from({ length: 1300 }, (_, no) => no);
    await putServerRows(
      stores,
      nos.map((no) => ({ serverId: serverId(no) })),
    );
    await putSnapshot(stores, 'processes', [aProcess(1, 0, { name: 'odd' }), aProcess(2, 1298, { name: 'odd' })]);
    const filters = [filter('server.process.name', 'NOT_EQUALS', 'odd')];
    const found: string[] = [];
    for (let after: Position | undefined; ; ) {
      const page = await reader.list('SERVER', { filters, orderBy: [], after, limit: 100 });
      found.push(...page.map(({ position }) => position.id));
      after = page.at(-1)?.position;
      if (page.length < 100) break;
    }
    expect(found).toEqual(nos.filter((no) => no !== 0 && no !== 1298).map(serverId));
    expect(await idsOf('SERVER', [filter('server.process.name', 'EQUALS', 'odd')])).toEqual([0, 1298].map(serverId));
  });
});
