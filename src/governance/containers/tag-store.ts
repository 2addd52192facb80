import type { StateQueries } from '../../ports/state/state-store.ts';

export type TagMap = Readonly<Record<string, string>>;

export async function readTags(queries: StateQueries, accountId: string, arn: string): Promise<TagMap> {
  const rows = await queries
    .selectFrom('resource_tags')
    .select(['tag_key', 'tag_value'])
    .where('account_id', '=', accountId)
    .where('resource_arn', '=', arn)
    .orderBy('tag_key')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.tag_key, row.tag_value]));
}

/** Adds tags; those of a key that is there get the new value. */
export async function putTags(queries: StateQueries, accountId: string, arn: string, tags: TagMap): Promise<void> {
  const rows = Object.entries(tags).map(([tag_key, tag_value]) => ({
    account_id: accountId,
    resource_arn: arn,
    tag_key,
    tag_value,
  }));
  if (rows.length === 0) return;
  await queries
    .insertInto('resource_tags')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'resource_arn', 'tag_key'])
        .doUpdateSet((eb) => ({ tag_value: eb.ref('excluded.tag_value') })),
    )
    .execute();
}

/** Without `keys`: all of them. */
export async function deleteTags(
  queries: StateQueries,
  accountId: string,
  arn: string,
  keys?: readonly string[],
): Promise<void> {
  let query = queries.deleteFrom('resource_tags').where('account_id', '=', accountId).where('resource_arn', '=', arn);
  if (keys !== undefined) query = query.where('tag_key', 'in', keys);
  await query.execute();
}
