import { type RawBuilder, sql } from 'kysely';
import { formatTenths } from '../../core/time.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { chunksOf } from '../chunks.ts';
import type { ApplicationSource } from './application-fields.ts';
import { type Attributes, attributesOf } from './attributes.ts';
import type { FilterTest } from './conditions.ts';
import { allOf, containsByReplace, fitsOne } from './filter-sql.ts';
import { isAfter, orderOf, type SortColumn } from './keyset.ts';
import type { ListedItem, Question } from './read-question.ts';

const COLUMNS = ['application_id', 'name', 'description', 'wave', 'created_at_ms', 'modified_at_ms'] as const;

interface ApplicationRow {
  readonly application_id: string;
  readonly name: string;
  readonly description: string;
  readonly wave: string | null;
  readonly created_at_ms: number;
  readonly modified_at_ms: number;
}

/** The first applications that fit, in the order asked for. */
export async function listApplicationItems(
  queries: StateQueries,
  accountId: string,
  { filters, sorts, after, limit }: Question<ApplicationSource>,
): Promise<ListedItem[]> {
  const columns: SortColumn[] = sorts.map(({ source, isDescending }) => ({ ref: sortRef(source), isDescending }));
  columns.push({ ref: sql.ref('application_id'), isDescending: sorts.at(-1)?.isDescending ?? false });
  const conditions = filters.map(({ source, test }) => conditionOf(accountId, source, test));
  if (after !== undefined) conditions.push(isAfter(columns, [...after.sortValues, after.id]));
  const rows = await queries
    .selectFrom('applications')
    .leftJoin(serverCounts(accountId), 'server_counts.counted_id', 'applications.application_id')
    .select([...COLUMNS, sql<number>`coalesce(server_count, 0)`.as('server_count')])
    .where('account_id', '=', accountId)
    .where(allOf(conditions))
    .orderBy(orderOf(columns))
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    position: { id: row.application_id, sortValues: sorts.map(({ source }) => row[nameOf(source)]) },
    attributes: describeApplication(row, row.server_count),
  }));
}

/** Applications by id; ids that nobody has are missing. */
export async function describeApplications(
  queries: StateQueries,
  accountId: string,
  applicationIds: readonly string[],
): Promise<Map<string, Attributes>> {
  const described = new Map<string, Attributes>();
  for (const ids of chunksOf(applicationIds)) {
    const rows = await queries
      .selectFrom('applications')
      .leftJoin(serverCounts(accountId), 'server_counts.counted_id', 'applications.application_id')
      .select([...COLUMNS, sql<number>`coalesce(server_count, 0)`.as('server_count')])
      .where('account_id', '=', accountId)
      .where('application_id', 'in', ids)
      .execute();
    for (const row of rows) described.set(row.application_id, describeApplication(row, row.server_count));
  }
  return described;
}

function describeApplication(row: ApplicationRow, serverCount: number): Attributes {
  return attributesOf({
    'application.configurationId': row.application_id,
    'application.name': row.name,
    'application.description': row.description,
    'application.wave': row.wave,
    'application.serverCount': serverCount,
    'application.timeOfCreation': formatTenths(row.created_at_ms),
    'application.lastModifiedTime': formatTenths(row.modified_at_ms),
  });
}

/** How many live servers each application has; one without any has no row. */
function serverCounts(accountId: string) {
  return sql<{ counted_id: string; server_count: number }>`(
    select m.application_id as counted_id, count(*) as server_count
    from application_servers m
    join inventory_servers s on s.account_id = m.account_id and s.server_id = m.server_id
    where m.account_id = ${accountId} and s.deleted_at_ms is null
    group by m.application_id)`.as<'server_counts'>('server_counts');
}

function conditionOf(accountId: string, source: ApplicationSource, test: FilterTest): RawBuilder<boolean> {
  if (source.in === 'servers') {
    const fits = fitsOne(sql.ref('m.server_id'), test, containsByReplace);
    const fitting = sql`select m.application_id from application_servers m
      join inventory_servers s on s.account_id = m.account_id and s.server_id = m.server_id
      where m.account_id = ${accountId} and s.deleted_at_ms is null and ${fits}`;
    const word = sql.raw(test.isNegated ? 'not in' : 'in');
    return sql<boolean>`application_id ${word} (${fitting})`;
  }
  const fits = fitsOne(sortRef(source), test, containsByReplace);
  return test.isNegated ? sql<boolean>`not (${fits})` : fits;
}

function sortRef(source: ApplicationSource): RawBuilder<unknown> {
  return source.in === 'application' ? sql.ref(source.column) : sql`coalesce(server_count, 0)`;
}

function nameOf(source: ApplicationSource) {
  return source.in === 'application' ? source.column : 'server_count';
}
