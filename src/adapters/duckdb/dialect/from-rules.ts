/** What may stand in FROM, and UNNEST in DuckDB's terms (athena-sql reference, 5.1). */
import { DialectError, notSupported } from './dialect-error.ts';
import type { RewriteContext } from './rewrite-context.ts';
import {
  asList,
  call,
  identifier,
  isObject,
  type Json,
  type JsonObject,
  kindOf,
  nameOf,
  partsOf,
  template,
} from './tree.ts';

/** Marks a call that becomes `unnest(…, max_depth := 2)` once the text is DuckDB's, as Trino's grammar has no `:=`. */
export const UNNEST_ROWS = 'athena_unnest_rows';

const SOURCES = new Set(['table', 'subquery', 'unnest', 'joined_table', 'values', 'paren']);

/** Refuses every source but tables, queries and UNNEST: table functions of DuckDB never get through. */
export function checkSource(node: Json): void {
  const kind = kindOf(node) ?? '';
  const parts = partsOf(node, kind) ?? {};
  if (kind === 'alias' || kind === 'table_sample') checkSource(parts.this ?? null);
  else if (kind === 'joined_table') checkSource(parts.left ?? null);
  else if (kind === 'table') checkTable(parts);
  else if (kind === 'match_recognize') throw notSupported('MATCH_RECOGNIZE', 'match_recognize');
  else if (kind === 'function') throw unknownTableFunction(String(parts.name).toLowerCase());
  else if (!SOURCES.has(kind)) throw notSupported(`${kind.toUpperCase().replaceAll('_', ' ')} in FROM`);
}

function unknownTableFunction(name: string): DialectError {
  return new DialectError('FUNCTION_NOT_FOUND', `Table function '${name}' not registered`, name.split('.').at(-1));
}

function checkTable(table: JsonObject): void {
  const name = nameOf(table.name);
  for (const key of ['version', 'when', 'changes']) {
    if (isObject(table[key])) throw notSupported('time travel (FOR TIMESTAMP AS OF, FOR VERSION AS OF)', name);
  }
  if (name?.includes('$')) throw notSupported(`metadata table ${name}`, name);
}

/** An UNNEST source (bare or with an alias) as DuckDB takes it; any other source as it is. */
export function rewriteUnnest(source: Json, context: RewriteContext): Json {
  const alias = partsOf(source, 'alias');
  const unnest = partsOf(alias === undefined ? source : alias.this, 'unnest');
  if (alias === undefined || unnest === undefined) return source;
  const columns = asList(alias.column_aliases).flatMap((each) => nameOf(each) ?? []);
  const args = [unnest.this!, ...asList(unnest.expressions)];
  const values = unnest.with_ordinality === true ? columns.slice(0, -1) : columns;
  if (args.length === 1 && values.length < 2) return source;
  const ordinal = unnest.with_ordinality === true ? columns.at(-1) : undefined;
  const items = args.length > 1 ? unnestSide(args, values) : unnestPairs(args[0]!, values, context);
  const longest = args.length > 1 ? longestOf(args) : call('athena_cardinality', args[0]!);
  if (ordinal !== undefined) items.push(call('unnest', call('athena_ordinals', longest)));
  return lateral(items, nameOf(alias.alias) ?? 'u', columns);
}

function unnestSide(args: readonly Json[], values: readonly string[]): Json[] {
  if (values.length > 0 && values.length !== args.length)
    throw notSupported('UNNEST of maps beside other arguments', 'unnest');
  return args.map((arg) => call('unnest', arg));
}

// Two names: a map or an array of rows with two fields, which only types can tell. More: rows.
function unnestPairs(arg: Json, values: readonly string[], context: RewriteContext): Json[] {
  const known = isMap(arg);
  if (values.length === 2 && !known) context.usedUnnest = true;
  if (values.length === 2 && (known || !context.assumptions.unnestsRows)) {
    return [call('unnest', call('map_keys', arg)), call('unnest', call('map_values', structuredClone(arg)))];
  }
  return [call(UNNEST_ROWS, arg)];
}

function isMap(node: Json): boolean {
  const name = String(partsOf(node, 'function')?.name ?? '').toLowerCase();
  return /^(map|map_agg|athena_map_agg|athena_split_to_map|map_from_entries|map_concat|histogram)$/.test(name);
}

function longestOf(args: readonly Json[]): Json {
  return args.map((arg) => call('athena_cardinality', arg)).reduce((left, right) => call('athena_larger', left, right));
}

function lateral(items: Json[], name: string, columns: readonly string[]): Json {
  const query = structuredClone(template('(SELECT 1)', {}));
  const subquery = partsOf(query, 'subquery');
  const select = partsOf(subquery?.this, 'select');
  if (subquery === undefined || select === undefined) throw new Error('The parser gave a subquery another shape');
  select.expressions = items;
  Object.assign(subquery, {
    alias: identifier(name),
    column_aliases: columns.map(identifier),
    lateral: true,
    alias_explicit_as: true,
    alias_keyword: 'AS',
  });
  return query;
}
