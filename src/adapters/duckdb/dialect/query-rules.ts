/** Whole queries: sources, names of unnamed columns, LIMIT (athena-sql reference, 4.5 and 5.2). */
import { notSupported } from './dialect-error.ts';
import { checkSource, rewriteUnnest } from './from-rules.ts';
import type { RewriteContext } from './rewrite-context.ts';
import { asList, identifier, isObject, type Json, type JsonObject, kindOf, nameOf, partsOf } from './tree.ts';

/**
 * Stands before the number of an unnamed column where `*` comes first: how many columns that is, only the answer tells,
 * so whoever presents it puts the column's place there.
 */
export const UNPLACED = '_col?';

/** Before its parts are rewritten: refuses what no part of a query may hold. */
export function checkQuery(parts: JsonObject): void {
  const { from, fetch, into, qualify } = parts;
  if (isObject(into)) throw notSupported('SELECT INTO', 'into');
  if (isObject(qualify)) throw notSupported('QUALIFY', 'qualify');
  if (isObject(fetch) && fetch.with_ties === true) throw notSupported('FETCH FIRST with ties', 'ties');
  for (const clause of ['lateral_views', 'distribute_by', 'cluster_by', 'sort_by', 'connect', 'top', 'distinct_on']) {
    const said = parts[clause];
    if (isObject(said) || (Array.isArray(said) && said.length > 0))
      throw notSupported(clause.replaceAll('_', ' ').toUpperCase());
  }
  for (const source of asList(isObject(from) ? from.expressions : [])) checkSource(source);
  checkJoins(parts);
}

export function checkJoins(parts: JsonObject): void {
  for (const join of asList(parts.joins)) if (isObject(join)) checkSource(join.this ?? null);
}

/** After its parts are rewritten. */
export function finishSelect(parts: JsonObject, context: RewriteContext): void {
  dropLimitAll(parts);
  if (isObject(parts.from)) {
    parts.from.expressions = asList(parts.from.expressions).map((source) => rewriteUnnest(source, context));
  }
  finishJoins(parts, context);
  nameColumns(parts);
}

export function finishJoins(parts: JsonObject, context: RewriteContext): void {
  for (const join of asList(parts.joins)) if (isObject(join)) join.this = rewriteUnnest(join.this ?? null, context);
}

/** LIMIT ALL says nothing. */
export function dropLimitAll(parts: JsonObject): void {
  const limit = isObject(parts.limit) && isObject(parts.limit.this) ? parts.limit.this : parts.limit;
  if (nameOf(partsOf(limit, 'column')?.name)?.toUpperCase() === 'ALL') parts.limit = null;
}

function nameColumns(parts: JsonObject): void {
  let afterStar = false;
  parts.expressions = asList(parts.expressions).map((item, i) => {
    const kind = kindOf(item) ?? '';
    if (kind === 'star') {
      const star = partsOf(item, 'star');
      if (isObject(star) && (asList(star.except).length > 0 || asList(star.replace).length > 0))
        throw notSupported('* EXCEPT');
      afterStar = true;
    }
    if (['star', 'alias', 'column', 'dot', 'identifier'].includes(kind)) return item;
    return named(item, afterStar ? `${UNPLACED}${i}` : `_col${i}`);
  });
}

function named(item: Json, name: string): Json {
  return {
    alias: {
      this: item,
      alias: identifier(name),
      column_aliases: [],
      alias_explicit_as: true,
      alias_keyword: 'AS',
      pre_alias_comments: [],
      trailing_comments: [],
    },
  };
}

/** VALUES without names for its columns, in FROM: Trino calls them `_col0` and so on, DuckDB `col0`. */
export function nameValues(subquery: JsonObject): void {
  const first = asList(partsOf(subquery.this, 'values')?.expressions)[0];
  if (!isObject(first) || asList(subquery.column_aliases).length > 0) return;
  subquery.alias ??= identifier('values');
  subquery.column_aliases = asList(first.expressions).map((_, i) => identifier(`_col${i}`));
  subquery.alias_explicit_as = true;
  subquery.alias_keyword = 'AS';
}
