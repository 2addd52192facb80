import type { BucketObject, ObjectHeaders } from '../../buckets/buckets.ts';
import { findBucketObject } from '../../buckets/objects.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { GetObjectOutput, GetObjectRequest } from '../../wire/generated/s3.ts';
import { type ByteRange, readByteRange } from './byte-range.ts';
import { InvalidArgument, InvalidRequest, NoSuchKey, NotImplemented } from './errors.ts';
import { checkConditions } from './object-conditions.ts';
import { requireBucket } from './owner.ts';

/** What GetObject and HeadObject share: the same request, the same headers, with and without bytes. */
export type ObjectRequest = GetObjectRequest;

export interface FoundObject {
  readonly object: BucketObject;
  readonly range: ByteRange | undefined;
}

/** The object a request means, once it is known that the caller wants it. */
export async function findRequested(
  queries: StateQueries,
  accountId: string,
  request: ObjectRequest,
): Promise<FoundObject> {
  refuseUnsupported(request);
  await requireBucket(queries, accountId, request);
  const object = await findBucketObject(queries, { accountId, bucket: request.Bucket }, request.Key);
  if (object === undefined) throw new NoSuchKey(request.Key);
  checkConditions(request, object);
  return { object, range: readByteRange(request.Range, object.sizeBytes) };
}

/** `null` is the version of every object in a bucket without versions. @throws InvalidArgument for any other */
export function requireNoVersion(versionId: string | undefined): void {
  if (versionId !== undefined && versionId !== 'null')
    throw new InvalidArgument('Invalid version id specified', { name: 'versionId', value: versionId });
}

/** Members that mean something we do not have. */
function refuseUnsupported(request: ObjectRequest): void {
  const { PartNumber, SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5 } = request;
  requireNoVersion(request.VersionId);
  if (PartNumber !== undefined) throw new NotImplemented('Periplus does not support partNumber.');
  if ([SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5].some((member) => member !== undefined))
    throw new InvalidRequest('The encryption parameters are not applicable to this object.');
}

/** The headers of an answer; the caller may override some of them. */
export function describeObject({ object, range }: FoundObject, request: ObjectRequest): GetObjectOutput {
  return {
    AcceptRanges: 'bytes',
    LastModified: object.modifiedAtMs,
    ETag: `"${object.etag}"`,
    ContentLength: range === undefined ? object.sizeBytes : range.end - range.start,
    ContentType: request.ResponseContentType ?? object.contentType,
    ...describeHeaders(object.headers),
    ...(range && { ContentRange: `bytes ${range.start}-${range.end - 1}/${object.sizeBytes}` }),
    ...overrides(request),
  };
}

/** As they came with the bytes. */
function describeHeaders(headers: ObjectHeaders = {}): GetObjectOutput {
  return {
    CacheControl: headers.cacheControl,
    ContentDisposition: headers.contentDisposition,
    ContentEncoding: headers.contentEncoding,
    ContentLanguage: headers.contentLanguage,
    Expires: headers.expires,
    Metadata: headers.metadata,
  };
}

function overrides(request: ObjectRequest): GetObjectOutput {
  const { ResponseCacheControl, ResponseContentDisposition, ResponseContentEncoding } = request;
  const { ResponseContentLanguage, ResponseExpires } = request;
  return {
    ...(ResponseCacheControl === undefined ? {} : { CacheControl: ResponseCacheControl }),
    ...(ResponseContentDisposition === undefined ? {} : { ContentDisposition: ResponseContentDisposition }),
    ...(ResponseContentEncoding === undefined ? {} : { ContentEncoding: ResponseContentEncoding }),
    ...(ResponseContentLanguage === undefined ? {} : { ContentLanguage: ResponseContentLanguage }),
    ...(ResponseExpires === undefined ? {} : { Expires: new Date(ResponseExpires).toUTCString() }),
  };
}
