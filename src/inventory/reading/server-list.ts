import { type RawBuilder, sql } from 'kysely';
import { formatTenths } from '../../core/time.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { attributesOf } from './attributes.ts';
import type { FilterTest } from './conditions.ts';
import { allOf, anyOf, containsByReplace, fitsOne } from './filter-sql.ts';
import { isAfter, orderOf, type SortColumn } from './keyset.ts';
import type { ListedItem, Question, Sort } from './read-question.ts';
import type { ServerColumn, ServerSource } from './server-fields.ts';

/** Of so many chosen servers, ids go into the statement; of more, so many are read that a page is likely among them. */
const CHOSEN_IN_STATEMENT_MAX = 1000;
const SCAN_PAGES = 4;
/** Servers that are read at once: one turn of the event loop. */
const SCAN_ROWS_MAX = 5000;

const COLUMNS = [
  'server_id',
  'created_at_ms',
  'source',
  'agent_id',
  'host_name',
  'os_name',
  'os_version',
  'server_type',
] as const;

/** The first servers that fit, in the order asked for; `chosen` are those that what is no row here lets through. */
export async function listServerItems(
  queries: StateQueries,
  accountId: string,
  question: Question<ServerSource>,
  chosen?: ReadonlySet<string>,
): Promise<ListedItem[]> {
  if (chosen === undefined) return readRows(queries, accountId, question);
  if (chosen.size <= CHOSEN_IN_STATEMENT_MAX) return readRows(queries, accountId, question, [...chosen]);
  const found: ListedItem[] = [];
  let after = question.after;
  for (let limit = question.limit * SCAN_PAGES; ; limit = SCAN_ROWS_MAX) {
    const rows = await readRows(queries, accountId, { ...question, after, limit });
    for (const row of rows) if (chosen.has(row.position.id) && found.push(row) === question.limit) return found;
    if (rows.length < limit) return found;
    after = rows.at(-1)?.position;
    await new Promise(setImmediate);
  }
}

async function readRows(
  queries: StateQueries,
  accountId: string,
  { filters, sorts, after, limit }: Question<ServerSource>,
  chosenIds?: readonly string[],
): Promise<ListedItem[]> {
  if (chosenIds?.length === 0) return [];
  const columns = [...sorts.map(sortColumn), idColumn(sorts)];
  const conditions = filters.map(({ source, test }) => conditionOf(accountId, source, test));
  if (chosenIds !== undefined) conditions.push(sql<boolean>`server_id in (${sql.join(chosenIds)})`);
  if (after !== undefined) conditions.push(isAfter(columns, [...after.sortValues, after.id]));
  const rows = await queries
    .selectFrom('inventory_servers')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('deleted_at_ms', 'is', null)
    .where(allOf(conditions))
    .orderBy(orderOf(columns))
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    position: { id: row.server_id, sortValues: sorts.map((sort) => row[nameOf(sort) as 'host_name']) },
    attributes: attributesOf({
      'server.configurationId': row.server_id,
      'server.timeOfCreation': formatTenths(row.created_at_ms),
      'server.agentId': row.agent_id,
      'server.hostName': row.host_name,
      'server.osName': row.os_name,
      'server.osVersion': row.os_version,
      'server.source': row.source,
      'server.type': row.server_type,
    }),
  }));
}

/** Ids follow the last sort, so that an index serves both directions. */
function idColumn(sorts: readonly Sort<ServerSource>[]): SortColumn {
  return { ref: sql.ref('server_id'), isDescending: sorts.at(-1)?.isDescending ?? false };
}

function sortColumn(sort: Sort<ServerSource>): SortColumn {
  return { ref: sql.ref(nameOf(sort)), isDescending: sort.isDescending };
}

function nameOf({ source }: Sort<ServerSource>): ServerColumn {
  if (source.in === 'server') return source.column;
  throw new Error(`Servers are not sorted by what is in ${source.in}.`);
}

function conditionOf(accountId: string, source: ServerSource, test: FilterTest): RawBuilder<boolean> {
  if (source.in === 'server') {
    const ref = sql.ref(source.column);
    const fits = fitsOne(ref, test, containsByReplace);
    return test.isNegated ? sql<boolean>`(${ref} is null or not (${fits}))` : fits;
  }
  if (source.in === 'nothing') return test.isNegated ? allOf([]) : anyOf([]);
  if (source.in === 'processes') return allOf([]);
  const fitting = serversWith(accountId, source, test);
  return test.isNegated ? sql<boolean>`server_id not in (${fitting})` : sql<boolean>`server_id in (${fitting})`;
}

function serversWith(
  accountId: string,
  source: Extract<ServerSource, { in: 'interfaces' | 'tags' | 'applications' }>,
  test: FilterTest,
): RawBuilder<unknown> {
  const fits = fitsOne(sql.ref(source.column), test, containsByReplace);
  if (source.in === 'interfaces')
    return sql`select server_id from inventory_interfaces where account_id = ${accountId} and ${fits}`;
  if (source.in === 'tags')
    return sql`select configuration_id from tags
      where account_id = ${accountId} and configuration_type = 'SERVER' and ${fits}`;
  const applications = sql`select application_id from applications where account_id = ${accountId} and ${fits}`;
  return sql`select server_id from application_servers
    where account_id = ${accountId} and application_id in (${applications})`;
}
