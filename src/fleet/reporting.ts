import type { StateQueries } from '../ports/state/state-store.ts';
import { IDLE_AFTER_MS, SILENT_AFTER_MS } from './health.ts';

/**
 * The event time up to which every RUNNING agent's accepted rows are visible: the oldest of theirs. Undefined when no
 * agent is RUNNING and has rows. Says RUNNING as `deriveHealth` does, in SQL, because it is asked at every roll.
 */
export async function readReportingThrough(
  queries: StateQueries,
  accountId: string,
  view: { nowMs: number; deniedAgents: ReadonlySet<string> },
): Promise<number | undefined> {
  const idleBefore = view.nowMs - IDLE_AFTER_MS;
  let query = queries
    .selectFrom('agents')
    .select((eb) => eb.fn.min<number | null>('visible_through_ms').as('through'))
    .where('account_id', '=', accountId)
    .where('deleted_at_ms', 'is', null)
    .where('reported_health', '=', 'HEALTHY')
    .where('collection_status', '=', 'STARTED')
    .where('last_contact_at_ms', '>=', view.nowMs - SILENT_AFTER_MS)
    .where((eb) => eb.or([eb('last_row_at_ms', '>=', idleBefore), eb('collection_since_ms', '>=', idleBefore)]));
  if (view.deniedAgents.size > 0) query = query.where('agent_id', 'not in', [...view.deniedAgents]);
  const row = await query.executeTakeFirst();
  return row?.through ?? undefined;
}
