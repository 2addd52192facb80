import type { StateQueries } from '../ports/state/state-store.ts';
import { chunksOf, VALUES_A_STATEMENT } from './chunks.ts';
import type { ConfigurationType } from './configuration-ids.ts';

/** A tag is the pair of key and value: one key may have two values on one item. */
export interface TagPair {
  readonly key: string;
  readonly value: string;
}

export interface ItemTag extends TagPair {
  readonly configurationId: string;
  readonly configurationType: ConfigurationType;
  readonly createdAtMs: number;
}

/** The newest tag before the page, in the order of pages. */
export type TagPosition = readonly [configurationId: string, key: string, value: string];

export interface TagSelection {
  /** Each list stands for itself: a tag has to be in all of them. */
  readonly configurationIds: readonly (readonly string[])[];
  readonly keys: readonly (readonly string[])[];
  readonly values: readonly (readonly string[])[];
}

/** Writes tags that are not there; one that is keeps its time. */
export async function putTags(queries: StateQueries, accountId: string, tags: readonly ItemTag[]): Promise<void> {
  const rows = tags.map((tag) => ({
    account_id: accountId,
    configuration_id: tag.configurationId,
    tag_key: tag.key,
    tag_value: tag.value,
    configuration_type: tag.configurationType,
    created_at_ms: tag.createdAtMs,
  }));
  for (const some of chunksOf(rows, VALUES_A_STATEMENT / 6))
    await queries
      .insertInto('tags')
      .values(some)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Takes these pairs from the items; all their tags when no pairs are given. */
export async function deleteTags(
  queries: StateQueries,
  accountId: string,
  configurationIds: readonly string[],
  pairs?: readonly TagPair[],
): Promise<void> {
  for (const some of chunksOf(configurationIds)) {
    const query = queries.deleteFrom('tags').where('account_id', '=', accountId).where('configuration_id', 'in', some);
    if (pairs === undefined) await query.execute();
    else
      for (const few of chunksOf(pairs))
        await query
          .where((eb) =>
            eb(
              eb.refTuple('tag_key', 'tag_value'),
              'in',
              few.map(({ key, value }) => eb.tuple(key, value)),
            ),
          )
          .execute();
  }
}

/** The most tags that one of the items has. */
export async function countTagsMost(
  queries: StateQueries,
  accountId: string,
  configurationIds: readonly string[],
): Promise<number> {
  let most = 0;
  for (const some of chunksOf(configurationIds)) {
    const rows = await queries
      .selectFrom('tags')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('configuration_id', 'in', some)
      .groupBy('configuration_id')
      .execute();
    for (const { count } of rows) most = Math.max(most, Number(count));
  }
  return most;
}

/** By item, key and value, ascending. */
export async function listTags(
  queries: StateQueries,
  accountId: string,
  page: { readonly selection: TagSelection; readonly after?: TagPosition | undefined; readonly limit: number },
): Promise<ItemTag[]> {
  let query = queries
    .selectFrom('tags')
    .select(['configuration_id', 'tag_key', 'tag_value', 'configuration_type', 'created_at_ms'])
    .where('account_id', '=', accountId)
    .orderBy('configuration_id')
    .orderBy('tag_key')
    .orderBy('tag_value')
    .limit(page.limit);
  for (const ids of page.selection.configurationIds) query = query.where('configuration_id', 'in', ids);
  for (const keys of page.selection.keys) query = query.where('tag_key', 'in', keys);
  for (const values of page.selection.values) query = query.where('tag_value', 'in', values);
  if (page.after !== undefined) {
    const [id, key, value] = page.after;
    query = query.where((eb) =>
      eb(eb.refTuple('configuration_id', 'tag_key', 'tag_value'), '>', eb.tuple(id, key, value)),
    );
  }
  return (await query.execute()).map((row) => ({
    configurationId: row.configuration_id,
    configurationType: row.configuration_type as ConfigurationType,
    key: row.tag_key,
    value: row.tag_value,
    createdAtMs: row.created_at_ms,
  }));
}
