/**
 * Every constraint of the model against a parsed input. Answers with violations as data; `violation-text.ts` words them
 * and `errors/service-rules.ts` says which exception they become. Lengths count Unicode code points, not UTF-16 units.
 */

import type { Schema } from '../model/schema.ts';

export type Rule =
  | { readonly kind: 'required' }
  | {
      readonly kind: 'length';
      readonly min: number | undefined;
      readonly max: number | undefined;
      readonly actual: number;
    }
  | {
      readonly kind: 'range';
      readonly min: number | undefined;
      readonly max: number | undefined;
      readonly actual: number;
    }
  | { readonly kind: 'pattern'; readonly text: string }
  | { readonly kind: 'enum'; readonly values: readonly unknown[] }
  | { readonly kind: 'unique' };

export interface Violation {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly sensitive: boolean;
  readonly rule: Rule;
}

/** More than this nobody reads; the rest of the input is not walked. */
export const VIOLATIONS_MAX = 20;

type Path = readonly (string | number)[];
type Sink = Violation[];

export function validate(schema: Schema, input: unknown): readonly Violation[] {
  const sink: Sink = [];
  if (schema.constrained) check(schema, input, [], sink);
  return sink;
}

function check(schema: Schema, value: unknown, path: Path, sink: Sink): void {
  if (sink.length >= VIOLATIONS_MAX) return;
  switch (schema.kind) {
    case 'structure':
    case 'union':
      checkMembers(schema, value as Record<string, unknown>, path, sink);
      break;
    case 'list':
      checkList(schema, value as readonly unknown[], path, sink);
      break;
    case 'map':
      checkMap(schema, value as Readonly<Record<string, unknown>>, path, sink);
      break;
    case 'string':
    case 'enum':
    case 'intEnum':
      checkText(schema, value, path, sink);
      break;
    case 'blob':
      if (value instanceof Uint8Array) checkLength(schema, value, value.byteLength, path, sink);
      break;
    default:
      checkRange(schema, value, path, sink);
  }
}

function checkMembers(schema: Schema, value: Record<string, unknown>, path: Path, sink: Sink): void {
  for (const member of schema.members) {
    const item = value[member.name];
    if (item === undefined || item === null) {
      if (member.required) report(sink, schema, [...path, member.name], null, { kind: 'required' });
    } else if (member.schema.constrained) {
      check(member.schema, item, [...path, member.name], sink);
    }
  }
}

function checkList(schema: Schema, value: readonly unknown[], path: Path, sink: Sink): void {
  if (!checkLength(schema, value, value.length, path, sink)) return;
  if (schema.uniqueItems && hasRepeat(value)) report(sink, schema, path, value, { kind: 'unique' });
  const item = schema.element.schema;
  if (!item.constrained) return;
  for (let at = 0; at < value.length; at++) {
    if (value[at] !== null) check(item, value[at], [...path, at], sink);
  }
}

function checkMap(schema: Schema, value: Readonly<Record<string, unknown>>, path: Path, sink: Sink): void {
  const keys = Object.keys(value);
  if (!checkLength(schema, value, keys.length, path, sink)) return;
  for (const key of keys) {
    check(schema.key.schema, key, path, sink);
    if (value[key] !== null && schema.element.schema.constrained) {
      check(schema.element.schema, value[key], [...path, key], sink);
    }
  }
}

function checkText(schema: Schema, value: unknown, path: Path, sink: Sink): void {
  if (schema.enumValues !== undefined && !schema.enumValues.has(value)) {
    report(sink, schema, path, value, { kind: 'enum', values: schema.shownEnumValues });
    return;
  }
  if (typeof value !== 'string') return;
  // Length first: a text past its bound never reaches a pattern.
  if (schema.length !== undefined && !checkLength(schema, value, codePointCount(value), path, sink)) {
    if (schema.length.max !== undefined && value.length > schema.length.max) return;
  }
  if (schema.pattern !== undefined && !schema.pattern.matches(value)) {
    report(sink, schema, path, value, { kind: 'pattern', text: schema.pattern.text });
  }
}

function checkLength(schema: Schema, value: unknown, actual: number, path: Path, sink: Sink): boolean {
  const bounds = schema.length;
  if (bounds === undefined || within(actual, bounds.min, bounds.max)) return true;
  report(sink, schema, path, value, { kind: 'length', min: bounds.min, max: bounds.max, actual });
  return false;
}

function checkRange(schema: Schema, value: unknown, path: Path, sink: Sink): void {
  const bounds = schema.range;
  if (bounds === undefined || typeof value !== 'number' || within(value, bounds.min, bounds.max)) return;
  report(sink, schema, path, value, { kind: 'range', min: bounds.min, max: bounds.max, actual: value });
}

function within(value: number, min: number | undefined, max: number | undefined): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

export function codePointCount(text: string): number {
  let pairs = 0;
  for (let at = 0; at + 1 < text.length; at++) {
    const isHigh = (text.charCodeAt(at) & 0xfc00) === 0xd800;
    if (isHigh && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) pairs++;
  }
  return text.length - pairs;
}

function hasRepeat(items: readonly unknown[]): boolean {
  return new Set(items.map(identity)).size < items.length;
}

/** One text per value; members are sorted, since `{a, b}` and `{b, a}` are the same structure. */
function identity(value: unknown): string {
  if (value instanceof Uint8Array) return `blob:${Buffer.from(value).toString('base64')}`;
  if (Array.isArray(value)) return `[${value.map(identity).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${identity(item)}`).join(',')}}`;
}

function report(sink: Sink, schema: Schema, path: Path, value: unknown, rule: Rule): void {
  if (sink.length < VIOLATIONS_MAX) sink.push({ path, value, sensitive: schema.sensitive, rule });
}
