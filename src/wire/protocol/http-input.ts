/** The parts of an input that stand outside the body: labels, query, headers. */

import { parseHeader, parseText } from '../codec/text-values.ts';
import type { Member } from '../model/schema.ts';
import type { Operation } from '../model/service-model.ts';
import { type Bindings, inputBindings } from './http-bindings.ts';
import type { WireRequest } from './protocol.ts';
import { readLabels } from './uri-router.ts';

export interface HttpInputOptions {
  readonly emptyQueryIsAbsent: boolean;
}

export function readHttpInput(
  operation: Operation,
  request: WireRequest,
  options: HttpInputOptions,
): Record<string, unknown> {
  const bindings = inputBindings(operation.input);
  const result: Record<string, unknown> = {};
  if (bindings.labels.length > 0) readLabelMembers(operation, bindings, request, result);
  if (request.query.length > 0) readQueryMembers(bindings, request, options, result);
  for (const [name, member] of bindings.headers) {
    const text = request.headers[name];
    if (text !== undefined) result[member.name] = parseHeader(member.schema, text);
  }
  for (const [prefix, member] of bindings.prefixHeaders) readPrefixHeaders(prefix, member, request, result);
  return result;
}

function readLabelMembers(
  operation: Operation,
  bindings: Bindings,
  request: WireRequest,
  result: Record<string, unknown>,
): void {
  const labels = readLabels(operation.http?.uri ?? '/', request.path);
  for (const member of bindings.labels) {
    const text = labels.get(member.name);
    if (text !== undefined) result[member.name] = parseText(member.schema, text, 'label');
  }
}

function readQueryMembers(
  bindings: Bindings,
  request: WireRequest,
  options: HttpInputOptions,
  result: Record<string, unknown>,
): void {
  const pairs = options.emptyQueryIsAbsent ? request.query.filter(([, value]) => value !== '') : request.query;
  for (const [name, member] of bindings.query) {
    const texts = pairs.filter(([key]) => key === name).map(([, value]) => value);
    if (texts.length === 0) continue;
    const { schema } = member;
    result[member.name] =
      schema.kind === 'list'
        ? texts.map((text) => parseText(schema.element.schema, text, 'query'))
        : parseText(schema, texts[0]!, 'query');
  }
  if (bindings.queryParams !== undefined)
    result[bindings.queryParams.name] = readQueryParams(bindings.queryParams, pairs);
}

/** Every parameter of the query, those that members bind as well. */
function readQueryParams(member: Member, pairs: WireRequest['query']): unknown {
  const isMulti = member.schema.element.schema.kind === 'list';
  const result: Record<string, unknown> = Object.create(null);
  for (const [name, value] of pairs) {
    if (isMulti) result[name] = [...((result[name] as string[] | undefined) ?? []), value];
    else result[name] ??= value;
  }
  return result;
}

function readPrefixHeaders(
  prefix: string,
  member: Member,
  request: WireRequest,
  result: Record<string, unknown>,
): void {
  const map: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith(prefix)) map[name.slice(prefix.length)] = request.headers[name];
  }
  if (Object.keys(map).length > 0) result[member.name] = map;
}
