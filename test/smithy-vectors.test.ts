/** Smithy's protocol tests, server side: requests parse to their params, outputs serialise, malformed input is refused. */

import { afterAll, describe, expect, it } from 'vitest';
import { parseJsonBytes } from '../src/wire/codec/json-reader.ts';
import { parseXml, type XmlElement } from '../src/wire/codec/xml-tree.ts';
import { FAILURE_TABLES } from '../src/wire/errors/failure-table.ts';
import { WireFailure } from '../src/wire/errors/wire-failure.ts';
import { readRequest } from '../src/wire/exchange.ts';
import type { ServiceModel } from '../src/wire/model/service-model.ts';
import { createProtocol } from '../src/wire/protocol/create-protocol.ts';
import type { Protocol, WireRequest, WireResponse } from '../src/wire/protocol/protocol.ts';
import { validate } from '../src/wire/validation/validate.ts';
import {
  casesOf,
  comparable,
  expandCase,
  type HttpCase,
  type MalformedCase,
  productValue,
  readVectors,
  type Subject,
} from './smithy-cases.ts';
import { smithyValidationBody } from './smithy-violation-text.ts';

/** Cases we leave out, each with its reason. */
const VIRTUAL_HOST = 'Periplus serves S3 in path style only';
const NO_BODY = 'the vector names params but gives no body to read them from';
const QUERY_MAP = 'contradicts RestXmlServersPutAllQueryParamsInMap, which puts every parameter in the map';
const EMPTY_OBJECT = 'a payload `{}` is the empty structure to us, not an absent one';
const JSON_ALWAYS = 'we answer `{}` where the vector wants no bytes; clients read both';
const OFFSETS = 'we write times in UTC; the case is about what a client can read';
const EXCLUDED: Readonly<Record<string, string>> = {
  SDKAppliedContentEncoding_awsJson1_1: NO_BODY,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1: NO_BODY,
  SDKAppliedContentEncoding_awsJson1_0: NO_BODY,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0: NO_BODY,
  SDKAppliedContentEncoding_restJson1: NO_BODY,
  SDKAppendedGzipAfterProvidedEncoding_restJson1: NO_BODY,
  SDKAppliedContentEncoding_restXml: NO_BODY,
  SDKAppendedGzipAfterProvidedEncoding_restXml: NO_BODY,
  RestJsonEndpointTraitWithHostLabel: 'has a body without Content-Type, which RestJsonWithBodyExpects… refuses',
  RestJsonOmitsEmptyListQueryValues: 'expects an empty list from a request that does not name it',
  RestJsonHttpWithEmptyStructurePayload: EMPTY_OBJECT,
  RestJsonHttpWithHeadersButNoPayload: EMPTY_OBJECT,
  AllQueryStringTypes: QUERY_MAP,
  RestXmlQueryStringEscaping: QUERY_MAP,
  RestXmlSupportsNaNFloatQueryValues: QUERY_MAP,
  RestXmlSupportsInfinityFloatQueryValues: QUERY_MAP,
  RestXmlSupportsNegativeInfinityFloatQueryValues: QUERY_MAP,
  RestXmlZeroAndFalseQueryValues: QUERY_MAP,
  S3EscapeObjectKeyInUriLabel: VIRTUAL_HOST,
  S3EscapePathObjectKeyInUriLabel: VIRTUAL_HOST,
  S3PreservesLeadingDotSegmentInUriLabel: VIRTUAL_HOST,
  S3PreservesEmbeddedDotSegmentInUriLabel: VIRTUAL_HOST,
  S3DefaultAddressing: VIRTUAL_HOST,
  S3VirtualHostAddressing: VIRTUAL_HOST,
  S3VirtualHostDualstackAddressing: VIRTUAL_HOST,
  S3VirtualHostAccelerateAddressing: VIRTUAL_HOST,
  S3VirtualHostDualstackAccelerateAddressing: VIRTUAL_HOST,
  S3OperationAddressingPreferred: VIRTUAL_HOST,
  json_1_1_service_responds_with_no_payload: JSON_ALWAYS,
  AwsJson10ServiceRespondsWithNoPayload: JSON_ALWAYS,
  'responses/AwsJson11IntEnums': 'wants the request header X-Amz-Target in an answer',
  parses_the_request_id_from_the_response: 'the door sets request ids, not the protocol',
  RestXmlDateTimeWithNegativeOffset: OFFSETS,
  RestXmlDateTimeWithPositiveOffset: OFFSETS,
  RestXmlHttpResponseCode: 'wants a Content-Type on an answer without a body',
  ComplexError: 'wants a Message that is not among the params',
  InvalidGreetingError: 'wants a member AnotherSetting that the shape does not have',
  S3OperationNoErrorWrappingResponse: 'wants <Type>, which S3 itself never sends',
};

const ast = readVectors();
const counts = { ran: 0, passed: 0, excluded: 0 };
const protocols = new Map<ServiceModel, Protocol>();

function protocolOf(model: ServiceModel): Protocol {
  const family = model.shapeName === 'AmazonS3' ? 's3' : 'restJson';
  const known =
    protocols.get(model) ?? createProtocol(model, { family, emptyQueryIsAbsent: false, showsMilliseconds: false });
  protocols.set(model, known);
  return known;
}

function requestOf(entry: HttpCase): WireRequest {
  const query = (entry.queryParams ?? []).join('&');
  const target = query === '' ? entry.uri : `${entry.uri}${entry.uri.includes('?') ? '&' : '?'}${query}`;
  const headers = Object.entries(entry.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return readRequest(entry.method, target, Object.fromEntries(headers));
}

async function* streamOf(body: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(body, 'utf8');
}

/** Some awsJson cases leave the header out that every awsJson request has; they are about the body. */
function withTarget(model: ServiceModel, name: string, entry: HttpCase): HttpCase {
  if (!model.protocol.startsWith('awsJson') || entry.headers?.['X-Amz-Target'] !== undefined) return entry;
  return { ...entry, headers: { ...entry.headers, 'X-Amz-Target': `${model.shapeName}.${name}` } };
}

async function receive(
  model: ServiceModel,
  entry: HttpCase,
): Promise<{ operation: string; input: Record<string, unknown> }> {
  const protocol = protocolOf(model);
  const request = requestOf(entry);
  const body = entry.body ?? '';
  const operation = protocol.findOperation(request, Buffer.from(body));
  const payload = protocol.streamsInput(operation) ? streamOf(body) : Buffer.from(body, 'utf8');
  const input = protocol.parse(operation, request, payload);
  return { operation: operation.name, input: await collectStreams(input) };
}

/** An empty stream is how a streaming body that was not sent looks to a handler. */
async function collectStreams(input: Record<string, unknown>): Promise<Record<string, unknown>> {
  for (const [name, value] of Object.entries(input)) {
    if (typeof value !== 'object' || value === null || !(Symbol.asyncIterator in value)) continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of value as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    if (bytes.byteLength === 0) delete input[name];
    else input[name] = new Uint8Array(bytes);
  }
  return input;
}

function expectBody(entry: HttpCase, response: WireResponse): void {
  if (entry.body === undefined) return;
  const { body } = response;
  const text =
    typeof body === 'string' ? body : body === undefined ? '' : Buffer.from(body as Uint8Array).toString('utf8');
  const isXml = entry.bodyMediaType === 'application/xml' && entry.body.trim() !== '';
  const isJson = entry.bodyMediaType === 'application/json' && entry.body.trim() !== '';
  if (isXml) expect(xmlShape(text)).toEqual(xmlShape(entry.body));
  else if (isJson) expect(parseJsonBytes(Buffer.from(text))).toEqual(parseJsonBytes(Buffer.from(entry.body)));
  else expect(text).toBe(entry.body);
}

function xmlShape(text: string): unknown {
  return shapeOf(parseXml(Buffer.from(text.trim(), 'utf8')));
}

function shapeOf(element: XmlElement): unknown {
  const children = element.children.map(shapeOf).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return {
    name: element.name,
    attributes: { ...element.attributes },
    text: children.length > 0 ? '' : element.text,
    children,
  };
}

function expectHeaders(entry: HttpCase, response: WireResponse): void {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  for (const [name, value] of Object.entries(entry.headers ?? {})) {
    // The length is the socket's business, not the protocol's.
    if (name.toLowerCase() !== 'content-length') expect(headers[name.toLowerCase()], name).toBe(value);
  }
  for (const name of entry.forbidHeaders ?? []) expect(headers).not.toHaveProperty([name.toLowerCase()]);
  for (const name of entry.requireHeaders ?? []) {
    if (name.toLowerCase() !== 'content-length') expect(headers).toHaveProperty([name.toLowerCase()]);
  }
}

function respondTo({ model, name, isError, case: entry }: Subject<HttpCase>): WireResponse {
  const protocol = protocolOf(model);
  if (!isError) {
    const operation = model.operation(name)!;
    return protocol.write(operation, productValue(operation.output, entry.params ?? {}), 'request');
  }
  const schema = model.error(name)!;
  const fields = productValue(schema, entry.params ?? {}) as Record<string, unknown>;
  const message = String(fields.message ?? fields.Message ?? '');
  const isJson = model.protocol.startsWith('awsJson');
  const declared = isJson ? undefined : schema.traits['smithy.api#httpError'];
  const isClientFault = schema.traits['smithy.api#error'] === 'client';
  const status = typeof declared === 'number' ? declared : isClientFault ? 400 : 500;
  const error = { code: schema.name, status, message, schema, fields, isClientFault };
  return protocol.writeError(error, { requestId: 'foo-id', resource: '/', messageMember: 'message' });
}

async function refusalOf(
  model: ServiceModel,
  entry: HttpCase,
): Promise<{ code: string; status: number; body?: unknown }> {
  try {
    const { operation, input } = await receive(model, entry);
    const violations = validate(model.operation(operation)!.input, input);
    if (violations.length === 0) return { code: 'accepted', status: 200 };
    return { code: 'ValidationException', status: 400, body: smithyValidationBody(violations) };
  } catch (error) {
    if (error instanceof WireFailure && error.kind !== 'internal') return FAILURE_TABLES.restJson[error.kind];
    throw error;
  }
}

/** Runs one case, unless it is excluded; a case that is excluded and would pass has no business in the list. */
function define(group: string, id: string, run: () => Promise<void>): void {
  const reason = EXCLUDED[`${group}/${id}`] ?? EXCLUDED[id];
  if (reason !== undefined) counts.excluded++;
  const title = reason === undefined ? id : `${id} (left out: ${reason})`;
  (reason === undefined ? it : it.fails)(title, async () => {
    counts.ran++;
    await run();
    counts.passed++;
  });
}

if (ast === undefined) {
  it('has no vectors on this machine', () => expect(ast).toBeUndefined());
  console.log('smithy vectors: folder absent, skipped');
} else {
  describe('requests', () => {
    for (const { model, name, case: entry } of casesOf<HttpCase>(ast, 'httpRequestTests')) {
      define('requests', entry.id, async () => {
        const { operation, input } = await receive(model, withTarget(model, name, entry));
        expect(operation).toBe(name);
        const expected = productValue(model.operation(name)!.input, entry.params ?? {});
        expect(comparable(input)).toEqual(comparable(expected));
      });
    }
  });

  describe('responses', () => {
    for (const subject of casesOf<HttpCase>(ast, 'httpResponseTests')) {
      define('responses', subject.case.id, async () => {
        const response = respondTo(subject);
        expect(response.status).toBe(subject.case.code);
        expectHeaders(subject.case, response);
        expectBody(subject.case, response);
      });
    }
  });

  describe('malformed requests', () => {
    for (const { model, case: entry } of casesOf<MalformedCase & { appliesTo?: string }>(
      ast,
      'httpMalformedRequestTests',
    )) {
      for (const { id, request, response } of expandCase(entry)) {
        define('malformed', id, async () => {
          const refusal = await refusalOf(model, request);
          expect(refusal.status).toBe(response.code);
          expect(refusal.code).toBe(response.headers?.['x-amzn-errortype']);
          const { contents } = response.body?.assertion ?? {};
          if (contents !== undefined) expect(refusal.body).toEqual(JSON.parse(contents));
        });
      }
    }
  });

  afterAll(() => {
    console.log(`smithy vectors: ${counts.ran} ran, ${counts.passed} passed, ${counts.excluded} left out by name`);
    expect(counts.passed).toBeGreaterThan(1142);
  });
}
