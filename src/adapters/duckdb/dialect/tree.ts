/**
 * The parser's tree, seen as plain JSON. An expression is an object with one key, its kind, holding its parts:
 * `{ "div": { "left": …, "right": … } }`.
 */
import { parse } from '@polyglot-sql/sdk';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** The kind of an expression; undefined for anything that is not one. */
export function kindOf(node: Json | undefined): string | undefined {
  if (!isObject(node)) return undefined;
  const keys = Object.keys(node);
  return keys.length === 1 ? keys[0] : undefined;
}

/** The parts of `node` when it is of that kind. */
export function partsOf(node: Json | undefined, kind: string): JsonObject | undefined {
  if (kindOf(node) !== kind || !isObject(node)) return undefined;
  const parts = node[kind];
  return isObject(parts) ? parts : undefined;
}

/** The text of an identifier (`{ "name": … }`). */
export function nameOf(identifier: Json | undefined): string | undefined {
  return isObject(identifier) && typeof identifier.name === 'string' ? identifier.name : undefined;
}

export function identifier(name: string): JsonObject {
  return { name, quoted: true, trailing_comments: [], span: null };
}

export function call(name: string, ...args: Json[]): JsonObject {
  return {
    function: {
      name,
      args,
      distinct: false,
      trailing_comments: [],
      use_bracket_syntax: false,
      no_parens: false,
      quoted: false,
    },
  };
}

export function textLiteral(value: string): JsonObject {
  return { literal: { literal_type: 'string', value } };
}

export function column(name: string): JsonObject {
  return { column: { name: identifier(name), table: null, join_mark: false, trailing_comments: [], span: null } };
}

/** The value of a literal in single quotes. */
export function textValue(node: Json | undefined): string | undefined {
  const literal = partsOf(node, 'literal');
  return literal?.literal_type === 'string' && typeof literal.value === 'string' ? literal.value : undefined;
}

const templates = new Map<string, Json>();

/** The expression of a Trino text in which each `$name` column stands for one of the nodes given. */
export function template(text: string, holes: Readonly<Record<string, Json>>): Json {
  const tree = templates.get(text) ?? parseExpression(text);
  templates.set(text, tree);
  return fill(structuredClone(tree), holes);
}

function parseExpression(text: string): Json {
  // Quoted, as a bare `$name` is a parameter to the parser.
  const parsed = parse(`SELECT ${text.replace(/\$(\w+)/g, '"$$$1"')}`, 'trino' as never);
  const select = partsOf(asList(parsed.ast as Json)[0], 'select');
  const expression = asList(select?.expressions)[0];
  if (expression === undefined) throw new Error(`Not an expression: ${text}`);
  return expression;
}

function fill(node: Json, holes: Readonly<Record<string, Json>>): Json {
  if (Array.isArray(node)) return node.map((item) => fill(item, holes));
  if (!isObject(node)) return node;
  const parts = partsOf(node, 'column');
  const row = holeOf(parts?.table, holes);
  if (parts !== undefined && row !== undefined) return { dot: { this: row, field: parts.name ?? null } };
  const hole = holeOf(parts?.name, holes);
  if (hole !== undefined) return hole;
  return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, fill(part, holes)]));
}

function holeOf(identifier: Json | undefined, holes: Readonly<Record<string, Json>>): Json | undefined {
  const name = nameOf(identifier);
  const hole = name?.startsWith('$') ? holes[name.slice(1)] : undefined;
  return hole === undefined ? undefined : structuredClone(hole);
}
