import type { StateQueries } from '../../ports/state/state-store.ts';
import type { LogFollower } from '../../telemetry/log-follower.ts';
import { readCursor } from '../../telemetry/log-store.ts';
import { NEW_LOG } from '../server-store.ts';

/** The Parquet objects a projection reads and writes whole. The first two are for readers, the others its own sums. */
export const SNAPSHOT_NAMES = ['processes', 'connections', 'process_ids', 'observations', 'performance'] as const;
export type SnapshotName = (typeof SNAPSHOT_NAMES)[number];

export interface Snapshot {
  readonly objectKey: string;
  readonly rows: number;
}

export interface ProjectionLog {
  readonly projectedSegmentNo: number;
  readonly rebuildNo: number;
  readonly rebuiltNo: number;
}

export async function readProjectionLog(queries: StateQueries, accountId: string): Promise<ProjectionLog> {
  const row = await queries
    .selectFrom('inventory_logs')
    .select(['projected_segment_no', 'rebuild_no', 'rebuilt_no'])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return {
    projectedSegmentNo: row?.projected_segment_no ?? 0,
    rebuildNo: row?.rebuild_no ?? 0,
    rebuiltNo: row?.rebuilt_no ?? 0,
  };
}

export interface ProjectionProgress extends ProjectionLog {
  /** Where the lake stands: the inventory follows up to here. */
  readonly rolledSegmentNo: number;
  readonly processes: number;
  readonly connections: number;
}

export async function describeProgress(queries: StateQueries, accountId: string): Promise<ProjectionProgress> {
  const log = await readProjectionLog(queries, accountId);
  const { rolledSegmentNo } = await readCursor(queries, accountId);
  const snapshots = await readSnapshots(queries, accountId);
  const rowsOf = (name: SnapshotName) => snapshots.get(name)?.rows ?? 0;
  return { ...log, rolledSegmentNo, processes: rowsOf('processes'), connections: rowsOf('connections') };
}

/** Files wait for the projection before they are merged, which is how it counts every row once. */
export const inventoryFollower: LogFollower = {
  readFollowedThrough: async (queries, accountId) => (await readProjectionLog(queries, accountId)).projectedSegmentNo,
};

/** A number for the keys of the next snapshots that no others have. */
export async function takeSnapshotNo(queries: StateQueries, accountId: string): Promise<number> {
  const row = await queries
    .insertInto('inventory_logs')
    .values({ ...NEW_LOG, account_id: accountId, snapshot_no: 1 })
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet((eb) => ({ snapshot_no: eb('inventory_logs.snapshot_no', '+', 1) })),
    )
    .returning('snapshot_no')
    .executeTakeFirstOrThrow();
  return row.snapshot_no;
}

/** Asks for a rebuild. Returns its number: `rebuilt_no` reaches it when it is done. */
export async function askRebuild(queries: StateQueries, accountId: string): Promise<number> {
  const row = await queries
    .insertInto('inventory_logs')
    .values({ ...NEW_LOG, account_id: accountId, rebuild_no: 1 })
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet((eb) => ({ rebuild_no: eb('inventory_logs.rebuild_no', '+', 1) })),
    )
    .returning('rebuild_no')
    .executeTakeFirstOrThrow();
  return row.rebuild_no;
}

/** Moves the cursor. False: it did not stand at `from` any more. */
export async function finishProjection(
  queries: StateQueries,
  accountId: string,
  step: { readonly from: number; readonly upTo: number; readonly rebuiltNo: number },
): Promise<boolean> {
  const moved = await queries
    .updateTable('inventory_logs')
    .set({ projected_segment_no: step.upTo, rebuilt_no: step.rebuiltNo })
    .where('account_id', '=', accountId)
    .where('projected_segment_no', '=', step.from)
    .executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

export async function readSnapshots(queries: StateQueries, accountId: string): Promise<Map<SnapshotName, Snapshot>> {
  const rows = await queries
    .selectFrom('inventory_snapshots')
    .select(['snapshot_name', 'object_key', 'rows'])
    .where('account_id', '=', accountId)
    .execute();
  return new Map(
    rows.map((row) => [row.snapshot_name as SnapshotName, { objectKey: row.object_key, rows: row.rows }] as const),
  );
}

export async function putSnapshot(
  queries: StateQueries,
  accountId: string,
  name: SnapshotName,
  snapshot: Snapshot,
): Promise<void> {
  const { objectKey, rows } = snapshot;
  await queries
    .insertInto('inventory_snapshots')
    .values({ account_id: accountId, snapshot_name: name, object_key: objectKey, rows })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'snapshot_name']).doUpdateSet({ object_key: objectKey, rows }),
    )
    .execute();
}

export interface AgentPlace {
  readonly agentId: string;
  /** Empty while it has none: it was deleted, and the agent has not been heard of since. */
  readonly serverId: string;
  readonly ignoredThroughMs: number;
}

/** Rows of one look at agents and addresses: about what holds the event loop for 20 ms. */
export const LOOK_ROWS = { agents: 1000, addresses: 5000 } as const;

/** Where each agent belongs, without what it said. */
export async function* eachPlacePage(queries: StateQueries, accountId: string): AsyncGenerator<AgentPlace[]> {
  for (let after = ''; ; ) {
    const rows = await queries
      .selectFrom('inventory_sources')
      .select(['source_id', 'server_id', 'ignored_through_ms'])
      .where('account_id', '=', accountId)
      .where('source_kind', '=', 'AGENT')
      .where('source_id', '>', after)
      .orderBy('source_id')
      .limit(LOOK_ROWS.agents)
      .execute();
    yield rows.map((row) => ({
      agentId: row.source_id,
      serverId: row.server_id,
      ignoredThroughMs: row.ignored_through_ms ?? 0,
    }));
    if (rows.length < LOOK_ROWS.agents) return;
    after = rows.at(-1)?.source_id ?? '';
  }
}

export interface AddressPlace {
  readonly address: string;
  readonly serverId: string;
}

/** Addresses that exactly one server has. */
export async function* eachAddressPage(queries: StateQueries, accountId: string): AsyncGenerator<AddressPlace[]> {
  for (let after = ''; ; ) {
    const rows = await queries
      .selectFrom('inventory_keys')
      .select((eb) => [
        'key_value',
        eb.fn.min('server_id').as('server_id'),
        eb.fn.countAll<number | string>().as('servers'),
      ])
      .where('account_id', '=', accountId)
      .where('key_kind', '=', 'IP_ADDRESS')
      .where('key_value', '>', after)
      .groupBy('key_value')
      .orderBy('key_value')
      .limit(LOOK_ROWS.addresses)
      .execute();
    const alone = rows.filter((row) => Number(row.servers) === 1);
    yield alone.map((row) => ({ address: row.key_value, serverId: row.server_id }));
    if (rows.length < LOOK_ROWS.addresses) return;
    after = rows.at(-1)?.key_value ?? '';
  }
}
