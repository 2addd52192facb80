import { type RawBuilder, sql } from 'kysely';
import { type BulkSource, SERVER_RANKS } from './bulk-fields.ts';
import type { FilterTest } from './conditions.ts';
import { allOf, fitsOne } from './filter-sql.ts';
import { isAfter, orderOf, type SortColumn } from './keyset.ts';
import type { KnownPlaces } from './known-places.ts';
import type { Position, Question, Sort } from './read-question.ts';
import type { Dictionary } from './snapshot-tables.ts';

/** A loaded table, and what its answer shows of each row. */
export interface BulkTable {
  readonly name: 'processes' | 'connections';
  /** The number of a row, and the id whose order it follows. */
  readonly no: string;
  readonly id: string;
  /** The select list of a row `t`, and the joins it needs. Large tables are not joined: their rows are looked up. */
  readonly shown: RawBuilder<unknown>;
  readonly joins: RawBuilder<unknown>;
}

/** Dictionaries that are too large to be joined for the sake of a page. */
const LARGE: readonly Dictionary[] = ['command_lines'];

/** The number that stands for a text in an order, or null for an absent one. */
export type Place = number | null;

/**
 * The numbers of the first rows that fit, in order, as `row_no`: nothing but numbers is read here. `places` is where the
 * page begins: a number for each sort, then one for the id.
 */
export function composePage(
  table: BulkTable,
  { filters, sorts, limit }: Question<BulkSource>,
  places: readonly Place[] | undefined,
): RawBuilder<{ row_no: number }> {
  const columns = sortColumns(table, sorts);
  const fits = filters.map(({ source, test }, index) => fitOf(source, test, `fit_${index}`));
  const conditions = fits.flatMap(({ condition }) => condition ?? []);
  if (places !== undefined) conditions.push(isAfter(columns, places));
  const joins = [...fits.map(({ join }) => join), ...sorts.map(rankJoin)];
  return sql`select ${sql.ref(`t.${table.no}`)} as row_no from ${sql.table(table.name)} t ${joinAll(joins)}
    where ${allOf(conditions)} order by ${orderOf(columns)} limit ${sql.lit(limit)}`;
}

export type BulkRow = Readonly<Record<string, string | number | null>>;

/**
 * What rows show, in any order, with their sort values as `value_0` … A value of a large dictionary is still its number,
 * as `value_no_0` …
 */
export function composeRows(
  table: BulkTable,
  by: { readonly nos: readonly number[] } | { readonly ids: readonly string[] },
  sorts: readonly Sort<BulkSource>[] = [],
): RawBuilder<BulkRow> {
  const chosen =
    'nos' in by
      ? sql`${sql.ref(table.no)} in (${sql.raw(by.nos.join(', '))})`
      : sql`${sql.ref(table.id)} in (${sql.join(by.ids)})`;
  const values = sorts.map((sort, index) => sql`, ${sortValueOf(sort, index)}`);
  return sql`with t as materialized (select * from ${sql.table(table.name)} where ${chosen})
    select ${sql.ref(`t.${table.no}`)} as row_no, ${table.shown}${joinAll(values)}
    from t ${table.joins} ${joinAll(sorts.map(valueJoin))}`;
}

/**
 * Where a position is now, sort by sort and then the id, as `place_0`, `place_1` … A text that is not there any more is
 * between two numbers.
 */
export function composePlaces(
  table: BulkTable,
  sorts: readonly Sort<BulkSource>[],
  { sortValues, id }: Position,
  known: KnownPlaces,
): RawBuilder<Record<string, number | null>> {
  const places = sorts.map(({ source }, index) => placeOf(source, sortValues[index] ?? null, known));
  const idNo = known.find(table.name, id);
  places.push(idNo === undefined ? placeIn(table.name, table.no, table.id, id) : sql`${idNo}`);
  return sql`select ${sql.join(places.map((place, index) => sql`${place} as ${sql.ref(`place_${index}`)}`))}`;
}

function placeOf(source: BulkSource, value: string | number | null, known: KnownPlaces): RawBuilder<unknown> {
  if (value === null) return sql`null`;
  if (source.in === 'dictionary') {
    const number = known.find(source.dictionary, value);
    return number === undefined ? placeIn(source.dictionary, 'text_no', 'value', value) : sql`${number}`;
  }
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
  if (source.in === 'dictionary' && !LARGE.includes(source.dictionary))
    return joinDictionary(source.dictionary, alias, source.column);
  return sql``;
}

function sortValueOf({ source }: Sort<BulkSource>, index: number): RawBuilder<unknown> {
  const name = sql.ref(`value_${index}`);
  if (source.in === 'server') return sql`${sql.ref(`sorted_${index}.${source.of}`)} as ${name}`;
  const column = sql.ref(`t.${source.column}`);
  if (source.in !== 'dictionary') return sql`${column} as ${name}`;
  if (LARGE.includes(source.dictionary)) return sql`${column} as ${sql.ref(`value_no_${index}`)}`;
  return sql`${sql.ref(`sorted_${index}.value`)} as ${name}`;
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

/** How rows are held against one filter: by what they are joined with, by a condition, or both. */
interface Fit {
  readonly join: RawBuilder<unknown>;
  readonly condition?: RawBuilder<boolean>;
}

/**
 * Numbers are unique in what a filter looks at, so a join keeps each row once; the engine does it in half the time of `in`.
 * A negated filter is passed by rows that have nothing there, too.
 */
function fitOf(source: BulkSource, test: FilterTest, alias: string): Fit {
  const ref = sql.ref(`t.${source.column}`);
  if (source.in === 'row') {
    const fits = fitsOne(ref, test, contains);
    return { join: sql``, condition: test.isNegated ? sql<boolean>`(${ref} is null or not (${fits}))` : fits };
  }
  const number = sql.ref(`${alias}.fitting_no`);
  const fitting = sql`(${fittingNumbers(source, test)}) ${sql.ref(alias)} on ${number} = ${ref}`;
  if (test.isNegated) return { join: sql` left join ${fitting}`, condition: sql<boolean>`${number} is null` };
  return { join: sql` join ${fitting}` };
}

function fittingNumbers(source: Exclude<BulkSource, { in: 'row' }>, test: FilterTest): RawBuilder<unknown> {
  const [table, number, text] =
    source.in === 'dictionary'
      ? [source.dictionary, 'text_no', 'value']
      : source.in === 'server'
        ? ['servers', 'server_no', source.of]
        : ['processes', 'process_no', 'process_id'];
  const fits = fitsOne(sql.ref(text), test, contains);
  return sql`select ${sql.ref(number)} as fitting_no from ${sql.table(table)} where ${fits}`;
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
    const { join, condition } = fitOf(source, { ...test, isNegated: false }, 'fit');
    const has = sql<boolean>`server_no in (select distinct t.server_no from processes t ${join}
      where ${condition ?? sql`true`})`;
    return test.isNegated ? sql<boolean>`not (${has})` : has;
  });
  return sql`select string_agg(server_id, ' ') as server_ids from servers where ${allOf(conditions)}`;
}
