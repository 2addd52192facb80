/** An inventory made by hand: rows of servers in SQLite, snapshots in Parquet, and a reader over both. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckdbLakeWriter } from '../src/adapters/duckdb/duckdb-lake-writer.ts';
import { InventoryReader } from '../src/inventory/reading/inventory-reader.ts';
import type { NetworkInterface, ServerAttributes } from '../src/inventory/server-attributes.ts';
import { putServers, replaceInterfaces, type StoredServer } from '../src/inventory/server-store.ts';
import type { ObjectStore } from '../src/ports/objects.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';

export const ACCOUNT = '123456789012';
const ENGINE = { memoryBytesMax: 256 * 1024 * 1024, threads: 2, tempDir: join(tmpdir(), 'periplus-inventory-spill') };

export interface Stores {
  readonly state: StateStore;
  readonly objects: ObjectStore;
}

export function openReader({ state, objects }: Stores): InventoryReader {
  const ports = { state, objects, openEngine: () => createDuckdbLakeWriter(ENGINE) };
  const onError = (error: unknown) => {
    throw error;
  };
  return new InventoryReader(ports, { accountId: ACCOUNT, threads: 2, onError });
}

export interface ProcessRow {
  readonly process_id: string;
  readonly server_id: string;
  readonly agent_id: string;
  readonly name: string | null;
  readonly path: string | null;
  readonly command_line: string | null;
  readonly first_ms: number;
}

export interface ConnectionRow {
  readonly connection_id: string;
  readonly source_server_id: string | null;
  readonly destination_server_id: string | null;
  readonly source_process_id: string | null;
  readonly destination_process_id: string | null;
  readonly source_ip: string;
  readonly destination_ip: string;
  readonly destination_port: number;
  readonly transport_protocol: string;
  readonly ip_version: string;
  readonly occurrence: number;
  readonly latest_ms: number;
}

const COLUMNS = {
  processes: {
    process_id: 'VARCHAR',
    server_id: 'VARCHAR',
    agent_id: 'VARCHAR',
    name: 'VARCHAR',
    path: 'VARCHAR',
    command_line: 'VARCHAR',
    first_ms: 'BIGINT',
  },
  connections: {
    connection_id: 'VARCHAR',
    source_server_id: 'VARCHAR',
    destination_server_id: 'VARCHAR',
    source_process_id: 'VARCHAR',
    destination_process_id: 'VARCHAR',
    source_ip: 'VARCHAR',
    destination_ip: 'VARCHAR',
    destination_port: 'INTEGER',
    transport_protocol: 'VARCHAR',
    ip_version: 'VARCHAR',
    occurrence: 'BIGINT',
    latest_ms: 'BIGINT',
  },
} as const;

let snapshots = 0;

/** Writes a snapshot and names it, as a projection does. Returns the key of its object. */
export async function putSnapshot(
  { state, objects }: Stores,
  name: keyof typeof COLUMNS,
  rows: readonly (ProcessRow | ConnectionRow)[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-snapshot-'));
  const path = join(folder, 'rows.parquet');
  await using writer = await createDuckdbLakeWriter(ENGINE);
  const columns = Object.entries(COLUMNS[name]);
  await writer.run(`CREATE TABLE rows (${columns.map((column) => column.join(' ')).join(', ')})`);
  for (const row of rows) {
    const values = columns.map(
      ([column]) => (row as unknown as Record<string, string | number | null>)[column] ?? null,
    );
    await writer.run(`INSERT INTO rows VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`, values);
  }
  await writer.run(`COPY (SELECT * FROM rows ORDER BY 1) TO '${path}' (FORMAT parquet)`);
  snapshots += 1;
  const key = `inventory/${ACCOUNT}/${name}-${snapshots}.parquet`;
  await objects.putFile(key, path);
  await rm(folder, { recursive: true });
  await state.queries
    .insertInto('inventory_snapshots')
    .values({ account_id: ACCOUNT, snapshot_name: name, object_key: key, rows: rows.length })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'snapshot_name']).doUpdateSet({ object_key: key, rows: rows.length }),
    )
    .execute();
  return key;
}

export interface ServerFacts extends ServerAttributes {
  readonly serverId: string;
  readonly createdAtMs?: number;
  readonly deletedAtMs?: number;
  readonly source?: StoredServer['source'];
  readonly agentId?: string;
  readonly interfaces?: readonly NetworkInterface[];
}

/** Writes servers as merging writes them; a server that is there becomes this one. */
export async function putServerRows({ state }: Stores, servers: readonly ServerFacts[]): Promise<void> {
  const stored = servers.map(
    ({ serverId, createdAtMs = 0, deletedAtMs, source = 'Agent', agentId, ...attributes }) => ({
      serverId,
      createdAtMs,
      deletedAtMs,
      source,
      agentId,
      attributes,
    }),
  );
  await state.transaction(async (tx) => {
    await putServers(tx, ACCOUNT, stored, 0);
    await replaceInterfaces(
      tx,
      ACCOUNT,
      new Map(stored.map(({ serverId, deletedAtMs, attributes }) => [serverId, deletedAtMs ? {} : attributes])),
    );
  });
}
