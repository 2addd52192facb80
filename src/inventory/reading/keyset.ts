import { type RawBuilder, sql } from 'kysely';

/**
 * Pages by position: the sort values of the last item, then its id. An absent value is the smallest, so it comes first
 * ascending and last descending, and every item has one place. Items that come or go between two pages move nothing else.
 */
export interface SortColumn {
  readonly ref: RawBuilder<unknown>;
  readonly isDescending: boolean;
}

export function orderOf(columns: readonly SortColumn[]): RawBuilder<unknown> {
  const terms = columns.map(({ ref, isDescending }) =>
    isDescending ? sql`${ref} desc nulls last` : sql`${ref} asc nulls first`,
  );
  return sql.join(terms);
}

/** Whether an item is after the position that `values` is, value by value for `columns`. */
export function isAfter(
  columns: readonly SortColumn[],
  values: readonly (string | number | null)[],
): RawBuilder<boolean> {
  const [column, ...more] = columns;
  if (column === undefined) return sql<boolean>`1 = 0`;
  const value = values[0] ?? null;
  const beyond = isBeyond(column, value);
  if (more.length === 0) return beyond;
  const same = value === null ? sql`${column.ref} is null` : sql`${column.ref} = ${value}`;
  return sql<boolean>`(${beyond} or (${same} and ${isAfter(more, values.slice(1))}))`;
}

function isBeyond({ ref, isDescending }: SortColumn, value: string | number | null): RawBuilder<boolean> {
  if (value === null) return isDescending ? sql<boolean>`1 = 0` : sql<boolean>`${ref} is not null`;
  return isDescending ? sql<boolean>`(${ref} < ${value} or ${ref} is null)` : sql<boolean>`${ref} > ${value}`;
}
