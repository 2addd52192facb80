import { expect, test } from 'vitest';
import { applySources } from '../src/inventory/apply-sources.ts';
import { deleteServers } from '../src/inventory/delete-servers.ts';
import { askRebuild, inventoryFollower, readProjectionLog } from '../src/inventory/projection/projection-store.ts';
import type { ServerAttributes, ServerSource } from '../src/inventory/server-attributes.ts';
import { TODAY_FILES_MAX } from '../src/telemetry/plan-compaction.ts';
import { at, type InventoryWorld, lineOf, openInventory } from './inventory-world.ts';
import { ACCOUNT, START_MS } from './lake-world.ts';

const os = (hostName: string, ms = 0) =>
  lineOf('os_info_agent', [
    { host_name: hostName, os_name: 'Linux', os_version: '6.1', cpu_type: 'x64', hypervisor: 'xen', timestamp: at(ms) },
  ]);
const network = (addresses: readonly string[], ms = 0) =>
  lineOf(
    'network_interface_agent',
    addresses.map((address, index) => ({
      name: `eth${index}`,
      mac_address: `02:00:00:00:00:${address.replaceAll(/\D/g, '').slice(-2).padStart(2, '0')}`,
      family: 'IPv4',
      ip_address: address,
      net_mask: '255.255.255.0',
      timestamp: at(ms),
    })),
  );
const processes = (rows: readonly { pid: string; name: string; cmd?: string; ms?: number }[]) =>
  lineOf(
    'processes_agent',
    rows.map(({ pid, name, cmd, ms = 0 }) => ({
      agent_assigned_process_id: pid,
      name,
      path: `/usr/bin/${name}`,
      cmd_line: cmd ?? name,
      agent_provided_timestamp: at(ms),
    })),
  );
const connection = (
  direction: 'inbound' | 'outbound',
  [source, destination, port]: readonly [string, string, number],
  { pid = '1', ms = 0, count = 1 } = {},
) =>
  lineOf(
    `${direction}_connection_agent`,
    Array.from({ length: count }, (_, index) => ({
      source_ip: source,
      source_port: 40_000 + index,
      destination_ip: destination,
      destination_port: port,
      ip_version: 'IPv4',
      transport_protocol: 'TCP',
      agent_assigned_process_id: pid,
      agent_creation_date: at(ms),
    })),
  );

async function describe(world: InventoryWorld) {
  const servers = (await world.servers()).map(
    ({ change_no: _, modified_at_ms: __, attributes_json: ___, ...rest }) => rest,
  );
  return {
    servers,
    processes: await world.snapshot('processes'),
    connections: await world.snapshot('connections'),
    performance: await world.snapshot('performance'),
  };
}

test('what an agent reports becomes a server with its attributes', async () => {
  await using world = await openInventory();
  const web = await world.enroll('web');
  const samples = [10, 20, 60].map((cpu, index) => ({
    total_cpu_usage_pct: cpu,
    free_ram_in_mb: 100 * (index + 1),
    total_ram_in_mb: 1024,
    total_num_cpus: 1,
    total_disk_bytes_read_per_sec_in_kbps: 8.192,
    timestamp: at(index * 15_000),
  }));
  await world.send(
    web,
    '1-0',
    os('web.corp') + network(['10.0.0.1', '127.0.0.1']) + lineOf('sys_performance_agent', samples),
  );
  await world.project();
  const [server, ...others] = await world.servers();
  expect(others).toEqual([]);
  expect(server).toMatchObject({ host_name: 'web.corp', os_name: 'Linux', source: 'Agent', agent_id: web.agentId });
  expect(server?.attributes).toMatchObject({
    cpuType: 'x64',
    serverType: 'OTHER',
    avgCpuUsagePct: 30,
    maxCpuUsagePct: 60,
    minFreeRamKb: 100 * 1024,
    avgFreeRamKb: 200 * 1024,
    totalRamKb: 1024 * 1024,
    numCpus: 1,
    avgDiskReadsPerSecondKb: 1,
    interfaces: [
      { name: 'eth0', ipAddress: '10.0.0.1' },
      { name: 'eth1', ipAddress: '127.0.0.1' },
    ],
  });
});

test('averages are over all samples of all batches', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('a');
  for (const [batch, cpus] of [[10], [20, 60], [0.1, 0.2, 0.3]].entries()) {
    const rows = cpus.map((cpu, row) => ({ total_cpu_usage_pct: cpu, timestamp: at(batch * 60_000 + row) }));
    await world.send(agent, `1-${batch}`, lineOf('sys_performance_agent', rows));
    await world.project();
  }
  const [server] = await world.servers();
  expect(server?.attributes.avgCpuUsagePct).toBeCloseTo(90.6 / 6, 12);
  expect(server?.attributes.maxCpuUsagePct).toBe(60);
});

test('the same program with the same command line is one process, whatever its number', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('a');
  await world.send(
    agent,
    '1-0',
    processes([
      { pid: '1', name: 'sshd', ms: 5000 },
      { pid: '2', name: 'sshd', ms: 1000 },
    ]),
  );
  await world.project();
  await world.send(
    agent,
    '1-1',
    processes([
      { pid: '3', name: 'sshd', ms: 60_000 },
      { pid: '4', name: 'sshd', cmd: 'sshd -D' },
    ]),
  );
  await world.project();
  const found = await world.snapshot(
    'processes',
    "name, command_line, first_ms::DOUBLE - epoch_ms(TIMESTAMP '2026-03-10 12:00:00') AS after",
  );
  expect(found).toHaveLength(2);
  expect(found).toContainEqual({ name: 'sshd', command_line: 'sshd', after: 1000 });
});

test('the two ends of a connection see one connection', async () => {
  await using world = await openInventory();
  const [web, db] = [await world.enroll('web'), await world.enroll('db')];
  const edge = ['10.0.0.1', '10.0.0.2', 5432] as const;
  await world.send(
    web,
    '1-0',
    network(['10.0.0.1']) +
      processes([{ pid: '7', name: 'app' }]) +
      connection('outbound', edge, { pid: '7', count: 3 }),
  );
  await world.send(
    db,
    '1-0',
    network(['10.0.0.2']) +
      processes([{ pid: '9', name: 'postgres' }]) +
      connection('inbound', edge, { pid: '9', ms: 500, count: 2 }),
  );
  await world.project();
  const named = new Map((await world.snapshot('processes')).map((row) => [row.process_id, row.name]));
  const [found, ...others] = await world.snapshot('connections');
  expect(others).toEqual([]);
  expect(found).toMatchObject({ source_server_id: web.serverId, destination_server_id: db.serverId, occurrence: '5' });
  expect([named.get(found?.source_process_id), named.get(found?.destination_process_id)]).toEqual(['app', 'postgres']);
});

test('an end without an agent is known once its address is', async () => {
  await using world = await openInventory();
  const web = await world.enroll('web');
  await world.send(web, '1-0', network(['10.0.0.1']) + connection('outbound', ['10.0.0.1', '10.0.0.2', 443]));
  await world.project();
  expect(await world.snapshot('connections', 'destination_server_id')).toEqual([{ destination_server_id: null }]);
  const late = await world.enroll('late');
  await world.send(late, '1-0', network(['10.0.0.2']));
  await world.project();
  expect(await world.snapshot('connections', 'destination_server_id')).toEqual([
    { destination_server_id: late.serverId },
  ]);
});

test('loopback connections belong to the server that saw them', async () => {
  await using world = await openInventory();
  const agents = [await world.enroll('a'), await world.enroll('b')];
  for (const agent of agents) await world.send(agent, '1-0', connection('outbound', ['127.0.0.1', '127.0.0.1', 6379]));
  await world.project();
  const found = await world.snapshot('connections', 'source_server_id AS source, destination_server_id AS destination');
  expect(new Set(found.map(({ source }) => source))).toEqual(new Set(agents.map(({ serverId }) => serverId)));
  for (const { source, destination } of found) expect(destination).toBe(source);
});

test('rows are counted once, however often a step is done again', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('a');
  await world.send(agent, '1-0', connection('outbound', ['10.0.0.1', '10.0.0.2', 443], { count: 4 }));
  await world.project();
  expect(await world.projector.projectOnce()).toBeUndefined();
  await world.send(agent, '1-1', connection('outbound', ['10.0.0.1', '10.0.0.2', 443], { count: 2, ms: 10 }));
  await world.project();
  expect(await world.snapshot('connections', 'occurrence::DOUBLE AS occurrence')).toEqual([{ occurrence: 6 }]);
});

test('a step that learns of no new process leaves their snapshot alone', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('a');
  const keys = async () =>
    (await world.objects.list(`inventory/${ACCOUNT}/processes/`, { limit: 10 })).map(({ key }) => key);
  await world.send(agent, '1-0', processes([{ pid: '1', name: 'sshd' }]));
  await world.project();
  const before = await keys();
  await world.send(agent, '1-1', processes([{ pid: '1', name: 'sshd', ms: 60_000 }]));
  await world.project();
  expect(await keys()).toEqual(before);
  await world.send(agent, '1-2', processes([{ pid: '2', name: 'nginx', ms: 61_000 }]));
  await world.project();
  expect(await keys()).not.toEqual(before);
  expect(await keys()).toHaveLength(1);
});

test('a rebuild from telemetry gives the same inventory', async () => {
  await using world = await openInventory();
  const agents = await Promise.all(['a', 'b', 'c'].map((name) => world.enroll(name)));
  for (let batch = 0; batch < 4; batch += 1) {
    for (const [index, agent] of agents.entries()) {
      const ms = batch * 60_000 + index;
      const own = `10.0.0.${index + 1}`;
      const next = `10.0.0.${((index + 1) % 3) + 1}`;
      await world.send(
        agent,
        `1-${batch}`,
        os(`host-${index}`, ms) +
          network([own, `192.168.${batch}.${index}`], ms) +
          lineOf('sys_performance_agent', [
            { total_cpu_usage_pct: (batch * 7 + index * 0.1) % 100, timestamp: at(ms) },
          ]) +
          processes([{ pid: String(batch), name: `p${batch % 2}`, ms }]) +
          connection('outbound', [own, next, 80 + (batch % 2)], { pid: String(batch), ms, count: batch + 1 }) +
          connection('inbound', [next, own, 443], { pid: String(batch), ms }),
      );
    }
    await world.project();
  }
  const before = await describe(world);
  expect(before.connections.length).toBeGreaterThan(3);
  await askRebuild(world.state.queries, ACCOUNT);
  expect(await world.projector.projectOnce()).toMatchObject({ isRebuild: true });
  expect(await describe(world)).toEqual(before);
  const log = await readProjectionLog(world.state.queries, ACCOUNT);
  expect(log.rebuiltNo).toBe(log.rebuildNo);
});

test('files are merged only once the inventory has read them', async () => {
  await using world = await openInventory({ followers: [inventoryFollower] });
  const agent = await world.enroll('a');
  for (let batch = 0; batch < TODAY_FILES_MAX + 1; batch += 1) {
    await world.send(agent, `1-${batch}`, processes([{ pid: String(batch), name: `p${batch}`, ms: batch }]));
    await world.rollAll();
  }
  expect(await world.compactor.compactOnce()).toBe(false);
  await world.project();
  expect(await world.compactor.compactOnce()).toBe(true);
  expect(await world.snapshot('processes')).toHaveLength(TODAY_FILES_MAX + 1);
});

const imported = (line: number, attributes: ServerAttributes): ServerSource => ({
  kind: 'IMPORT',
  id: `import-task-1/${line}`,
  sections: { record: { observedAtMs: START_MS - 1000, attributes } },
});

test('an agent joins the server that an import knew, and its mapping rows follow', async () => {
  await using world = await openInventory();
  const record = imported(1, { hostName: 'WEB.corp', externalId: 'CMDB-7', interfaces: [{ ipAddress: '10.9.9.9' }] });
  const [known] = await world.state.transaction((tx) =>
    applySources(tx, { accountId: ACCOUNT, nowMs: START_MS }, [record]),
  );
  const web = await world.enroll('web');
  expect(web.serverId).not.toBe(known?.serverId);
  await world.send(web, '1-0', os('web.corp') + network(['10.0.0.1']) + processes([{ pid: '1', name: 'nginx' }]));
  await world.project();
  const [server, ...others] = await world.servers();
  expect(others).toEqual([]);
  expect(server).toMatchObject({
    server_id: known?.serverId,
    source: 'Agent',
    external_id: 'CMDB-7',
    host_name: 'web.corp',
  });
  expect(server?.attributes.interfaces).toMatchObject([{ ipAddress: '10.0.0.1' }, { ipAddress: '10.9.9.9' }]);
  expect(await world.snapshot('processes', 'server_id')).toEqual([{ server_id: known?.serverId }]);
  const again = await world.enroll('web');
  await world.send(again, '1-1', processes([{ pid: '1', name: 'nginx', ms: 60_000 }]));
  await world.rollAll();
  const mapped = await world.rows('id_mapping_agent', 'server_id');
  expect(mapped.map((row) => row.server_id)).toEqual([web.serverId, known?.serverId]);
});

test('a deleted server comes back under another id, with what was seen since', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('a');
  await world.send(agent, '1-0', os('a.corp') + processes([{ pid: '1', name: 'old' }]));
  await world.project();
  const [first] = await world.servers();
  world.clock.advance(60_000);
  const nowMs = world.clock.nowMs();
  await world.state.transaction((tx) => deleteServers(tx, { accountId: ACCOUNT, nowMs }, [first?.server_id ?? '']));
  await world.send(agent, '1-1', processes([{ pid: '2', name: 'late', ms: 30_000 }]));
  await world.project();
  expect((await world.servers()).filter((server) => server.deleted_at_ms === null)).toEqual([]);
  await world.send(agent, '1-2', os('a.corp', 90_000) + processes([{ pid: '3', name: 'new', ms: 90_000 }]));
  await world.project();
  const check = async () => {
    const [second, ...others] = (await world.servers()).filter((server) => server.deleted_at_ms === null);
    expect(others).toEqual([]);
    expect(second).toMatchObject({ host_name: 'a.corp', agent_id: agent.agentId });
    expect(second?.server_id).not.toBe(first?.server_id);
    expect(second?.created_at_ms).toBeGreaterThanOrEqual(nowMs);
    expect(await world.snapshot('processes', 'name, server_id')).toEqual([
      { name: 'new', server_id: second?.server_id },
    ]);
  };
  await check();
  await askRebuild(world.state.queries, ACCOUNT);
  await world.project();
  await check();
});
