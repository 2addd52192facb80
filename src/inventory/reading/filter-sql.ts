import { type RawBuilder, sql } from 'kysely';
import type { Comparison, FilterTest, FilterValue } from './conditions.ts';

type Contains = (ref: RawBuilder<unknown>, value: string) => RawBuilder<boolean>;

const OPERATORS = { GE: '>=', LE: '<=', GT: '>', LT: '<' } as const satisfies Readonly<
  Record<Exclude<Comparison, 'EQUALS' | 'CONTAINS'>, string>
>;

/** Case matters to `replace` in SQLite and PostgreSQL alike, as it does not to SQLite's LIKE. */
export const containsByReplace: Contains = (ref, value) =>
  value === '' ? sql<boolean>`${ref} is not null` : sql<boolean>`replace(${ref}, ${value}, '') <> ${ref}`;

/** The positive form of a test: one of the values fits. Null where the attribute is absent. */
export function fitsOne(ref: RawBuilder<unknown>, test: FilterTest, contains: Contains): RawBuilder<boolean> {
  const { comparison, values } = test;
  if (comparison === 'EQUALS') return sql<boolean>`${ref} in (${sql.join(values)})`;
  if (comparison === 'CONTAINS') return anyOf(values.map((value) => contains(ref, String(value))));
  return anyOf(values.map((value: FilterValue) => sql<boolean>`${ref} ${sql.raw(OPERATORS[comparison])} ${value}`));
}

/** Nested in halves, because engines bound how deep an expression is. */
export function anyOf(terms: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return joinInHalves(terms, sql`or`, sql<boolean>`1 = 0`);
}

export function allOf(terms: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return joinInHalves(terms, sql`and`, sql<boolean>`1 = 1`);
}

function joinInHalves(
  terms: readonly RawBuilder<boolean>[],
  word: RawBuilder<unknown>,
  none: RawBuilder<boolean>,
): RawBuilder<boolean> {
  const [first] = terms;
  if (first === undefined) return none;
  if (terms.length === 1) return first;
  const middle = Math.ceil(terms.length / 2);
  const left = joinInHalves(terms.slice(0, middle), word, none);
  return sql<boolean>`(${left} ${word} ${joinInHalves(terms.slice(middle), word, none)})`;
}
