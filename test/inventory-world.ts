import { join } from 'node:path';
import { createDuckdbLakeWriter } from '../src/adapters/duckdb/duckdb-lake-writer.ts';
import type { TableName } from '../src/core/records.ts';
import { applySources } from '../src/inventory/apply-sources.ts';
import { readSnapshots, type SnapshotName } from '../src/inventory/projection/projection-store.ts';
import { Projector } from '../src/inventory/projection/projector.ts';
import type { ServerAttributes } from '../src/inventory/server-attributes.ts';
import { acquireLease } from '../src/jobs/leases.ts';
import { ACCOUNT, type LakeOptions, openLake, type Row, START_MS } from './lake-world.ts';

export const INVENTORY_LEASE = { name: 'inventory', holder: 'test', durationMs: 10 ** 12 };

/** A lake whose telemetry is projected when the test says so. */
export async function openInventory(options: LakeOptions = {}) {
  const lake = await openLake(options);
  await acquireLease(lake.state.queries, INVENTORY_LEASE, START_MS);
  const openEngine = () =>
    createDuckdbLakeWriter({ memoryBytesMax: 2 ** 28, threads: 1, tempDir: join(lake.folder, 'project-spill') });
  const projector = new Projector(
    { state: lake.state, objects: lake.objects, clock: lake.clock, openEngine },
    { accountId: ACCOUNT, workDir: join(lake.folder, 'project'), lease: INVENTORY_LEASE, onProjected: async () => {} },
  );
  return {
    ...lake,
    projector,
    /** Rolls and takes in everything that was sent. */
    async project(): Promise<void> {
      await lake.rollAll();
      while ((await projector.projectOnce()) !== undefined);
    },
    async snapshot(name: SnapshotName, columns = '*'): Promise<Row[]> {
      const named = (await readSnapshots(lake.state.queries, ACCOUNT)).get(name);
      if (named === undefined) return [];
      return [...(await lake.run(`SELECT ${columns} FROM read_parquet('${lake.objects.locate(named.objectKey)}')`))];
    },
    async servers() {
      const rows = await lake.state.queries.selectFrom('inventory_servers').selectAll().orderBy('server_id').execute();
      return rows.map((row) => ({ ...row, attributes: JSON.parse(row.attributes_json) as Record<string, unknown> }));
    },
  };
}

export type InventoryWorld = Awaited<ReturnType<typeof openInventory>>;

/** A line of a batch: rows as objects, turned into columns. */
export function lineOf(table: TableName, rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
  return `${JSON.stringify({ table, columns })}\n`;
}

export function at(offsetMs: number): string {
  return new Date(START_MS + offsetMs).toISOString();
}

/** A server that an import describes. Returns its id. */
export async function importServer(world: InventoryWorld, name: string, attributes: ServerAttributes): Promise<string> {
  const observed = { observedAtMs: START_MS, attributes: { hostName: name, ...attributes } };
  const source = { kind: 'IMPORT', id: `import-task-1/${name}`, sections: { record: observed } } as const;
  const [applied] = await world.state.transaction((tx) =>
    applySources(tx, { accountId: ACCOUNT, nowMs: START_MS }, [source]),
  );
  return applied?.serverId ?? '';
}
