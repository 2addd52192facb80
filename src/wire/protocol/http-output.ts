/** The parts of an output that stand outside the body: status and headers. */

import { formatHeader } from '../codec/text-values.ts';
import type { Schema } from '../model/schema.ts';
import type { Operation } from '../model/service-model.ts';
import { outputBindings } from './http-bindings.ts';

type Values = Readonly<Record<string, unknown>>;

export function outputHeaders(schema: Schema, values: Values): Record<string, string> {
  const bindings = outputBindings(schema);
  const headers: Record<string, string> = {};
  for (const [prefix, member] of bindings.prefixHeaders) {
    const map = (values[member.name] ?? {}) as Readonly<Record<string, string>>;
    for (const key of Object.keys(map)) headers[prefix + key.toLowerCase()] = encodeHeader(String(map[key]));
  }
  for (const [name, member] of bindings.headers) {
    const value = values[member.name];
    if (value === undefined || value === null) continue;
    headers[name] = encodeHeader(formatHeader(member.schema, value));
  }
  return headers;
}

export function outputStatus(operation: Operation, values: Values): number {
  const member = outputBindings(operation.output).responseCode;
  const code = member === undefined ? undefined : values[member.name];
  return typeof code === 'number' ? code : (operation.http?.code ?? 200);
}

/** node:http takes header values byte by byte; text beyond Latin-1 goes out as its UTF-8 bytes. */
function encodeHeader(text: string): string {
  return /^[\x20-\x7e\t]*$/.test(text) ? text : Buffer.from(text.replace(/[\r\n\0]/g, ' '), 'utf8').toString('latin1');
}
