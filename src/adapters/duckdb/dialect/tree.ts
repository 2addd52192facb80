/**
 * The parser's tree, seen as plain JSON. An expression is an object with one key, its kind, holding its parts:
 * `{ "div": { "left": …, "right": … } }`.
 */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parts of `node` when it is of that kind. */
export function partsOf(node: Json | undefined, kind: string): JsonObject | undefined {
  if (!isObject(node)) return undefined;
  const parts = node[kind];
  return isObject(parts) && Object.keys(node).length === 1 ? parts : undefined;
}

/** The text of an identifier (`{ "name": … }`). */
export function nameOf(identifier: Json | undefined): string | undefined {
  return isObject(identifier) && typeof identifier.name === 'string' ? identifier.name : undefined;
}

export function identifier(name: string): JsonObject {
  return { name, quoted: true, trailing_comments: [], span: null };
}
