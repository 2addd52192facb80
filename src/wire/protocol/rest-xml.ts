/** restXml: method and URI name the operation; what no binding takes is one XML document in the body. */

import { applyDefaults } from '../codec/json-reader.ts';
import { namespaceAttribute, rootName } from '../codec/xml-names.ts';
import { readXml } from '../codec/xml-reader.ts';
import { parseXml } from '../codec/xml-tree.ts';
import { escapeXml, writeXml, writeXmlMembers, xmlElement } from '../codec/xml-writer.ts';
import { WireFailure } from '../errors/wire-failure.ts';
import type { Member, Schema } from '../model/schema.ts';
import type { Operation, ServiceModel } from '../model/service-model.ts';
import { inputBindings, outputBindings } from './http-bindings.ts';
import { readHttpInput } from './http-input.ts';
import { outputHeaders, outputStatus } from './http-output.ts';
import { mediaTypeOf } from './media-types.ts';
import type { BodyStream, ErrorAnswer, ErrorPlace, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { createUriRouter } from './uri-router.ts';

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const XML_TYPE = { 'content-type': 'application/xml' };

type Values = Readonly<Record<string, unknown>>;

export function createRestXmlProtocol(model: ServiceModel): Protocol {
  const router = createUriRouter(model);
  return {
    findOperation(request) {
      const name = router.match(request)?.operationName;
      if (name !== undefined) return model.operation(name)!;
      throw new WireFailure('unknownOperation', 'The specified method is not allowed against this resource.');
    },
    parse,
    write: (operation, output) => write(model, operation, (output ?? {}) as Values),
    writeError: (error, place) => writeError(model, error, place),
    streamsInput: (operation) => inputBindings(operation.input).payload?.schema.streaming === true,
  };
}

function parse(operation: Operation, request: WireRequest, body: Uint8Array | BodyStream): Record<string, unknown> {
  const result = readHttpInput(operation, request, { emptyQueryIsAbsent: false });
  const { payload, body: document } = inputBindings(operation.input);
  if (payload !== undefined) {
    const value = readPayload(payload.schema, body);
    if (value !== undefined) result[payload.name] = value;
  } else if (document.members.length > 0 && body instanceof Uint8Array && body.byteLength > 0) {
    Object.assign(result, readXml(document, parseXml(body)));
  }
  return applyDefaults(operation.input, result);
}

function readPayload(schema: Schema, body: Uint8Array | BodyStream): unknown {
  if (!(body instanceof Uint8Array)) return body;
  if (body.byteLength === 0) return undefined;
  if (schema.kind === 'blob') return body;
  if (schema.kind === 'string' || schema.kind === 'enum') return Buffer.from(body).toString('utf8');
  return readXml(schema, parseXml(body));
}

function write(model: ServiceModel, operation: Operation, output: Values): WireResponse {
  const values = applyDefaults(operation.output, { ...output });
  const status = outputStatus(operation, values);
  const headers = outputHeaders(operation.output, values);
  const { payload, body: document } = outputBindings(operation.output);
  if (payload !== undefined) return writePayload(model, payload, values[payload.name], status, headers);
  if (document.members.length === 0) return { status, headers, body: undefined };
  const attributes = namespaceAttribute(operation.output.traits) || serviceNamespace(model);
  const text = writeXml(rootName(operation.output), document, values, attributes);
  return { status, headers: { ...XML_TYPE, ...headers }, body: XML_DECLARATION + text };
}

function writePayload(
  model: ServiceModel,
  payload: Member,
  value: unknown,
  status: number,
  headers: Record<string, string>,
): WireResponse {
  const { schema } = payload;
  if (value === undefined || value === null) return { status, headers, body: undefined };
  if (schema.kind === 'blob') {
    return {
      status,
      headers: { 'content-type': mediaTypeOf(schema), ...headers },
      body: value as Uint8Array | BodyStream,
    };
  }
  if (schema.kind === 'string' || schema.kind === 'enum') {
    return { status, headers: { 'content-type': mediaTypeOf(schema), ...headers }, body: String(value) };
  }
  const name = (payload.traits['smithy.api#xmlName'] as string | undefined) ?? rootName(schema);
  const attributes = namespaceAttribute({ ...schema.traits, ...payload.traits }) || serviceNamespace(model);
  return {
    status,
    headers: { ...XML_TYPE, ...headers },
    body: XML_DECLARATION + writeXml(name, schema, value, attributes),
  };
}

export function serviceNamespace(model: ServiceModel): string {
  return model.xmlNamespace === undefined ? '' : ` xmlns="${model.xmlNamespace}"`;
}

function writeError(model: ServiceModel, error: ErrorAnswer, place: ErrorPlace): WireResponse {
  const bound = error.schema === undefined ? {} : outputHeaders(error.schema, error.fields);
  const isBare = model.protocolTraits.noErrorWrapping === true;
  const requestId = xmlElement('RequestId', '', place.requestId);
  const content = xmlElement('Type', '', error.isClientFault ? 'Sender' : 'Receiver') + errorContent(error);
  const text = isBare
    ? xmlElement('Error', '', content + requestId)
    : xmlElement('ErrorResponse', serviceNamespace(model), xmlElement('Error', '', content) + requestId);
  return { status: error.status, headers: { ...XML_TYPE, ...bound }, body: XML_DECLARATION + text };
}

/** Code, Message and the further members: what stands inside `<Error>` in every XML protocol. */
export function errorContent(error: ErrorAnswer): string {
  const code = xmlElement('Code', '', escapeXml(error.code));
  const message = error.message === '' ? '' : xmlElement('Message', '', escapeXml(error.message));
  const { message: _, Message: __, ...fields } = error.fields;
  if (error.schema !== undefined) return code + message + writeXmlMembers(outputBindings(error.schema).body, fields);
  const others = Object.entries(fields).map(([name, value]) => xmlElement(name, '', escapeXml(String(value))));
  return code + message + others.join('');
}
