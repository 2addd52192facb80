/** S3's own ways on top of restXml, as data where they can be. */

import { escapeXml, xmlElement } from '../codec/xml-writer.ts';
import { WireFailure } from '../errors/wire-failure.ts';
import type { Operation, ServiceModel } from '../model/service-model.ts';
import type { ErrorAnswer, ErrorPlace, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { createRestXmlProtocol, errorContent, serviceNamespace, XML_DECLARATION } from './rest-xml.ts';
import { createUriRouter } from './uri-router.ts';

/** Roots of answers that are not called as their shapes are. */
const ROOT_NAMES: Readonly<Record<string, string>> = {
  CompleteMultipartUploadOutput: 'CompleteMultipartUploadResult',
  CreateMultipartUploadOutput: 'InitiateMultipartUploadResult',
  DeleteObjectsOutput: 'DeleteResult',
  GetBucketVersioningOutput: 'VersioningConfiguration',
  GetObjectAttributesOutput: 'GetObjectAttributesResponse',
  GetObjectTaggingOutput: 'Tagging',
  ListBucketsOutput: 'ListAllMyBucketsResult',
  ListMultipartUploadsOutput: 'ListMultipartUploadsResult',
  ListObjectsOutput: 'ListBucketResult',
  ListObjectsV2Output: 'ListBucketResult',
  ListPartsOutput: 'ListPartsResult',
};

/** Query parameters that name a sub-resource: without a route of its own such a request means nothing we have. */
const SUBRESOURCES: ReadonlySet<string> = new Set(
  `accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle location
   logging metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock replication requestPayment
   restore retention select tagging torrent uploads versioning versions website session`.split(/\s+/),
);

export function createS3Protocol(model: ServiceModel): Protocol {
  const base = createRestXmlProtocol(model);
  const router = createUriRouter(model);
  return {
    ...base,
    findOperation: (request) => findOperation(model, router, request),
    parse: (operation, request, body) => base.parse(operation, decodedRequest(request), body),
    write: (operation, output, requestId) => write(model, operation, output, base.write(operation, output, requestId)),
    writeError,
  };
}

function findOperation(
  model: ServiceModel,
  router: ReturnType<typeof createUriRouter>,
  request: WireRequest,
): Operation {
  const match = router.match(request);
  if (match === undefined) {
    throw new WireFailure('unknownOperation', 'The specified method is not allowed against this resource.');
  }
  const foreign = request.query.find(([name]) => SUBRESOURCES.has(name) && !match.literalQuery.includes(name));
  if (foreign === undefined) return model.operation(match.operationName)!;
  throw new WireFailure('notSupported', `Periplus does not support ?${foreign[0]} with ${request.method}.`);
}

/** `aws-chunked` is how the body travelled, not what the object is; its length is the decoded one. */
function decodedRequest(request: WireRequest): WireRequest {
  const decodedLength = request.headers['x-amz-decoded-content-length'];
  const encoding = request.headers['content-encoding'];
  if (decodedLength === undefined && encoding === undefined) return request;
  const kept = (encoding ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked' && part !== '');
  const headers: Record<string, string | undefined> = { ...request.headers };
  headers['content-encoding'] = kept.length === 0 ? undefined : kept.join(',');
  if (decodedLength !== undefined) headers['content-length'] = decodedLength;
  return { ...request, headers };
}

function write(model: ServiceModel, operation: Operation, output: unknown, answer: WireResponse): WireResponse {
  if (operation.name === 'GetBucketLocation') return writeLocation(model, output, answer);
  if (operation.name === 'GetObject' || operation.name === 'HeadObject') {
    const isPart = answer.headers['content-range'] !== undefined;
    return isPart ? { ...answer, status: 206 } : answer;
  }
  const root = ROOT_NAMES[operation.output.name];
  if (root === undefined || typeof answer.body !== 'string') return answer;
  return { ...answer, body: renameRoot(answer.body, operation.output.name, root) };
}

function renameRoot(text: string, from: string, to: string): string {
  const body = text.slice(XML_DECLARATION.length);
  return `${XML_DECLARATION}<${to}${body.slice(from.length + 1, -(from.length + 3))}</${to}>`;
}

/** The one answer without an element of its own around the member; us-east-1 is the empty constraint. */
function writeLocation(model: ServiceModel, output: unknown, answer: WireResponse): WireResponse {
  const region = (output as { LocationConstraint?: string }).LocationConstraint ?? '';
  const body = XML_DECLARATION + xmlElement('LocationConstraint', serviceNamespace(model), escapeXml(region));
  return { ...answer, headers: { ...answer.headers, 'content-type': 'application/xml' }, body };
}

function writeError(error: ErrorAnswer, place: ErrorPlace): WireResponse {
  const where = [
    ['Resource', place.resource],
    ['RequestId', place.requestId],
    ['HostId', Buffer.from(`periplus/${place.requestId}`).toString('base64')],
  ] as const;
  const tail = where.map(([name, text]) => xmlElement(name, '', escapeXml(text))).join('');
  const hasNoBody = error.status === 304;
  return {
    status: error.status,
    headers: { ...errorHeaders(error), ...(hasNoBody ? {} : { 'content-type': 'application/xml' }) },
    body: hasNoBody ? undefined : XML_DECLARATION + xmlElement('Error', '', errorContent(error) + tail),
  };
}

/** What HTTP wants in the head of two answers that are errors here: which object was meant, and how long it is. */
function errorHeaders({ code, fields }: ErrorAnswer): Record<string, string> {
  if (code === 'NotModified') {
    return { etag: `"${fields.ETag}"`, 'last-modified': new Date(Number(fields.LastModifiedMs)).toUTCString() };
  }
  return code === 'InvalidRange' ? { 'content-range': `bytes */${fields.ActualObjectSize}` } : {};
}
