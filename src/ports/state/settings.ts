import type { StateQueries } from './state-store.ts';

/** The text of a setting, chosen by `create` the first time it is asked for. */
export async function ensureSetting(queries: StateQueries, name: string, create: () => string): Promise<string> {
  await queries
    .insertInto('settings')
    .values({ name, value: create() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await queries.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  return row.value;
}
