/**
 * JSON to values of the product, along a schema. Unknown members are dropped; a known member of the wrong kind is a
 * SerializationException, never coerced. Constraints (length, pattern, enum) are not looked at here.
 */

import { malformed } from '../errors/wire-failure.ts';
import type { Schema } from '../model/schema.ts';
import { decodeBase64, isIntegerOf, parseNonFinite } from './scalars.ts';
import { parseEpochSeconds, parseTimestampText } from './timestamps.ts';

export const JSON_DEPTH_MAX = 100;

export interface JsonReadOptions {
  /** restJson1 honours `jsonName`; awsJson does not. */
  readonly useJsonName: boolean;
}

type JsonObject = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function parseJsonBytes(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw malformed('The request body is not valid JSON.');
  }
}

export function readJson(schema: Schema, value: unknown, options: JsonReadOptions, depth = 0): unknown {
  if (depth > JSON_DEPTH_MAX) throw malformed(`The request body nests deeper than ${JSON_DEPTH_MAX} levels.`);
  switch (schema.kind) {
    case 'string':
    case 'enum':
      return typeof value === 'string' ? value : wrongKind(schema, 'a string');
    case 'structure':
      return readStructure(schema, value, options, depth);
    case 'list':
      return readList(schema, value, options, depth);
    case 'map':
      return readMap(schema, value, options, depth);
    case 'union':
      return readUnion(schema, value, options, depth);
    case 'boolean':
      return typeof value === 'boolean' ? value : wrongKind(schema, 'a boolean');
    case 'float':
    case 'double':
      return readFloat(schema, value);
    case 'timestamp':
      return readTimestamp(schema, value);
    case 'blob':
      return (typeof value === 'string' ? decodeBase64(value) : undefined) ?? wrongKind(schema, 'base64 text');
    case 'document':
      return checkDepth(value, depth);
    default:
      return isIntegerOf(schema.kind, value) ? value : wrongKind(schema, `a number of type ${schema.kind}`);
  }
}

function readStructure(schema: Schema, value: unknown, options: JsonReadOptions, depth: number): unknown {
  const source = asObject(schema, value);
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(source)) {
    const member = options.useJsonName ? schema.memberByJsonName(name) : schema.memberByName(name);
    const item = source[name];
    if (member === undefined || item === null) continue;
    result[member.name] = readJson(member.schema, item, options, depth + 1);
  }
  return applyDefaults(schema, result);
}

export function applyDefaults(schema: Schema, result: Record<string, unknown>): Record<string, unknown> {
  for (const member of schema.membersWithDefault) {
    if (result[member.name] === undefined) result[member.name] = structuredClone(member.defaultValue);
  }
  return result;
}

function readList(schema: Schema, value: unknown, options: JsonReadOptions, depth: number): unknown {
  if (!Array.isArray(value)) return wrongKind(schema, 'a list');
  const item = schema.element.schema;
  return value.map((entry: unknown) => {
    if (entry === null) return schema.sparse ? null : wrongKind(schema, 'a list without null');
    return readJson(item, entry, options, depth + 1);
  });
}

/** Without a prototype: a key such as `__proto__` or `constructor` is the caller's data and nothing else. */
function readMap(schema: Schema, value: unknown, options: JsonReadOptions, depth: number): unknown {
  const source = asObject(schema, value);
  const result: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(source)) {
    const item = source[key];
    if (item !== null) result[key] = readJson(schema.element.schema, item, options, depth + 1);
    else if (schema.sparse) result[key] = null;
    else wrongKind(schema, 'a map without null');
  }
  return result;
}

function readUnion(schema: Schema, value: unknown, options: JsonReadOptions, depth: number): unknown {
  const source = asObject(schema, value);
  const names = Object.keys(source).filter((name) => source[name] !== null && name !== '__type');
  const name = names[0];
  const member = name === undefined ? undefined : schema.memberByJsonName(name);
  if (names.length !== 1 || name === undefined || member === undefined) return wrongKind(schema, 'one known member');
  return { [member.name]: readJson(member.schema, source[name], options, depth + 1) };
}

function readFloat(schema: Schema, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return parseNonFinite(value) ?? wrongKind(schema, 'a number');
}

function readTimestamp(schema: Schema, value: unknown): number {
  const format = schema.timestampFormat ?? 'epoch-seconds';
  if (format === 'epoch-seconds') {
    return (typeof value === 'number' ? parseEpochSeconds(value) : undefined) ?? wrongKind(schema, 'epoch seconds');
  }
  return (typeof value === 'string' ? parseTimestampText(value, format) : undefined) ?? wrongKind(schema, format);
}

function checkDepth(value: unknown, depth: number): unknown {
  if (depth > JSON_DEPTH_MAX) throw malformed(`The request body nests deeper than ${JSON_DEPTH_MAX} levels.`);
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) checkDepth(item, depth + 1);
  }
  return value;
}

function asObject(schema: Schema, value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  return wrongKind(schema, 'an object');
}

function wrongKind(schema: Schema, wanted: string): never {
  throw malformed(`The value of ${schema.name} must be ${wanted}.`);
}
