/** Content-Type and Accept of restJson1, held to what the model implies. */

import { WireFailure } from '../errors/wire-failure.ts';
import type { Schema } from '../model/schema.ts';
import type { Operation } from '../model/service-model.ts';
import { inputBindings, outputBindings } from './http-bindings.ts';
import type { WireRequest } from './protocol.ts';

const JSON_TYPE = 'application/json';

/** The media type a payload of this schema has. */
export function mediaTypeOf(schema: Schema): string {
  const named = schema.traits['smithy.api#mediaType'];
  if (typeof named === 'string') return named;
  if (schema.kind === 'blob') return 'application/octet-stream';
  return schema.kind === 'string' || schema.kind === 'enum' ? 'text/plain' : JSON_TYPE;
}

/** Called when there is a body. */
export function checkContentType(operation: Operation, request: WireRequest): void {
  const given = bareType(request.headers['content-type']);
  const { payload, body } = inputBindings(operation.input);
  if (payload?.schema.kind === 'blob' && payload.schema.traits['smithy.api#mediaType'] === undefined) return;
  const isEmptyDocument = operation.hasInput && operation.input.members.length === 0;
  const takesBody = payload !== undefined || body.members.length > 0 || (isEmptyDocument && given === JSON_TYPE);
  const wanted = payload === undefined ? JSON_TYPE : mediaTypeOf(payload.schema);
  if (takesBody ? given === wanted : given === undefined) return;
  throw new WireFailure(
    'mediaType',
    takesBody ? `The Content-Type must be ${wanted}.` : 'This operation takes no body.',
  );
}

export function checkAccept(operation: Operation, request: WireRequest): void {
  const accept = request.headers.accept;
  if (accept === undefined || accept.trim() === '') return;
  const { payload, body } = outputBindings(operation.output);
  if (payload === undefined && body.members.length === 0) return;
  if (payload?.schema.kind === 'blob' && payload.schema.traits['smithy.api#mediaType'] === undefined) return;
  const offered = payload === undefined ? JSON_TYPE : mediaTypeOf(payload.schema);
  const wanted = accept.split(',').map((part) => bareType(part));
  const isMet = wanted.some((type) => type === '*/*' || type === offered || type === `${offered.split('/')[0]}/*`);
  if (!isMet) throw new WireFailure('notAcceptable', `The answer is ${offered}, which Accept leaves out.`);
}

function bareType(text: string | undefined): string | undefined {
  return text === undefined ? undefined : text.split(';', 1).join('').trim().toLowerCase();
}
