/** awsJson1_0 and awsJson1_1: every operation is `POST /`, named in `X-Amz-Target`, with a JSON object as body. */

import { parseJsonBytes, readJson } from '../codec/json-reader.ts';
import { writeJson } from '../codec/json-writer.ts';
import { WireFailure } from '../errors/wire-failure.ts';
import type { Operation, ServiceModel } from '../model/service-model.ts';
import type { BodyStream, ErrorAnswer, ErrorPlace, Protocol, WireRequest, WireResponse } from './protocol.ts';

const OPTIONS = { useJsonName: false };

export function createAwsJsonProtocol(model: ServiceModel): Protocol {
  const contentType = model.protocol === 'awsJson1_0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1';
  const answer = (status: number, body: unknown): WireResponse => ({
    status,
    headers: { 'content-type': contentType },
    body: JSON.stringify(body),
  });
  return {
    findOperation: (request) => findOperation(model, request),
    parse: (operation, _request, body) => parse(operation, body),
    write: (operation, output) => answer(200, writeJson(operation.output, output ?? {}, OPTIONS)),
    writeError: (error, place) =>
      answer(error.status, { __type: typeOf(model, error), ...errorMembers(error, place, OPTIONS) }),
    streamsInput: () => false,
  };
}

function findOperation(model: ServiceModel, request: WireRequest): Operation {
  const target = request.headers['x-amz-target'] ?? '';
  const dot = target.lastIndexOf('.');
  const name = target.slice(dot + 1);
  const isOurs = request.method === 'POST' && target.slice(0, dot) === model.shapeName;
  const operation = isOurs ? model.operation(name) : undefined;
  if (operation === undefined)
    throw new WireFailure('unknownOperation', `The operation ${name || '(none)'} does not exist.`);
  return operation;
}

function parse(operation: Operation, body: Uint8Array | BodyStream): Record<string, unknown> {
  // A body of zero bytes is `{}`; `null` and `[]` are not.
  const value = body instanceof Uint8Array && body.byteLength > 0 ? parseJsonBytes(body) : {};
  return readJson(operation.input, value, OPTIONS) as Record<string, unknown>;
}

/** 1.0 names the shape in full, 1.1 by its name alone. */
function typeOf(model: ServiceModel, error: ErrorAnswer): string {
  return model.protocol === 'awsJson1_0' ? `${model.namespace}#${error.code}` : error.code;
}

/** The members of the error shape; an error without a shape has its text and nothing else. */
export function errorMembers(error: ErrorAnswer, place: ErrorPlace, options: { useJsonName: boolean }): object {
  if (error.schema === undefined) return { [place.messageMember]: error.message };
  const named = error.schema.members.find((member) => member.name.toLowerCase() === 'message');
  const message = error.message === '' || named === undefined ? {} : { [named.name]: error.message };
  return writeJson(error.schema, { ...error.fields, ...message }, options) as object;
}
