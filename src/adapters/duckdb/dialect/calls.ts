/**
 * A function call, whatever shape the parser gave it: most are `function` or `aggregate_function`, some have a kind of
 * their own with named parts.
 */
import { asList, isObject, type Json, type JsonObject, kindOf, partsOf } from './tree.ts';

export interface FunctionCall {
  /** In lower case. */
  readonly name: string;
  readonly args: readonly Json[];
  readonly distinct: boolean;
  readonly filter: Json;
  /** The node's parts, to change in place. */
  readonly parts: JsonObject;
}

// Kinds of their own that the dialect must see as calls: their Trino names and the order of their parts.
const SHAPES: Readonly<Record<string, { readonly name: string; readonly parts: readonly string[] }>> = {
  length: { name: 'length', parts: ['this'] },
  substring: { name: 'substring', parts: ['this', 'start', 'length'] },
  str_position: { name: 'strpos', parts: ['this', 'substr', 'occurrence'] },
  normalize: { name: 'normalize', parts: ['this', 'form'] },
  typeof: { name: 'typeof', parts: ['this'] },
  rand: { name: 'random', parts: ['seed', 'lower', 'upper'] },
  json_extract: { name: 'json_extract', parts: ['this', 'path'] },
  json_extract_scalar: { name: 'json_extract_scalar', parts: ['this', 'path'] },
  json_value: { name: 'json_value', parts: ['this', 'path'] },
  json_query: { name: 'json_query', parts: ['this', 'path'] },
  json_array_length: { name: 'json_array_length', parts: ['this'] },
  element_at: { name: 'element_at', parts: ['this', 'expression'] },
  cardinality: { name: 'cardinality', parts: ['this'] },
  array_distinct: { name: 'array_distinct', parts: ['this'] },
  array_except: { name: 'array_except', parts: ['this', 'expression'] },
  array_intersect: { name: 'array_intersect', parts: ['expressions'] },
  array_position: { name: 'array_position', parts: ['this', 'expression'] },
  array_remove: { name: 'array_remove', parts: ['this', 'expression'] },
  array_union: { name: 'array_union', parts: ['this', 'expression'] },
  contains: { name: 'contains', parts: ['this', 'expression'] },
};

export function callOf(node: Json): FunctionCall | undefined {
  const kind = kindOf(node);
  const parts = kind === undefined ? undefined : partsOf(node, kind);
  if (kind === undefined || parts === undefined) return undefined;
  if (kind === 'function' || kind === 'aggregate_function') {
    const { name, args, distinct, filter } = parts;
    return {
      name: String(name).toLowerCase(),
      args: asList(args),
      distinct: distinct === true,
      filter: filter ?? null,
      parts,
    };
  }
  const shape = SHAPES[kind];
  if (shape === undefined) return undefined;
  const args = shape.parts.flatMap((part) => parts[part] ?? []).filter((arg) => isObject(arg));
  return { name: shape.name, args, distinct: false, filter: null, parts };
}
