import type { BucketObject } from '../../buckets/buckets.ts';
import { encodePageToken } from '../../core/pagination.ts';
import type { Object as ListedObject, ListObjectsV2Output, ListObjectsV2Request } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { type PagePosition, readToken, tokenScope } from './continuation.ts';
import { InvalidArgument } from './errors.ts';
import { type ListEntry, type ListStart, listEntries, startPast } from './list-entries.ts';
import { ownerOf, requireBucket } from './owner.ts';
import type { S3Deps } from './s3-service.ts';

const KEYS_A_PAGE_MAX = 1000;

/** Objects and common prefixes of a bucket by the bytes of their keys. */
export function listObjectsV2({ state, pageTokenKey }: S3Deps): Handler<ListObjectsV2Request, ListObjectsV2Output> {
  return async (input, ctx) => {
    const { accountId } = ctx;
    await requireBucket(state.queries, accountId, input);
    const size = readMaxKeys(input.MaxKeys);
    const prefix = input.Prefix ?? '';
    const delimiter = input.Delimiter === '' ? undefined : input.Delimiter;
    const scope = tokenScope(ctx, { Bucket: input.Bucket, prefix, delimiter });
    const position = readToken(pageTokenKey, scope, input.ContinuationToken);
    const start = position === undefined ? { after: input.StartAfter } : startAt(position);
    const ref = { accountId, bucket: input.Bucket };
    const found: ListEntry[] = [];
    if (size > 0 && start !== undefined) {
      for await (const entry of listEntries(state.queries, ref, { prefix, delimiter, start, entriesMax: size + 1 })) {
        if (found.push(entry) > size) break;
      }
    }
    const page = found.slice(0, size);
    const last = found.length > size ? page.at(-1) : undefined;
    return {
      ...echoInput(input, size),
      ...describePage(page, input, accountId),
      IsTruncated: last !== undefined,
      ...(last && { NextContinuationToken: encodePageToken(pageTokenKey, scope, positionOf(last)) }),
    };
  };
}

function readMaxKeys(maxKeys: number | undefined): number {
  if (maxKeys !== undefined && maxKeys < 0)
    throw new InvalidArgument('Argument maxKeys must be an integer between 0 and 2147483647', {
      name: 'maxKeys',
      value: String(maxKeys),
    });
  return Math.min(maxKeys ?? KEYS_A_PAGE_MAX, KEYS_A_PAGE_MAX);
}

function positionOf(entry: ListEntry): PagePosition {
  return entry.kind === 'object' ? ['after', entry.object.key] : ['past', entry.prefix];
}

function startAt([kind, text]: PagePosition): ListStart | undefined {
  return kind === 'after' ? { after: String(text) } : startPast(String(text));
}

function describePage(page: readonly ListEntry[], input: ListObjectsV2Request, accountId: string) {
  const encode = textEncoder(input);
  const owner = input.FetchOwner === true ? { Owner: ownerOf(accountId) } : {};
  return {
    KeyCount: page.length,
    Contents: page.flatMap((entry) => (entry.kind === 'object' ? [describeObject(entry.object, encode, owner)] : [])),
    CommonPrefixes: page.flatMap((entry) => (entry.kind === 'prefix' ? [{ Prefix: encode(entry.prefix) }] : [])),
  };
}

function describeObject(
  object: BucketObject,
  encode: (text: string) => string,
  owner: Pick<ListedObject, 'Owner'>,
): ListedObject {
  return {
    Key: encode(object.key),
    LastModified: object.modifiedAtMs,
    ETag: `"${object.etag}"`,
    Size: object.sizeBytes,
    StorageClass: 'STANDARD',
    ...owner,
  };
}

function echoInput(input: ListObjectsV2Request, size: number): ListObjectsV2Output {
  const encode = textEncoder(input);
  const { Delimiter, StartAfter, ContinuationToken, EncodingType } = input;
  return {
    Name: input.Bucket,
    Prefix: encode(input.Prefix ?? ''),
    MaxKeys: size,
    ...(Delimiter === undefined ? {} : { Delimiter: encode(Delimiter) }),
    ...(StartAfter === undefined ? {} : { StartAfter: encode(StartAfter) }),
    ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
    ...(EncodingType === undefined ? {} : { EncodingType }),
  };
}

/**
 * `encoding-type=url` lets keys through that XML cannot carry. A space is `%20`, not the `+` that S3 writes: clients that
 * read form encoding and clients that read plain percent encoding then agree on it.
 */
function textEncoder({ EncodingType }: ListObjectsV2Request): (text: string) => string {
  return EncodingType === 'url' ? (text) => encodeURIComponent(text).replaceAll('%2F', '/') : (text) => text;
}
