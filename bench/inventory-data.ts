import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckdbLakeWriter } from '../src/adapters/duckdb/duckdb-lake-writer.ts';
import { createFsObjectStore } from '../src/adapters/fs/fs-object-store.ts';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { SERVER_TYPES } from '../src/inventory/server-attributes.ts';
import { putServers, replaceInterfaces } from '../src/inventory/server-store.ts';
import type { ObjectStore } from '../src/ports/objects.ts';
import type { StateQueries, StateStore } from '../src/ports/state/state-store.ts';

/** An inventory of a size, put where a server finds it: rows, and snapshots as a projection writes them. */
export interface InventorySize {
  readonly servers: number;
  readonly processes: number;
  readonly connections: number;
}

const ACCOUNT = '123456789012';
const APPLICATIONS = 500;
const ROWS_A_TRANSACTION = 500;

export const serverIdOf = (no: number) => `d-server-0${String(no).padStart(13, '0')}`;
export const applicationIdOf = (no: number) => `d-application-0${String(no).padStart(13, '0')}`;
export const processIdOf = (no: number) => `d-process-0${String(no).padStart(13, '0')}`;

export async function writeInventory(dataDir: string, size: InventorySize): Promise<void> {
  await mkdir(join(dataDir, 'state'), { recursive: true });
  const objects = createFsObjectStore(join(dataDir, 'objects'));
  const state = openSqlite(join(dataDir, 'state', 'periplus.sqlite'));
  try {
    await state.migrate();
    for (let from = 0; from < size.servers; from += ROWS_A_TRANSACTION)
      await state.transaction((tx) => writeServers(tx, from, Math.min(from + ROWS_A_TRANSACTION, size.servers)));
    await state.transaction((tx) => writeApplications(tx, size.servers));
    await writeSnapshots(state, objects, size);
  } finally {
    await state[Symbol.asyncDispose]();
  }
}

async function writeServers(tx: StateQueries, from: number, to: number): Promise<void> {
  const servers = Array.from({ length: to - from }, (_, index) => aServer(from + index));
  await putServers(tx, ACCOUNT, servers, 0);
  await replaceInterfaces(tx, ACCOUNT, new Map(servers.map((one) => [one.serverId, one.attributes])));
  const agents = servers.map(({ serverId, agentId, attributes }) => ({
    account_id: ACCOUNT,
    agent_id: agentId,
    machine_id: agentId,
    generation: 0,
    host_name: attributes.hostName,
    agent_type: 'ONPREMISES',
    version: '1',
    platform: 'linux',
    key_hash: agentId,
    server_id: serverId,
    registered_at_ms: 0,
    last_contact_at_ms: Date.now(),
    reported_health: 'HEALTHY',
    collection_status: 'STARTED',
    collection_since_ms: Date.now(),
    network_json: '[]',
  }));
  await tx.insertInto('agents').values(agents).execute();
  const tags = servers.flatMap(({ serverId }, index) => [
    { configuration_id: serverId, tag_key: 'zone', tag_value: `zone-${(from + index) % 7}` },
    { configuration_id: serverId, tag_key: `owner-${(from + index) % 40}`, tag_value: `team-${(from + index) % 300}` },
  ]);
  const facts = { account_id: ACCOUNT, configuration_type: 'SERVER', created_at_ms: 0 };
  await tx
    .insertInto('tags')
    .values(tags.map((tag) => ({ ...facts, ...tag })))
    .execute();
}

function aServer(no: number) {
  const interfaces = [0, 1].map((card) => ({
    name: `eth${card}`,
    macAddress: `02:00:${[no >> 16, no >> 8, no, card].map((byte) => (byte & 255).toString(16).padStart(2, '0')).join(':')}`,
    ipAddress: `10.${card}.${no >> 8}.${no & 255}`,
    portGroupId: `dvportgroup-${no % 50}`,
    portGroupName: `VLAN ${no % 50}`,
    virtualSwitchName: `vSwitch${no % 4}`,
  }));
  const attributes = {
    hostName: `${['web', 'db', 'app', 'cache'][no % 4]}-${(no * 7919) % 10_007}.corp.example`,
    osName: `Linux - Distribution ${no % 12}`,
    osVersion: `${no % 5}.${no % 31}`,
    serverType: SERVER_TYPES[no % SERVER_TYPES.length] ?? 'OTHER',
    moRefId: `vm-${no}`,
    vCenterId: `vcenter-${no % 3}`,
    vmHostId: `host-${no % 100}`,
    avgCpuUsagePct: no % 100,
    totalDiskFreeSizeKb: no * 1000,
    avgFreeRamKb: no * 10,
    interfaces,
  };
  const agentId = `o-${String(no).padStart(17, '0')}`;
  return {
    serverId: serverIdOf(no),
    createdAtMs: no,
    deletedAtMs: undefined,
    source: 'Agent' as const,
    agentId,
    attributes,
  };
}

async function writeApplications(tx: StateQueries, servers: number): Promise<void> {
  for (let no = 0; no < APPLICATIONS; no += 1)
    await tx
      .insertInto('applications')
      .values({
        account_id: ACCOUNT,
        application_id: applicationIdOf(no),
        name: `application ${(no * 37) % APPLICATIONS}`,
        description: `of department ${no % 20}`,
        wave: null,
        created_at_ms: no,
        modified_at_ms: APPLICATIONS - no,
      })
      .execute();
  for (let from = 0; from < servers; from += ROWS_A_TRANSACTION) {
    const rows = Array.from({ length: Math.min(ROWS_A_TRANSACTION, servers - from) }, (_, index) => ({
      account_id: ACCOUNT,
      application_id: applicationIdOf((from + index) % APPLICATIONS),
      server_id: serverIdOf(from + index),
    }));
    await tx.insertInto('application_servers').values(rows).execute();
  }
}

async function writeSnapshots(state: StateStore, objects: ObjectStore, size: InventorySize): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-bench-snapshots-'));
  const options = { memoryBytesMax: 1024 ** 3, threads: 2, tempDir: join(folder, 'spill') };
  try {
    await using writer = await createDuckdbLakeWriter(options);
    for (const [name, select] of Object.entries(selectsOf(size))) {
      const path = join(folder, `${name}.parquet`);
      await writer.run(`COPY (${select} ORDER BY 1) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`);
      const key = `inventory/${ACCOUNT}/bench-${name}.parquet`;
      await objects.putFile(key, path);
      const rows = name === 'processes' ? size.processes : size.connections;
      const row = { account_id: ACCOUNT, snapshot_name: name, object_key: key, rows };
      await state.queries.insertInto('inventory_snapshots').values(row).execute();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Names that many share, command lines that hardly two share, one in twenty without; connections all over the place. */
function selectsOf({ servers, processes, connections }: InventorySize): Record<string, string> {
  const id = (type: string, no: string) => `'d-${type}-0' || lpad((${no})::VARCHAR, 13, '0')`;
  const processOn = (server: string, salt: number) =>
    `${server} + ${servers} * (hash(i * ${salt}) % ${processes / servers})::BIGINT`;
  const other = `(hash(i) % ${servers})::BIGINT`;
  return {
    processes: `SELECT ${id('process', 'i')} AS process_id, ${id('server', `i % ${servers}`)} AS server_id,
        'o-' || lpad((i % ${servers})::VARCHAR, 17, '0') AS agent_id,
        (['nginx', 'java', 'postgres', 'python3', 'sshd', 'node', 'cron', 'dockerd'])[1 + (hash(i) % 8)::INT]
          || '-' || (hash(i * 7) % 50) AS name,
        '/opt/app' || (hash(i) % 1000) || '/bin/run' AS path,
        CASE WHEN i % 20 = 0 THEN NULL ELSE '/opt/app' || (hash(i) % 1000) || '/bin/run --config /etc/app/'
          || (hash(i * 3) % ${processes / 2}) || '.conf --listen 0.0.0.0:' || (i % 60000) END AS command_line,
        1700000000000 + i AS first_ms
      FROM range(${processes}) t(i)`,
    connections: `SELECT ${id('connection', 'i')} AS connection_id, ${id('server', `i % ${servers}`)} AS source_server_id,
        CASE WHEN i % 10 = 0 THEN NULL ELSE ${id('server', other)} END AS destination_server_id,
        ${id('process', processOn(`(i % ${servers})`, 3))} AS source_process_id,
        CASE WHEN i % 10 = 0 THEN NULL ELSE ${id('process', processOn(other, 5))} END AS destination_process_id,
        '10.0.' || ((i % ${servers}) >> 8) || '.' || ((i % ${servers}) & 255) AS source_ip,
        '10.' || (hash(i * 17) % 2) || '.' || (${other} >> 8) || '.' || (${other} & 255) AS destination_ip,
        ([80, 443, 5432, 3306, 22, 8080])[1 + (hash(i * 13) % 6)::INT]::INTEGER AS destination_port,
        CASE WHEN i % 7 = 0 THEN 'udp' ELSE 'tcp' END AS transport_protocol, 'IPv4' AS ip_version,
        1 + i % 1000 AS occurrence, 1700000000000 + i AS latest_ms
      FROM range(${connections}) t(i)`,
  };
}
