import { type RawBuilder, sql } from 'kysely';
import { type BulkSource, SERVER_RANKS } from './bulk-fields.ts';
import type { FilterTest } from './conditions.ts';
import { allOf, fitsOne } from './filter-sql.ts';
import { isAfter, orderOf, type SortColumn } from './keyset.ts';
import type { Position, Question, Sort } from './read-question.ts';

/** A loaded table, and what its answer shows of each row. */
export interface BulkTable {
  readonly name: 'processes' | 'connections';
  /** The number of a row, and the id whose order it follows. */
  readonly no: string;
  readonly id: string;
  /** The select list of a row `t`, and the joins it needs. */
  readonly shown: RawBuilder<unknown>;
  readonly joins: RawBuilder<unknown>;
}

/** The number that stands for a text in an order, or null for an absent one. */
export type Place = number | null;

/**
 * The first rows that fit, in order. Only numbers are sorted; texts are looked up for the rows of the page, at the end.
 * `places` is where the page begins: a number for each sort, then one for the id.
 */
export function composePage(
  table: BulkTable,
  { filters, sorts, limit }: Question<BulkSource>,
  places: readonly Place[] | undefined,
): RawBuilder<Record<string, string | number | null>> {
  const columns = sortColumns(table, sorts);
  const conditions = filters.map(({ source, test }) => conditionOf(source, test));
  if (places !== undefined) conditions.push(isAfter(columns, places));
  const keys = columns.map(({ ref }, index) => sql`${ref} as ${sql.ref(`key_${index}`)}`);
  const pageOrder = columns.map((column, index) => ({ ...column, ref: sql.ref(`page.key_${index}`) }));
  const values = sorts.map((sort, index) => sql`, ${sortValueOf(sort, index)} as ${sql.ref(`value_${index}`)}`);
  return sql`with page as materialized (
      select ${sql.join(keys)} from ${sql.table(table.name)} t ${joinAll(sorts.map(rankJoin))}
      where ${allOf(conditions)} order by ${orderOf(columns)} limit ${sql.lit(limit)})
    select ${table.shown}${joinAll(values)}
    from page join ${sql.table(table.name)} t on ${sql.ref(`t.${table.no}`)} = ${sql.ref(`page.key_${sorts.length}`)}
    ${table.joins} ${joinAll(sorts.map(valueJoin))} order by ${orderOf(pageOrder)}`;
}

/** Rows of ids. */
export function composeById(table: BulkTable, ids: readonly string[]): RawBuilder<Record<string, string | null>> {
  return sql`select ${table.shown} from ${sql.table(table.name)} t ${table.joins}
    where ${sql.ref(`t.${table.id}`)} in (${sql.join(ids)})`;
}

/**
 * Where a position is now, sort by sort and then the id, as `place_0`, `place_1` … A text that is not there any more is
 * between two numbers.
 */
export function composePlaces(
  table: BulkTable,
  sorts: readonly Sort<BulkSource>[],
  { sortValues, id }: Position,
): RawBuilder<Record<string, number | null>> {
  const places = sorts.map(({ source }, index) => placeOf(source, sortValues[index] ?? null));
  places.push(placeIn(table.name, table.no, table.id, id));
  return sql`select ${sql.join(places.map((place, index) => sql`${place} as ${sql.ref(`place_${index}`)}`))}`;
}

function placeOf(source: BulkSource, value: string | number | null): RawBuilder<unknown> {
  if (value === null) return sql`null`;
  if (source.in === 'dictionary') return placeIn(source.dictionary, 'text_no', 'value', value);
  if (source.in === 'server') return placeIn('servers', rankOf(source), source.of, value);
  return sql`${value}`;
}

function placeIn(table: string, number: string, text: string, value: string | number): RawBuilder<unknown> {
  return sql`(select (coalesce(max(${sql.ref(number)}), 0) + case when bool_or(${sql.ref(text)} = ${value}) then 0 else 0.5 end)::double
    from ${sql.table(table)} where ${sql.ref(text)} <= ${value})`;
}

function sortColumns(table: BulkTable, sorts: readonly Sort<BulkSource>[]): SortColumn[] {
  const columns = sorts.map(({ source, isDescending }, index) => ({
    ref: source.in === 'server' ? sql.ref(`rank_${index}.${rankOf(source)}`) : sql.ref(`t.${source.column}`),
    isDescending,
  }));
  return [...columns, { ref: sql.ref(`t.${table.no}`), isDescending: sorts.at(-1)?.isDescending ?? false }];
}

function rankJoin({ source }: Sort<BulkSource>, index: number): RawBuilder<unknown> {
  return source.in === 'server' ? joinServers(`rank_${index}`, source.column) : sql``;
}

function valueJoin({ source }: Sort<BulkSource>, index: number): RawBuilder<unknown> {
  const alias = `sorted_${index}`;
  if (source.in === 'server') return joinServers(alias, source.column);
  if (source.in === 'dictionary') return joinDictionary(source.dictionary, alias, source.column);
  return sql``;
}

function sortValueOf({ source }: Sort<BulkSource>, index: number): RawBuilder<unknown> {
  if (source.in === 'server') return sql.ref(`sorted_${index}.${source.of}`);
  if (source.in === 'dictionary') return sql.ref(`sorted_${index}.value`);
  return sql.ref(`t.${source.column}`);
}

export function joinServers(alias: string, column: string): RawBuilder<unknown> {
  const on = sql`${sql.ref(`${alias}.server_no`)} = ${sql.ref(`t.${column}`)}`;
  return sql` left join servers ${sql.ref(alias)} on ${on}`;
}

export function joinDictionary(dictionary: string, alias: string, column: string): RawBuilder<unknown> {
  const on = sql`${sql.ref(`${alias}.text_no`)} = ${sql.ref(`t.${column}`)}`;
  return sql` left join ${sql.table(dictionary)} ${sql.ref(alias)} on ${on}`;
}

export function joinAll(parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return parts.length === 0 ? sql`` : sql.join(parts, sql``);
}

function rankOf(source: Extract<BulkSource, { in: 'server' }>): string {
  if (source.of in SERVER_RANKS) return SERVER_RANKS[source.of as keyof typeof SERVER_RANKS];
  throw new Error(`Nothing is sorted by ${source.of}.`);
}

function conditionOf(source: BulkSource, test: FilterTest): RawBuilder<boolean> {
  const ref = sql.ref(`t.${source.column}`);
  const fits = positiveOf(source, ref, test);
  return test.isNegated ? sql<boolean>`(${ref} is null or not (${fits}))` : fits;
}

function positiveOf(source: BulkSource, ref: RawBuilder<unknown>, test: FilterTest): RawBuilder<boolean> {
  if (source.in === 'row') return fitsOne(ref, test, contains);
  const [table, number, text] =
    source.in === 'dictionary'
      ? [source.dictionary, 'text_no', 'value']
      : source.in === 'server'
        ? ['servers', 'server_no', source.of]
        : ['processes', 'process_no', 'process_id'];
  const fits = fitsOne(sql.ref(text), test, contains);
  return sql<boolean>`${ref} in (select ${sql.ref(number)} from ${sql.table(table)} where ${fits})`;
}

function contains(ref: RawBuilder<unknown>, value: string): RawBuilder<boolean> {
  return sql<boolean>`contains(${ref}, ${value})`;
}

/** Which servers have, or do not have, processes that fit: all tests hold. */
export function composeServersByProcess(
  tests: readonly { readonly column: 'process_id' | 'name' | 'command_line'; readonly test: FilterTest }[],
): RawBuilder<{ server_ids: string | null }> {
  const sources = {
    process_id: { in: 'row', column: 'process_id' },
    name: { in: 'dictionary', column: 'name_no', dictionary: 'names' },
    command_line: { in: 'dictionary', column: 'command_no', dictionary: 'command_lines' },
  } as const satisfies Record<string, BulkSource>;
  const conditions = tests.map(({ column, test }) => {
    const source = sources[column];
    const fitting = positiveOf(source, sql.ref(`t.${source.column}`), test);
    const has = sql<boolean>`server_no in (select t.server_no from processes t where ${fitting})`;
    return test.isNegated ? sql<boolean>`not (${has})` : has;
  });
  return sql`select string_agg(server_id, ' ') as server_ids from servers where ${allOf(conditions)}`;
}
