import { sql } from 'kysely';
import { formatDay } from '../core/time.ts';
import type { StateQueries } from '../ports/state/state-store.ts';

/** How many imported records were deleted, by UTC day: the quota of the service is a day's. */
export async function recordsDeletedToday(queries: StateQueries, accountId: string, nowMs: number): Promise<number> {
  const row = await queries
    .selectFrom('import_deletions')
    .select('records')
    .where('account_id', '=', accountId)
    .where('day', '=', formatDay(nowMs))
    .executeTakeFirst();
  return row?.records ?? 0;
}

export async function countDeleted(
  queries: StateQueries,
  accountId: string,
  deleted: { readonly records: number; readonly nowMs: number },
): Promise<void> {
  const day = formatDay(deleted.nowMs);
  await queries
    .insertInto('import_deletions')
    .values({ account_id: accountId, day, records: deleted.records })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'day'])
        .doUpdateSet({ records: sql<number>`import_deletions.records + ${deleted.records}` }),
    )
    .execute();
  await queries.deleteFrom('import_deletions').where('account_id', '=', accountId).where('day', '<', day).execute();
}
