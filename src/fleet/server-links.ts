import type { StateQueries } from '../ports/state/state-store.ts';

/** What an agent said of its host when it came, and the server it is known as. */
export interface EnrolledAgent {
  readonly agentId: string;
  readonly hostName: string;
  readonly agentType: string;
  readonly registeredAtMs: number;
  readonly serverId: string;
}

/** Those of the ids that were ever enrolled, deleted ones included. */
export async function listEnrolled(
  queries: StateQueries,
  accountId: string,
  agentIds: readonly string[],
): Promise<EnrolledAgent[]> {
  if (agentIds.length === 0) return [];
  const rows = await queries
    .selectFrom('agents')
    .select(['agent_id', 'host_name', 'agent_type', 'registered_at_ms', 'server_id'])
    .where('account_id', '=', accountId)
    .where('agent_id', 'in', agentIds)
    .execute();
  return rows.map((row) => ({
    agentId: row.agent_id,
    hostName: row.host_name,
    agentType: row.agent_type,
    registeredAtMs: row.registered_at_ms,
    serverId: row.server_id,
  }));
}

/** From now on the agent's id mapping rows name this server; the next batch brings one at once. */
export async function linkServer(
  queries: StateQueries,
  accountId: string,
  agentId: string,
  serverId: string,
): Promise<void> {
  await queries
    .updateTable('agents')
    .set({ server_id: serverId, mapped_day: null })
    .where('account_id', '=', accountId)
    .where('agent_id', '=', agentId)
    .execute();
}
