import type { StateQueries } from '../ports/state/state-store.ts';

/** The records of imports as sources of the inventory: their ids begin with the task's. */
export interface RecordSource {
  readonly sourceId: string;
  readonly serverId: string;
}

/** By id. */
export async function listTaskSources(
  queries: StateQueries,
  accountId: string,
  taskId: string,
  limit: number,
): Promise<RecordSource[]> {
  const rows = await ofTask(queries, accountId, taskId)
    .select(['source_id', 'server_id'])
    .orderBy('source_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ sourceId: row.source_id, serverId: row.server_id }));
}

export async function countSources(queries: StateQueries, accountId: string, taskId: string): Promise<number> {
  const row = await ofTask(queries, accountId, taskId)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Records of all imports of the account, and how many servers they describe. */
export async function countImported(
  queries: StateQueries,
  accountId: string,
): Promise<{ readonly records: number; readonly servers: number }> {
  const row = await queries
    .selectFrom('inventory_sources')
    .select((eb) => [eb.fn.countAll<number>().as('records'), eb.fn.count<number>('server_id').distinct().as('servers')])
    .where('account_id', '=', accountId)
    .where('source_kind', '=', 'IMPORT')
    .executeTakeFirstOrThrow();
  return { records: Number(row.records), servers: Number(row.servers) };
}

/** What comes after every id that begins with the task's and a slash. */
const AFTER_SLASH = '0';

function ofTask(queries: StateQueries, accountId: string, taskId: string) {
  return queries
    .selectFrom('inventory_sources')
    .where('account_id', '=', accountId)
    .where('source_kind', '=', 'IMPORT')
    .where('source_id', '>', `${taskId}/`)
    .where('source_id', '<', `${taskId}${AFTER_SLASH}`);
}
