/** awsQuery: a form with `Action` and flattened members (`Tags.member.1.Key`); answers are XML. */

import { parseText } from '../codec/text-values.ts';
import { isFlattened, xmlName } from '../codec/xml-names.ts';
import { writeXmlMembers, xmlElement } from '../codec/xml-writer.ts';
import { malformed, WireFailure } from '../errors/wire-failure.ts';
import type { Member, Schema } from '../model/schema.ts';
import type { Operation, ServiceModel } from '../model/service-model.ts';
import { parseQuery } from '../percent.ts';
import type { BodyStream, ErrorAnswer, ErrorPlace, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { errorContent, serviceNamespace } from './rest-xml.ts';

const XML_TYPE = { 'content-type': 'text/xml' };
const PARAMETERS_MAX = 10_000;
const DEPTH_MAX = 32;

interface FormNode {
  text: string | undefined;
  readonly children: Map<string, FormNode>;
}

export function createAwsQueryProtocol(model: ServiceModel): Protocol {
  return {
    findOperation: (request, body) => findOperation(model, request, body),
    parse(operation, request, body) {
      return readNode(operation.input, parseForm(request, body)) as Record<string, unknown>;
    },
    write: (operation, output, requestId) => write(model, operation, output, requestId),
    writeError: (error, place) => writeError(model, error, place),
    streamsInput: () => false,
  };
}

function findOperation(model: ServiceModel, request: WireRequest, body: Uint8Array | undefined): Operation {
  const name = parseForm(request, body ?? new Uint8Array()).children.get('Action')?.text;
  const operation = name === undefined ? undefined : model.operation(name);
  if (operation !== undefined) return operation;
  throw new WireFailure(
    'unknownOperation',
    `Could not find operation ${name ?? '(none)'} for version ${model.version}`,
  );
}

/** Parameters of query and body as one tree, cut at the dots. */
function parseForm(request: WireRequest, body: Uint8Array | BodyStream): FormNode {
  const text = body instanceof Uint8Array ? Buffer.from(body).toString('latin1') : '';
  const pairs = [...request.query, ...parseQuery(text.replaceAll('+', '%20'))];
  if (pairs.length > PARAMETERS_MAX) throw malformed(`The request has more than ${PARAMETERS_MAX} parameters.`);
  const root: FormNode = { text: undefined, children: new Map() };
  for (const [name, value] of pairs) {
    const steps = name.split('.');
    if (steps.length > DEPTH_MAX) throw malformed(`A parameter nests deeper than ${DEPTH_MAX} levels.`);
    steps.reduce(childOf, root).text = value;
  }
  return root;
}

function childOf(node: FormNode, step: string): FormNode {
  const known = node.children.get(step);
  if (known !== undefined) return known;
  const made: FormNode = { text: undefined, children: new Map() };
  node.children.set(step, made);
  return made;
}

function readNode(schema: Schema, node: FormNode): unknown {
  switch (schema.kind) {
    case 'structure':
    case 'union':
      return Object.fromEntries(
        schema.members.flatMap((member) => {
          const child = node.children.get(xmlName(member, member.name));
          return child === undefined ? [] : [[member.name, readMember(member, child)]];
        }),
      );
    case 'list':
      return readItems(schema, node.children.get('member') ?? node);
    case 'map':
      return readEntries(schema, node.children.get('entry') ?? node);
    default:
      return parseText(schema, node.text ?? '', 'form');
  }
}

function readMember(member: Member, node: FormNode): unknown {
  if (!isFlattened(member)) return readNode(member.schema, node);
  return member.schema.kind === 'map' ? readEntries(member.schema, node) : readItems(member.schema, node);
}

function numbered(node: FormNode): readonly FormNode[] {
  const entries = [...node.children].map(([step, child]) => [Number(step), child] as const);
  if (entries.some(([position]) => !Number.isInteger(position))) throw malformed('List positions must be numbers.');
  return entries.sort(([a], [b]) => a - b).map(([, child]) => child);
}

function readItems(schema: Schema, node: FormNode): unknown {
  return numbered(node).map((child) => readNode(schema.element.schema, child));
}

function readEntries(schema: Schema, node: FormNode): unknown {
  const result: Record<string, unknown> = Object.create(null);
  for (const entry of numbered(node)) {
    const key = entry.children.get(xmlName(schema.key, 'key'))?.text;
    const value = entry.children.get(xmlName(schema.element, 'value'));
    if (key === undefined || value === undefined) throw malformed('A map entry needs a key and a value.');
    result[key] = readNode(schema.element.schema, value);
  }
  return result;
}

function write(model: ServiceModel, operation: Operation, output: unknown, requestId: string): WireResponse {
  const content = writeXmlMembers(operation.output, (output ?? {}) as Readonly<Record<string, unknown>>);
  const result = operation.hasOutput ? xmlElement(`${operation.name}Result`, '', content) : '';
  const metadata = xmlElement('ResponseMetadata', '', xmlElement('RequestId', '', requestId));
  const body = xmlElement(`${operation.name}Response`, serviceNamespace(model), result + metadata);
  return { status: 200, headers: XML_TYPE, body };
}

function writeError(model: ServiceModel, error: ErrorAnswer, place: ErrorPlace): WireResponse {
  const type = xmlElement('Type', '', error.isClientFault ? 'Sender' : 'Receiver');
  const content = xmlElement('Error', '', type + errorContent(error)) + xmlElement('RequestId', '', place.requestId);
  return {
    status: error.status,
    headers: XML_TYPE,
    body: xmlElement('ErrorResponse', serviceNamespace(model), content),
  };
}
