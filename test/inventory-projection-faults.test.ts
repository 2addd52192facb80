import { expect, test } from 'vitest';
import { createDuckdbLakeWriter } from '../src/adapters/duckdb/duckdb-lake-writer.ts';
import { deleteServers } from '../src/inventory/delete-servers.ts';
import { AGENTS_A_TURN } from '../src/inventory/projection/apply-sections.ts';
import {
  askRebuild,
  eachAddressPage,
  eachPlacePage,
  LOOK_ROWS,
  readSnapshots,
} from '../src/inventory/projection/projection-store.ts';
import { Projector } from '../src/inventory/projection/projector.ts';
import type { LakeWriter } from '../src/ports/sql-engine.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { at, INVENTORY_LEASE, type InventoryWorld, lineOf, openInventory } from './inventory-world.ts';
import { ACCOUNT } from './lake-world.ts';

// What a projection meets besides well-behaved hosts: absurd values, absent ones, and changes while it works.

const DAY_MS = 24 * 60 * 60_000;

const os = (hostName: string, ms = 0) =>
  lineOf('os_info_agent', [{ host_name: hostName, os_name: 'Linux', timestamp: at(ms) }]);
const performance = (rows: readonly Record<string, unknown>[]) =>
  lineOf(
    'sys_performance_agent',
    rows.map((row, index) => ({ ...row, timestamp: at(index) })),
  );
const process = (pid: string, name: string, ms = 0) =>
  lineOf('processes_agent', [
    { agent_assigned_process_id: pid, name, path: `/bin/${name}`, cmd_line: name, agent_provided_timestamp: at(ms) },
  ]);
const outbound = (row: Record<string, unknown>, ms = 0) =>
  lineOf('outbound_connection_agent', [
    {
      source_ip: '10.0.0.1',
      destination_ip: '10.0.0.2',
      destination_port: 443,
      ip_version: 'IPv4',
      transport_protocol: 'TCP',
      agent_creation_date: at(ms),
      ...row,
    },
  ]);

const live = async (world: InventoryWorld) =>
  (await world.servers()).filter(({ deleted_at_ms: deletedAtMs }) => deletedAtMs === null);

test('amounts that no host has are left out, and nobody else waits for them', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('a');
  const absurd = { total_network_bytes_read_per_sec_in_kbps: 9e31, total_ram_in_mb: 1e307, free_ram_in_mb: 1e307 };
  const sane = { total_network_bytes_read_per_sec_in_kbps: 8.192, total_ram_in_mb: 1024, free_ram_in_mb: 512 };
  await world.send(agent, '1-0', os('a.corp') + performance([sane, absurd, absurd]));
  await world.project();
  await world.send(agent, '1-1', performance([absurd, absurd, absurd]));
  await world.project();
  const [server] = await world.servers();
  expect(server?.attributes).toMatchObject({
    avgNetworkReadsPerSecondKb: 1,
    maxNetworkReadsPerSecondKb: 1,
    totalRamKb: 1024 * 1024,
    avgFreeRamKb: 512 * 1024,
  });
});

test('connections that differ in what is absent are different items', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('a');
  const bodies = [
    outbound({ ip_version: null, transport_protocol: 'X' }),
    outbound({ ip_version: 'X', transport_protocol: null }),
    outbound({ ip_version: null, transport_protocol: null }),
    outbound({ destination_port: null }),
  ];
  await world.send(agent, '1-0', process('1', 'p') + bodies.join(''));
  await world.project();
  const ids = (await world.snapshot('connections', 'connection_id')).map((row) => row.connection_id);
  expect(ids).toHaveLength(bodies.length);
  expect(new Set(ids).size).toBe(bodies.length);
});

/** A state store that is changed once, at the first transaction after the test says so. */
function interruptible() {
  let interruption: ((state: StateStore) => Promise<void>) | undefined;
  const wrapState = (state: StateStore): StateStore => ({
    ...state,
    queries: state.queries,
    transaction: async (work) => {
      const once = interruption;
      interruption = undefined;
      await once?.(state);
      return state.transaction(work);
    },
  });
  return {
    wrapState,
    once: (work: (state: StateStore) => Promise<void>) => {
      interruption = work;
    },
  };
}

test('a server that is deleted while a step is under way does not come back from what was seen before', async () => {
  const { wrapState, once } = interruptible();
  await using world = await openInventory({ wrapState });
  const agent = await world.enroll('a');
  await world.send(agent, '1-0', os('a.corp') + process('1', 'old') + performance([{ total_cpu_usage_pct: 90 }]));
  await world.project();
  const [server] = await world.servers();
  await world.send(agent, '1-1', os('renamed.corp', 1000) + process('2', 'old2', 1000));
  await world.rollAll();
  world.clock.advance(60_000);
  const nowMs = world.clock.nowMs();
  once((state) =>
    state.transaction((tx) => deleteServers(tx, { accountId: ACCOUNT, nowMs }, [server?.server_id ?? ''])),
  );
  await world.project();
  const check = async () => {
    expect(await live(world)).toEqual([]);
    expect(await world.snapshot('processes', 'name')).toEqual([]);
  };
  await check();
  await askRebuild(world.state.queries, ACCOUNT);
  await world.project();
  await check();
  await world.send(agent, '1-2', os('b.corp', 90_000) + performance([]) + process('3', 'new', 90_000));
  await world.project();
  expect(await live(world)).toMatchObject([{ host_name: 'b.corp' }]);
  expect((await live(world))[0]?.attributes).not.toHaveProperty('avgCpuUsagePct');
  expect(await world.snapshot('processes', 'name')).toEqual([{ name: 'new' }]);
});

test('a process of a deleted server has no connection of the one that comes after it', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('a');
  await world.send(agent, '1-0', os('a.corp') + process('7', 'old'));
  await world.project();
  const [server] = await world.servers();
  world.clock.advance(60_000);
  const nowMs = world.clock.nowMs();
  await world.state.transaction((tx) => deleteServers(tx, { accountId: ACCOUNT, nowMs }, [server?.server_id ?? '']));
  await world.send(agent, '1-1', os('a.corp', 90_000) + outbound({ agent_assigned_process_id: '7' }, 90_000));
  await world.project();
  expect(await world.snapshot('connections', 'source_process_id')).toEqual([{ source_process_id: null }]);
});

test('the process at an end is one of the server at that end, also when an address has moved', async () => {
  await using world = await openInventory();
  const [first, second] = [await world.enroll('first'), await world.enroll('second')];
  await world.send(first, '1-0', process('7', 'app') + outbound({ agent_assigned_process_id: '7' }));
  await world.send(second, '1-0', outbound({}, 60_000));
  await world.project();
  expect(await world.snapshot('connections', 'source_server_id, source_process_id')).toEqual([
    { source_server_id: second.serverId, source_process_id: null },
  ]);
});

test('numbers of processes that have long ended are forgotten', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('a');
  await world.send(agent, '1-0', process('1', 'lasting', -30 * DAY_MS) + process('2', 'short', -30 * DAY_MS));
  await world.project();
  await world.send(agent, '1-1', process('1', 'lasting'));
  await world.project();
  expect(await world.snapshot('process_ids', 'assigned_id')).toEqual([{ assigned_id: '1' }]);
  expect(await world.snapshot('processes')).toHaveLength(2);
});

test('objects that a later step is about to name are left alone', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('a');
  const source = `${world.folder}/later`;
  await world.run(`COPY (SELECT 1 AS one) TO '${source}' (FORMAT parquet)`);
  const key = `inventory/${ACCOUNT}/processes/${'9'.padStart(20, '0')}.parquet`;
  await world.objects.putFile(key, source);
  await world.send(agent, '1-0', process('1', 'p'));
  await world.project();
  const named = [...(await readSnapshots(world.state.queries, ACCOUNT)).values()].map(({ objectKey }) => objectKey);
  const keys = (await world.objects.list(`inventory/${ACCOUNT}/`, { limit: 100 })).map((one) => one.key);
  expect(new Set(keys)).toEqual(new Set([...named, key]));
});

test('what agents newly say is read some agents at a time, and of each agent', async () => {
  await using world = await openInventory();
  const count = AGENTS_A_TURN * 2 + 1;
  for (let index = 0; index < count; index += 1) {
    const agent = await world.enroll(`host-${index}`);
    const samples = performance([{ total_cpu_usage_pct: index % 100 }]);
    await world.send(agent, '1-0', os(`host-${index}.corp`) + samples);
  }
  await world.rollAll();
  let largest = 0;
  const openEngine = async (): Promise<LakeWriter> => {
    const engine = await createDuckdbLakeWriter({
      memoryBytesMax: 2 ** 28,
      threads: 1,
      tempDir: `${world.folder}/project-spill`,
    });
    return {
      run: async (sql, values) => {
        const rows = await engine.run(sql, values);
        if (rows.some((row) => 'observed_ms' in row)) largest = Math.max(largest, rows.length);
        return rows;
      },
      [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
    };
  };
  const options = { accountId: ACCOUNT, workDir: `${world.folder}/project`, onProjected: async () => {} };
  const projector = new Projector({ ...world, openEngine }, { ...options, lease: INVENTORY_LEASE });
  await projector.projectOnce();
  expect(largest).toBe(AGENTS_A_TURN);
  const servers = await world.servers();
  expect(servers).toHaveLength(count);
  for (const { host_name: hostName, avg_cpu_usage_pct: cpuPct } of servers)
    expect(cpuPct).toBe(Number(/\d+/.exec(hostName ?? '')?.[0]) % 100);
});

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(page);
  return found;
}

test('agents and addresses are looked at in pages, and an address of several servers names none', async () => {
  await using world = await openInventory();
  const keyed = (address: string, serverId: string) => ({
    account_id: ACCOUNT,
    key_kind: 'IP_ADDRESS',
    key_value: address,
    server_id: serverId,
  });
  const addressOf = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  const count = LOOK_ROWS.addresses + 1;
  for (let from = 0; from < count; from += 1000) {
    const rows = Array.from({ length: Math.min(1000, count - from) }, (_, index) =>
      keyed(addressOf(from + index), `d-${from + index}`),
    );
    await world.state.queries.insertInto('inventory_keys').values(rows).execute();
  }
  const shared = [0, 7, count - 1].map(addressOf);
  await world.state.queries
    .insertInto('inventory_keys')
    .values(shared.map((address) => keyed(address, 'd-other')))
    .execute();
  const pages = await collect(eachAddressPage(world.state.queries, ACCOUNT));
  expect(pages.length).toBeGreaterThan(1);
  const found = pages.flat().map(({ address }) => address);
  expect(new Set(found).size).toBe(found.length);
  expect(found).toHaveLength(count - shared.length);
  expect(found.filter((address) => shared.includes(address))).toEqual([]);
  const sources = Array.from({ length: LOOK_ROWS.agents + 1 }, (_, index) => ({
    account_id: ACCOUNT,
    source_kind: 'AGENT',
    source_id: `o-${index}`,
    server_id: `d-${index}`,
    keys_json: '[]',
    attributes_json: '{}',
    digest: '',
    ignored_through_ms: null,
  }));
  await world.state.queries.insertInto('inventory_sources').values(sources).execute();
  const places = (await collect(eachPlacePage(world.state.queries, ACCOUNT))).flat();
  expect(new Set(places.map(({ agentId }) => agentId)).size).toBe(LOOK_ROWS.agents + 1);
});
