/** restJson1: method and URI name the operation; what no binding takes is a JSON object in the body. */

import { applyDefaults, parseJsonBytes, readJson } from '../codec/json-reader.ts';
import { type JsonWriteOptions, writeJson } from '../codec/json-writer.ts';
import { WireFailure } from '../errors/wire-failure.ts';
import type { Schema } from '../model/schema.ts';
import type { Operation, ServiceModel } from '../model/service-model.ts';
import type { ServiceRules } from '../service-rules.ts';
import { errorMembers } from './aws-json.ts';
import { inputBindings, outputBindings } from './http-bindings.ts';
import { readHttpInput } from './http-input.ts';
import { outputHeaders, outputStatus } from './http-output.ts';
import { checkAccept, checkContentType, mediaTypeOf } from './media-types.ts';
import type { BodyStream, ErrorAnswer, ErrorPlace, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { createUriRouter } from './uri-router.ts';

const OPTIONS = { useJsonName: true };

type RestJsonRules = Pick<ServiceRules, 'emptyQueryIsAbsent' | 'showsMilliseconds'>;

export function createRestJsonProtocol(model: ServiceModel, rules: RestJsonRules): Protocol {
  const writing = { ...OPTIONS, showsMilliseconds: rules.showsMilliseconds };
  const router = createUriRouter(model);
  return {
    findOperation(request) {
      const name = router.match(request)?.operationName;
      if (name !== undefined) return model.operation(name)!;
      throw new WireFailure('unknownOperation', `There is no operation ${request.method} ${request.path}.`);
    },
    parse: (operation, request, body) => parse(operation, request, body, rules),
    write: (operation, output) => write(operation, (output ?? {}) as Readonly<Record<string, unknown>>, writing),
    writeError,
    streamsInput: (operation) => inputBindings(operation.input).payload?.schema.streaming === true,
  };
}

function parse(
  operation: Operation,
  request: WireRequest,
  body: Uint8Array | BodyStream,
  rules: RestJsonRules,
): Record<string, unknown> {
  checkAccept(operation, request);
  if (!(body instanceof Uint8Array) || body.byteLength > 0) checkContentType(operation, request);
  const result = readHttpInput(operation, request, rules);
  const { payload, body: document } = inputBindings(operation.input);
  if (payload !== undefined) {
    const value = readPayload(payload.schema, body);
    if (value !== undefined) result[payload.name] = value;
  } else if (document.members.length > 0) {
    const parsed = body instanceof Uint8Array && body.byteLength > 0 ? parseJsonBytes(body) : {};
    Object.assign(result, readJson(document, parsed, OPTIONS));
  }
  return applyDefaults(operation.input, result);
}

function readPayload(schema: Schema, body: Uint8Array | BodyStream): unknown {
  if (!(body instanceof Uint8Array)) return body;
  if (body.byteLength === 0) return undefined;
  if (schema.kind === 'blob') return body;
  if (schema.kind === 'string' || schema.kind === 'enum') return Buffer.from(body).toString('utf8');
  return readJson(schema, parseJsonBytes(body), OPTIONS);
}

function write(
  operation: Operation,
  output: Readonly<Record<string, unknown>>,
  writing: JsonWriteOptions,
): WireResponse {
  const values = applyDefaults(operation.output, { ...output });
  const status = outputStatus(operation, values);
  const headers = outputHeaders(operation.output, values);
  const { payload, body: document } = outputBindings(operation.output);
  if (payload !== undefined)
    return writePayload({ schema: payload.schema, value: values[payload.name] }, status, headers, writing);
  if (!operation.hasOutput) return { status, headers, body: undefined };
  const text = JSON.stringify(writeJson(document, values, writing));
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: text };
}

function writePayload(
  { schema, value }: { schema: Schema; value: unknown },
  status: number,
  headers: Record<string, string>,
  writing: JsonWriteOptions,
): WireResponse {
  const typed = { 'content-type': mediaTypeOf(schema), ...headers };
  if (value === undefined || value === null) return { status, headers, body: undefined };
  if (schema.kind === 'blob') return { status, headers: typed, body: value as Uint8Array | BodyStream };
  if (schema.kind === 'string' || schema.kind === 'enum') return { status, headers: typed, body: String(value) };
  return { status, headers: typed, body: JSON.stringify(writeJson(schema, value, writing)) };
}

function writeError(error: ErrorAnswer, place: ErrorPlace): WireResponse {
  const bound = error.schema === undefined ? {} : outputHeaders(error.schema, error.fields);
  const schema = error.schema && outputBindings(error.schema).body;
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code, ...bound },
    body: JSON.stringify(errorMembers({ ...error, schema }, place, OPTIONS)),
  };
}
