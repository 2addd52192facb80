import { sql } from 'kysely';
import type { StateQueries } from '../ports/state/state-store.ts';

/** Agents whose rows one statement tells of. */
const AGENTS_A_STATEMENT = 500;

/** All rows of these agents up to this event time are visible now. */
export async function recordVisibleThrough(
  queries: StateQueries,
  accountId: string,
  agents: ReadonlyMap<string, number>,
): Promise<void> {
  const all = [...agents];
  for (let from = 0; from < all.length; from += AGENTS_A_STATEMENT) {
    const rows = all
      .slice(from, from + AGENTS_A_STATEMENT)
      .map(([agentId, visibleMs]) => sql`(${agentId}, ${visibleMs})`);
    await sql`update agents set visible_through_ms = reported.column2 from (values ${sql.join(rows)}) as reported
      where account_id = ${accountId} and agent_id = reported.column1
        and (visible_through_ms is null or visible_through_ms < reported.column2)`.execute(queries);
  }
}

/** Moves a table's watermark forward, never back. */
export async function advanceWatermark(
  queries: StateQueries,
  accountId: string,
  table: string,
  validThroughMs: number,
): Promise<void> {
  await queries
    .insertInto('watermarks')
    .values({ account_id: accountId, table_name: table, valid_through_ms: validThroughMs })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'table_name'])
        .doUpdateSet({ valid_through_ms: validThroughMs })
        .where('watermarks.valid_through_ms', '<', validThroughMs),
    )
    .execute();
}

export async function listWatermarks(queries: StateQueries, accountId: string): Promise<Map<string, number>> {
  const rows = await queries
    .selectFrom('watermarks')
    .select(['table_name', 'valid_through_ms'])
    .where('account_id', '=', accountId)
    .execute();
  return new Map(rows.map((row) => [row.table_name, row.valid_through_ms]));
}
