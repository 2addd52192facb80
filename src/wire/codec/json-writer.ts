/**
 * Values of the product to what `JSON.stringify` takes, along a schema. Members the model does not name are left out, so
 * a handler cannot leak a column. A value of the wrong kind is a programmer's error and throws.
 */

import { assert } from '../../core/errors.ts';
import type { Schema } from '../model/schema.ts';
import { encodeBase64, formatFloat } from './scalars.ts';
import { formatTimestamp } from './timestamps.ts';

export interface JsonWriteOptions {
  readonly useJsonName: boolean;
  /** Times as text always have three digits of milliseconds. */
  readonly showsMilliseconds?: boolean;
}

export function writeJson(schema: Schema, value: unknown, options: JsonWriteOptions): unknown {
  switch (schema.kind) {
    case 'structure':
      return writeMembers(schema, value, options);
    case 'union':
      return writeMembers(schema, value, options);
    case 'list':
      return writeList(schema, value, options);
    case 'map':
      return writeMap(schema, value, options);
    case 'timestamp':
      assert(typeof value === 'number', `${schema.name} is epoch milliseconds`);
      return formatTimestamp(value, schema.timestampFormat ?? 'epoch-seconds', options.showsMilliseconds);
    case 'blob':
      assert(value instanceof Uint8Array, `${schema.name} is bytes`);
      return encodeBase64(value);
    case 'float':
    case 'double':
      assert(typeof value === 'number', `${schema.name} is a number`);
      return formatFloat(value);
    default:
      return value;
  }
}

function writeMembers(schema: Schema, value: unknown, options: JsonWriteOptions): unknown {
  const source = asRecord(schema, value);
  const result: Record<string, unknown> = {};
  for (const member of schema.members) {
    const item = source[member.name] ?? member.defaultValue;
    if (item === undefined || item === null) continue;
    result[options.useJsonName ? member.jsonName : member.name] = writeJson(member.schema, item, options);
  }
  return result;
}

function writeList(schema: Schema, value: unknown, options: JsonWriteOptions): unknown {
  assert(Array.isArray(value), `${schema.name} is a list`);
  const item = schema.element.schema;
  const kept = schema.sparse ? value : value.filter((entry) => entry !== null && entry !== undefined);
  return kept.map((entry: unknown) => (entry === null ? null : writeJson(item, entry, options)));
}

function writeMap(schema: Schema, value: unknown, options: JsonWriteOptions): unknown {
  const source = asRecord(schema, value);
  const result: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(source)) {
    const item = source[key];
    if (item === undefined || (item === null && !schema.sparse)) continue;
    result[key] = item === null ? null : writeJson(schema.element.schema, item, options);
  }
  return result;
}

function asRecord(schema: Schema, value: unknown): Readonly<Record<string, unknown>> {
  assert(typeof value === 'object' && value !== null, `${schema.name} is an object`);
  return value as Readonly<Record<string, unknown>>;
}
