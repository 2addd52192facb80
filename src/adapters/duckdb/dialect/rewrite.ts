/** Walks the tree and applies the rules, inner parts first. */
import { notSupported } from './dialect-error.ts';
import { EXPRESSION_RULES } from './expression-rules.ts';
import { rewriteCall } from './function-rules.ts';
import { checkJoins, checkQuery, dropLimitAll, finishJoins, finishSelect, nameValues } from './query-rules.ts';
import type { RewriteContext } from './rewrite-context.ts';
import { asList, isObject, type Json, type JsonObject, kindOf, partsOf, template } from './tree.ts';

const DEPTH_MAX = 2000;
const QUERIES = new Set(['select', 'union', 'intersect', 'except', 'values', 'subquery', 'paren']);

/** A query in Trino's meaning as one in DuckDB's; both still in Trino's grammar. */
export function rewriteQuery(query: Json, context: RewriteContext): Json {
  const kind = kindOf(query) ?? '';
  if (!QUERIES.has(kind)) throw notSupported(`${kind.toUpperCase().replaceAll('_', ' ')} statements`);
  return rewrite(kind === 'values' ? selectFrom(query) : query, context, 0);
}

/** `VALUES …` as `SELECT * FROM (VALUES …)`. */
function selectFrom(values: Json): Json {
  const query = structuredClone(partsOf(template('(SELECT * FROM (SELECT 1) AS t)', {}), 'subquery')?.this ?? null);
  const from = partsOf(query, 'select')?.from;
  const source = partsOf(asList(isObject(from) ? from.expressions : [])[0], 'subquery');
  if (source === undefined) throw new Error('The parser gave a subquery another shape');
  source.this = values;
  return query;
}

function rewrite(node: Json, context: RewriteContext, depth: number): Json {
  if (depth > DEPTH_MAX) throw notSupported('expressions nested that deep');
  if (Array.isArray(node)) return node.map((item) => rewrite(item, context, depth + 1));
  if (!isObject(node)) return node;
  const kind = kindOf(node);
  const before = kind === undefined ? undefined : partsOf(node, kind);
  if (kind === 'select' && before !== undefined) checkQuery(before);
  if (kind === 'joined_table' && before !== undefined) checkJoins(before);
  const inner: JsonObject = {};
  for (const [key, part] of Object.entries(node)) inner[key] = rewrite(part, context, depth + 1);
  return kind === undefined ? inner : applyRule(kind, inner, context);
}

function applyRule(kind: string, node: JsonObject, context: RewriteContext): Json {
  const parts = partsOf(node, kind);
  if (parts === undefined) return node;
  if (kind === 'select') finishSelect(parts, context);
  if (kind === 'joined_table') finishJoins(parts, context);
  if (kind === 'subquery') nameValues(parts);
  if (kind === 'union' || kind === 'intersect' || kind === 'except') dropLimitAll(parts);
  const rule = EXPRESSION_RULES[kind];
  if (rule !== undefined) return rule(parts, node);
  return rewriteCall(node, context) ?? node;
}
