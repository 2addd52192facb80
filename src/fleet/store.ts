import { type Insertable, type Selectable, sql } from 'kysely';
import type { AgentsTable } from '../ports/state/schema.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import type { HealthRow, HealthView } from './agent.ts';
import type { CollectionState } from './collection-states.ts';
import { IDLE_AFTER_MS, type ReportedHealth, SILENT_AFTER_MS } from './health.ts';

export type AgentRow = Selectable<AgentsTable>;

const COLUMNS = [
  'account_id',
  'agent_id',
  'machine_id',
  'generation',
  'deleted_at_ms',
  'host_name',
  'agent_type',
  'version',
  'platform',
  'key_hash',
  'server_id',
  'registered_at_ms',
  'last_contact_at_ms',
  'last_row_at_ms',
  'reported_health',
  'collection_status',
  'collection_since_ms',
  'network_json',
  'mapped_day',
  'visible_through_ms',
  'rows_dropped',
] as const;

export function findAgentByKey(queries: StateQueries, keyHash: string): Promise<AgentRow | undefined> {
  return queries
    .selectFrom('agents')
    .select(COLUMNS)
    .where('key_hash', '=', keyHash)
    .where('deleted_at_ms', 'is', null)
    .executeTakeFirst();
}

/** The machine's newest registration, a deleted one included. */
export function findAgentByMachine(
  queries: StateQueries,
  accountId: string,
  machineId: string,
): Promise<AgentRow | undefined> {
  return queries
    .selectFrom('agents')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('machine_id', '=', machineId)
    .orderBy('generation', 'desc')
    .executeTakeFirst();
}

export async function insertAgent(queries: StateQueries, row: Insertable<AgentsTable>): Promise<void> {
  await queries.insertInto('agents').values(row).execute();
}

export async function updateEnrolment(
  queries: StateQueries,
  agent: { accountId: string; agentId: string },
  change: { keyHash: string; hostName: string; version: string; platform: string },
): Promise<void> {
  await queries
    .updateTable('agents')
    .set({ key_hash: change.keyHash, host_name: change.hostName, version: change.version, platform: change.platform })
    .where('account_id', '=', agent.accountId)
    .where('agent_id', '=', agent.agentId)
    .execute();
}

/** Up to `limit` agents after `afterId`, by id. */
export function listAgentRows(
  queries: StateQueries,
  accountId: string,
  page: { afterId?: string; limit: number; agentIds?: readonly string[] },
): Promise<AgentRow[]> {
  let query = queries
    .selectFrom('agents')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('deleted_at_ms', 'is', null)
    .orderBy('agent_id')
    .limit(page.limit);
  if (page.afterId !== undefined) query = query.where('agent_id', '>', page.afterId);
  if (page.agentIds !== undefined) query = query.where('agent_id', 'in', [...page.agentIds]);
  return query.execute();
}

/**
 * Agents that are alike in all that their health follows from, with one of each kind: how many there are and what it says.
 * Those of `deniedAgents` are kinds of their own.
 */
export async function countHealthKinds(
  queries: StateQueries,
  accountId: string,
  view: HealthView,
): Promise<readonly HealthKind[]> {
  // One that nobody has, so that the list is never empty.
  const isDenied = sql`agent_id in (${sql.join(['', ...view.deniedAgents])})`;
  const { rows } =
    await sql<HealthKind>`select count(*) as agents, max(agent_id) as agent_id, reported_health, collection_status,
      max(last_contact_at_ms) as last_contact_at_ms, max(collection_since_ms) as collection_since_ms, max(last_row_at_ms) as last_row_at_ms
    from agents where account_id = ${accountId} and deleted_at_ms is null
    group by reported_health, collection_status, ${isDenied}, last_contact_at_ms >= ${view.nowMs - SILENT_AFTER_MS},
      last_row_at_ms >= ${view.nowMs - IDLE_AFTER_MS}, collection_since_ms >= ${view.nowMs - IDLE_AFTER_MS}`.execute(
      queries,
    );
  return rows;
}

type HealthKind = HealthRow & { readonly agents: number };

/** Whether an agent has ever had this id; one that was deleted has left its data. */
export async function isAgentKnown(queries: StateQueries, accountId: string, agentId: string): Promise<boolean> {
  const row = await queries
    .selectFrom('agents')
    .select('agent_id')
    .where('account_id', '=', accountId)
    .where('agent_id', '=', agentId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Agents that collect, or will when they are next heard from. */
export async function countCollecting(queries: StateQueries, accountId: string): Promise<number> {
  const row = await queries
    .selectFrom('agents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('deleted_at_ms', 'is', null)
    .where('collection_status', 'in', ['STARTED', 'START_SCHEDULED'])
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function updateCollection(
  queries: StateQueries,
  agent: { accountId: string; agentId: string },
  change: { from: CollectionState; to: CollectionState; nowMs: number },
): Promise<boolean> {
  const result = await queries
    .updateTable('agents')
    .set({ collection_status: change.to })
    .where('account_id', '=', agent.accountId)
    .where('agent_id', '=', agent.agentId)
    .where('collection_status', '=', change.from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function markDeleted(
  queries: StateQueries,
  accountId: string,
  agentId: string,
  nowMs: number,
): Promise<void> {
  await queries
    .updateTable('agents')
    .set({ deleted_at_ms: nowMs, key_hash: sql`'deleted:' || agent_id` })
    .where('account_id', '=', accountId)
    .where('agent_id', '=', agentId)
    .execute();
}

/** These agents were just heard from: a scheduled command is known to them now (`contact` of COLLECTION_MACHINE). */
export async function recordContact(
  queries: StateQueries,
  accountId: string,
  agentIds: readonly string[],
  contact: { nowMs: number; withRows: boolean; health?: ReportedHealth },
): Promise<void> {
  if (agentIds.length === 0) return;
  await queries
    .updateTable('agents')
    .set({
      last_contact_at_ms: contact.nowMs,
      // A batch says nothing of health, but whoever sends one has not shut down.
      reported_health:
        contact.health ?? sql`case reported_health when 'SHUTDOWN' then 'HEALTHY' else reported_health end`,
      ...(contact.withRows ? { last_row_at_ms: contact.nowMs } : {}),
      collection_since_ms: sql`case collection_status when 'START_SCHEDULED' then ${contact.nowMs} else collection_since_ms end`,
      collection_status: sql`case collection_status when 'START_SCHEDULED' then 'STARTED' when 'STOP_SCHEDULED' then 'STOPPED' else collection_status end`,
    })
    .where('account_id', '=', accountId)
    .where('agent_id', 'in', [...agentIds])
    .execute();
}

export async function recordVersion(
  queries: StateQueries,
  accountId: string,
  agentId: string,
  version: string,
): Promise<void> {
  await queries
    .updateTable('agents')
    .set({ version })
    .where('account_id', '=', accountId)
    .where('agent_id', '=', agentId)
    .where('version', '<>', version)
    .execute();
}

export async function recordAddresses(
  queries: StateQueries,
  accountId: string,
  agentId: string,
  networkJson: string,
): Promise<void> {
  await queries
    .updateTable('agents')
    .set({ network_json: networkJson })
    .where('account_id', '=', accountId)
    .where('agent_id', '=', agentId)
    .execute();
}

export async function recordMapped(
  queries: StateQueries,
  accountId: string,
  agentIds: readonly string[],
  day: string,
): Promise<void> {
  if (agentIds.length === 0) return;
  await queries
    .updateTable('agents')
    .set({ mapped_day: day })
    .where('account_id', '=', accountId)
    .where('agent_id', 'in', [...agentIds])
    .execute();
}

export async function addRowsDropped(
  queries: StateQueries,
  accountId: string,
  agentId: string,
  rows: number,
): Promise<void> {
  await queries
    .updateTable('agents')
    .set({ rows_dropped: sql`rows_dropped + ${rows}` })
    .where('account_id', '=', accountId)
    .where('agent_id', '=', agentId)
    .execute();
}
