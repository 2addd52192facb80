/** Values that travel as text outside a body: headers, labels, query parameters. */

import { malformed } from '../errors/wire-failure.ts';
import type { Schema, TimestampFormat } from '../model/schema.ts';
import { decodeBase64, encodeBase64, parseBooleanText, parseFloatText, parseIntegerText } from './scalars.ts';
import { formatTimestamp, parseTimestampText } from './timestamps.ts';

export type TextPlace = 'header' | 'query' | 'label' | 'xml' | 'form';

/** The format a timestamp has in a place when the model names none. */
const DEFAULT_FORMATS: Readonly<Record<TextPlace, TimestampFormat>> = {
  header: 'http-date',
  query: 'date-time',
  label: 'date-time',
  xml: 'date-time',
  form: 'date-time',
};

export function parseText(schema: Schema, text: string, place: TextPlace): unknown {
  const value = parseScalar(schema, text, place);
  if (value === undefined) throw malformed(`The value of ${schema.name} cannot be read as ${schema.kind}.`);
  return value;
}

function parseScalar(schema: Schema, text: string, place: TextPlace): unknown {
  switch (schema.kind) {
    case 'string':
      return place === 'header' ? parseHeaderString(schema, text) : text;
    case 'enum':
      return text;
    case 'boolean':
      return parseBooleanText(text);
    case 'float':
    case 'double':
      return parseFloatText(text);
    case 'timestamp':
      return parseTimestampText(text, schema.timestampFormat ?? DEFAULT_FORMATS[place]);
    case 'blob':
      return decodeBase64(text);
    default:
      return parseIntegerText(schema.kind, text);
  }
}

/** A string with a media type (a JSON document, say) is base64 in a header. */
function parseHeaderString(schema: Schema, text: string): string | undefined {
  if (schema.traits['smithy.api#mediaType'] === undefined) return text;
  const bytes = decodeBase64(text);
  return bytes && Buffer.from(bytes).toString('utf8');
}

export function formatText(schema: Schema, value: unknown, place: TextPlace): string {
  if (schema.kind === 'timestamp')
    return String(formatTimestamp(value as number, schema.timestampFormat ?? DEFAULT_FORMATS[place]));
  if (schema.kind === 'blob') return encodeBase64(value as Uint8Array);
  const isEncoded = place === 'header' && schema.traits['smithy.api#mediaType'] !== undefined;
  return isEncoded ? Buffer.from(String(value), 'utf8').toString('base64') : String(value);
}

export function parseHeader(schema: Schema, text: string): unknown {
  if (schema.kind !== 'list') return parseText(schema, text.trim(), 'header');
  const item = schema.element.schema;
  const isHttpDate = item.kind === 'timestamp' && (item.timestampFormat ?? 'http-date') === 'http-date';
  const parts = isHttpDate ? splitHttpDates(text) : splitHeaderList(text);
  return parts.map((part) => parseText(item, part, 'header'));
}

export function formatHeader(schema: Schema, value: unknown): string {
  if (schema.kind !== 'list') return formatText(schema, value, 'header');
  const item = schema.element.schema;
  return (value as readonly unknown[])
    .filter((entry) => entry !== null && entry !== undefined)
    .map((entry) => {
      const text = formatText(item, entry, 'header');
      const needsQuotes = item.kind !== 'timestamp' && /[",]/.test(text);
      return needsQuotes ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
    })
    .join(', ');
}

/** An HTTP date holds a comma itself: a list of them is cut at every second one. */
function splitHttpDates(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  const dates: string[] = [];
  for (let at = 0; at < parts.length; at += 2) dates.push(`${parts[at]}, ${parts[at + 1] ?? ''}`);
  return dates;
}

/** Comma-separated, where `"a, b"` is one item and `\"` a quote within. */
function splitHeaderList(text: string): readonly string[] {
  if (text.trim() === '') return [];
  const items: string[] = [];
  const quoted = /\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)|([^,]*)(?:,|$)/y;
  while (quoted.lastIndex < text.length) {
    const match = quoted.exec(text);
    if (match === null) throw malformed('A header list is not well formed.');
    items.push(match[1]?.replace(/\\(.)/g, '$1') ?? match[2]!.trim());
  }
  return items;
}
