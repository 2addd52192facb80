import {
  CopyObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  paginateListBuckets,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bucketObjectKey, insertBucket } from '../src/buckets/buckets.ts';
import { deleteBucketObjects, putBucketObject } from '../src/buckets/objects.ts';
import type { StateQueries } from '../src/ports/state/state-store.ts';
import { createS3Service } from '../src/services/s3/s3-service.ts';
import {
  ACCOUNT,
  CREDENTIALS,
  OTHER_ACCOUNT,
  OTHER_CREDENTIALS,
  openWorld,
  PAGE_TOKEN_KEY,
  refusal,
  type World,
} from './services-world.ts';

const BUCKET = 'lake-bucket';
const MODIFIED_MS = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
const BODY = Buffer.from('0123456789abcdef');
let world: World;
let s3: S3Client;
let statements = 0;

beforeAll(async () => {
  world = await openWorld((parts) => {
    const state = { ...parts.state, queries: countSelects(parts.state.queries) };
    return [createS3Service({ ...parts, state, pageTokenKey: PAGE_TOKEN_KEY, bucketsMax: 10 })];
  });
  s3 = client();
  for (const name of [BUCKET, 'other-a', 'other-b']) await makeBucket(name);
  await makeBucket('foreign', OTHER_ACCOUNT);
  await put(BUCKET, 'data/file.parquet', BODY);
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

function client(credentials = CREDENTIALS): S3Client {
  return new S3Client({
    endpoint: world.endpoint,
    region: 'us-west-2',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  });
}

async function makeBucket(name: string, accountId = ACCOUNT, region = 'us-west-2'): Promise<void> {
  await insertBucket(world.state.queries, accountId, { name, region, createdAtMs: MODIFIED_MS });
}

async function put(bucket: string, key: string, body: Uint8Array): Promise<void> {
  const objectKey = bucketObjectKey(ACCOUNT, bucket, key);
  await world.objects.put(objectKey, body);
  await name(bucket, key, { objectKey, sizeBytes: body.byteLength });
}

async function name(bucket: string, key: string, { objectKey = 'nowhere', sizeBytes = 1 } = {}): Promise<void> {
  const facts = { etag: 'e7a6', contentType: 'application/vnd.apache.parquet', modifiedAtMs: MODIFIED_MS };
  await putBucketObject(world.state.queries, { accountId: ACCOUNT, bucket }, { key, objectKey, sizeBytes, ...facts });
}

/** What a listing costs is what it reads. */
function countSelects(queries: StateQueries): StateQueries {
  return new Proxy(queries, {
    get(target, property) {
      if (property === 'selectFrom') statements += 1;
      const value = Reflect.get(target, property) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const get = (input: Partial<GetObjectCommandInput> = {}) =>
  s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'data/file.parquet', ...input }));
const head = (input: Partial<GetObjectCommandInput> = {}) =>
  s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'data/file.parquet', ...input }));

test('ListBuckets answers the caller’s buckets by name', async () => {
  const answer = await s3.send(new ListBucketsCommand({}));
  expect(answer.Buckets?.map((bucket) => bucket.Name)).toEqual([BUCKET, 'other-a', 'other-b']);
  expect(answer.Buckets?.[0]).toEqual({ Name: BUCKET, BucketRegion: 'us-west-2', CreationDate: new Date(MODIFIED_MS) });
  expect(answer.Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
  expect(answer.ContinuationToken).toBeUndefined();
  const others = await client(OTHER_CREDENTIALS).send(new ListBucketsCommand({}));
  expect(others.Buckets?.map((bucket) => bucket.Name)).toEqual(['foreign']);
});

test('ListBuckets by prefix, by region and in pages', async () => {
  const prefixed = await s3.send(new ListBucketsCommand({ Prefix: 'other-' }));
  expect(prefixed).toMatchObject({ Prefix: 'other-', Buckets: [{ Name: 'other-a' }, { Name: 'other-b' }] });
  expect((await s3.send(new ListBucketsCommand({ BucketRegion: 'eu-west-1' }))).Buckets ?? []).toEqual([]);
  const pages: (string | undefined)[][] = [];
  for await (const page of paginateListBuckets({ client: s3, pageSize: 2 }, {}))
    pages.push((page.Buckets ?? []).map((bucket) => bucket.Name));
  expect(pages).toEqual([[BUCKET, 'other-a'], ['other-b']]);
  expect(await refusal(s3.send(new ListBucketsCommand({ ContinuationToken: 'x' })))).toMatchObject({
    name: 'InvalidArgument',
    status: 400,
  });
});

test('GetObject streams the bytes with their headers', async () => {
  const answer = await get();
  expect(Buffer.from(await answer.Body!.transformToByteArray())).toEqual(BODY);
  expect(answer).toMatchObject({
    AcceptRanges: 'bytes',
    ContentLength: 16,
    ContentType: 'application/vnd.apache.parquet',
    ETag: '"e7a6"',
    LastModified: new Date(Math.floor(MODIFIED_MS / 1000) * 1000),
    $metadata: { httpStatusCode: 200 },
  });
});

test('a large object comes through whole', async () => {
  const body = Buffer.alloc(3_000_001, 'abcdefghijk');
  await put(BUCKET, 'data/large', body);
  const answer = await get({ Key: 'data/large' });
  expect(Buffer.compare(Buffer.from(await answer.Body!.transformToByteArray()), body)).toBe(0);
});

test('an empty object has no bytes and a length of 0', async () => {
  await put(BUCKET, 'data/empty', Buffer.alloc(0));
  const answer = await get({ Key: 'data/empty' });
  expect(answer.ContentLength).toBe(0);
  expect(await answer.Body!.transformToString()).toBe('');
});

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/16'],
  ['bytes=4-4', '4', 'bytes 4-4/16'],
  ['bytes=10-', 'abcdef', 'bytes 10-15/16'],
  ['bytes=10-99', 'abcdef', 'bytes 10-15/16'],
  ['bytes=-4', 'cdef', 'bytes 12-15/16'],
  ['bytes=-99', '0123456789abcdef', 'bytes 0-15/16'],
])('range %s is %s', async (Range, text, ContentRange) => {
  const answer = await get({ Range });
  expect(await answer.Body!.transformToString()).toBe(text);
  expect(answer).toMatchObject({ ContentRange, ContentLength: text.length, $metadata: { httpStatusCode: 206 } });
  expect(await head({ Range })).toMatchObject({
    ContentRange,
    ContentLength: text.length,
    $metadata: { httpStatusCode: 206 },
  });
});

test.each(['bytes=3-1', 'bytes=-', 'items=0-1', 'bytes=0-1,4-5', 'bytes=a-b'])(
  'range %s is not one: the whole object',
  async (Range) => {
    const answer = await get({ Range });
    expect(await answer.Body!.transformToString()).toBe(BODY.toString());
    expect(answer.$metadata.httpStatusCode).toBe(200);
  },
);

test.each(['bytes=16-', 'bytes=16-20', 'bytes=-0', 'bytes=999999999999-'])(
  'range %s has no byte in it',
  async (Range) => {
    expect(await refusal(get({ Range }))).toMatchObject({ name: 'InvalidRange', status: 416 });
  },
);

const SECOND = new Date(Math.floor(MODIFIED_MS / 1000) * 1000);
const BEFORE = new Date(SECOND.getTime() - 1000);
test.each<[Partial<GetObjectCommandInput>, number]>([
  [{ IfMatch: '"e7a6"' }, 200],
  [{ IfMatch: 'e7a6' }, 200],
  [{ IfMatch: '"x", "e7a6"' }, 200],
  [{ IfMatch: '*' }, 200],
  [{ IfMatch: '"x"' }, 412],
  [{ IfNoneMatch: '"x"' }, 200],
  [{ IfNoneMatch: '"e7a6"' }, 304],
  [{ IfNoneMatch: 'W/"e7a6"' }, 304],
  [{ IfNoneMatch: '*' }, 304],
  [{ IfModifiedSince: SECOND }, 304],
  [{ IfModifiedSince: BEFORE }, 200],
  [{ IfUnmodifiedSince: SECOND }, 200],
  [{ IfUnmodifiedSince: BEFORE }, 412],
  [{ IfMatch: '"e7a6"', IfUnmodifiedSince: BEFORE }, 200],
  [{ IfNoneMatch: '"e7a6"', IfModifiedSince: BEFORE }, 304],
  [{ IfNoneMatch: '"x"', IfModifiedSince: SECOND }, 200],
  [{ IfMatch: '"x"', IfNoneMatch: '"e7a6"' }, 412],
])('conditions %j answer %i', async (conditions, status) => {
  for (const call of [get, head]) {
    const answered = await call(conditions).then(
      (answer) => answer.$metadata.httpStatusCode,
      (error) => error.$metadata.httpStatusCode,
    );
    expect(answered).toBe(status);
  }
});

test('answers without the object still say which one it is, and how long', async () => {
  const headersOf = (call: Promise<unknown>) =>
    call.then(
      () => ({}),
      (error: { $response?: { headers: Record<string, string> } }) => error.$response?.headers ?? {},
    );
  expect(await headersOf(get({ IfNoneMatch: '*' }))).toMatchObject({
    etag: '"e7a6"',
    'last-modified': SECOND.toUTCString(),
  });
  expect(await headersOf(get({ Range: 'bytes=16-' }))).toMatchObject({ 'content-range': 'bytes */16' });
});

test('a failed condition says which one', async () => {
  expect(await refusal(get({ IfMatch: '"x"' }))).toMatchObject({ name: 'PreconditionFailed', status: 412 });
});

test('the caller overrides headers of the answer', async () => {
  const expires = new Date(Date.UTC(2030, 0, 1));
  const answer = await get({
    ResponseCacheControl: 'no-store',
    ResponseContentDisposition: 'attachment; filename="x.parquet"',
    ResponseContentEncoding: 'identity',
    ResponseContentLanguage: 'de',
    ResponseContentType: 'text/plain',
    ResponseExpires: expires,
  });
  expect(answer).toMatchObject({
    CacheControl: 'no-store',
    ContentDisposition: 'attachment; filename="x.parquet"',
    ContentEncoding: 'identity',
    ContentLanguage: 'de',
    ContentType: 'text/plain',
    ExpiresString: expires.toUTCString(),
  });
});

test('HeadObject answers the headers alone', async () => {
  expect(await head()).toMatchObject({
    ContentLength: 16,
    ETag: '"e7a6"',
    ContentType: 'application/vnd.apache.parquet',
    AcceptRanges: 'bytes',
  });
});

test('what is not there is NoSuchBucket or NoSuchKey', async () => {
  expect(await refusal(get({ Bucket: 'nobodys' }))).toMatchObject({ name: 'NoSuchBucket', status: 404 });
  expect(await refusal(get({ Bucket: 'foreign' }))).toMatchObject({ name: 'NoSuchBucket', status: 404 });
  expect(await refusal(get({ Key: 'nothing' }))).toMatchObject({ name: 'NoSuchKey', status: 404 });
  expect((await refusal(head({ Key: 'nothing' }))).status).toBe(404);
  expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket: 'nobodys' })))).toMatchObject({
    name: 'NoSuchBucket',
  });
});

test('an object whose bytes have gone after its row was read is NoSuchKey', async () => {
  await name(BUCKET, 'data/gone', { objectKey: bucketObjectKey(ACCOUNT, BUCKET, 'data/gone') });
  expect(await refusal(get({ Key: 'data/gone' }))).toMatchObject({ name: 'NoSuchKey', status: 404 });
  await deleteBucketObjects(world.state.queries, { accountId: ACCOUNT, bucket: BUCKET }, ['data/gone']);
});

test('what we do not have is refused, not ignored', async () => {
  expect(await refusal(get({ VersionId: 'abc' }))).toMatchObject({ name: 'InvalidArgument', status: 400 });
  expect((await get({ VersionId: 'null' })).ContentLength).toBe(16);
  expect(await refusal(get({ PartNumber: 1 }))).toMatchObject({ name: 'NotImplemented', status: 501 });
  const customerKey = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32).toString('base64') };
  expect(await refusal(get(customerKey))).toMatchObject({ name: 'InvalidRequest', status: 400 });
  expect(await refusal(get({ ExpectedBucketOwner: OTHER_ACCOUNT }))).toMatchObject({
    name: 'AccessDenied',
    status: 403,
  });
  expect(
    (await get({ ExpectedBucketOwner: ACCOUNT, RequestPayer: 'requester', ChecksumMode: 'ENABLED' })).ContentLength,
  ).toBe(16);
  const copy = new CopyObjectCommand({ Bucket: BUCKET, Key: 'x', CopySource: `${BUCKET}/data/file.parquet` });
  expect(await refusal(s3.send(copy))).toMatchObject({ name: 'NotImplemented', status: 501 });
});

test('a key with every kind of character is found', async () => {
  for (const key of ['a b/c+d', 'ä/ö ü', 'x//y/', '100%/é&<>', 'a/./b', 'a/../b', '🦑/tentacle', "it's (1)!*~"]) {
    await put(BUCKET, `odd/${key}`, Buffer.from(key));
    expect(await (await get({ Key: `odd/${key}` })).Body!.transformToString()).toBe(key);
  }
  for (const EncodingType of [undefined, 'url'] as const) {
    const input = { Bucket: BUCKET, Prefix: 'odd/', ...(EncodingType && { EncodingType }) };
    const { Contents } = await s3.send(new ListObjectsV2Command(input));
    const keys = Contents?.map(({ Key }) => (EncodingType === 'url' ? decodeURIComponent(Key!) : Key!));
    expect(keys).toHaveLength(8);
    expect(keys).toContain('odd/🦑/tentacle');
    expect(keys).toContain('odd/a b/c+d');
  }
});

test('ListObjectsV2 describes objects, and their owner when asked', async () => {
  const answer = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'data/file', FetchOwner: true }));
  expect(answer).toMatchObject({ Name: BUCKET, Prefix: 'data/file', MaxKeys: 1000, KeyCount: 1, IsTruncated: false });
  expect(answer.Contents).toEqual([
    {
      Key: 'data/file.parquet',
      LastModified: new Date(MODIFIED_MS),
      ETag: '"e7a6"',
      Size: 16,
      StorageClass: 'STANDARD',
      Owner: { ID: expect.stringMatching(/^[0-9a-f]{64}$/) },
    },
  ]);
});

test('max-keys 0 is an empty page with nothing after it; a negative one is refused', async () => {
  const none = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: 0 }));
  expect(none).toMatchObject({ KeyCount: 0, MaxKeys: 0, IsTruncated: false });
  expect(none.Contents).toBeUndefined();
  expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: -1 })))).toMatchObject({
    name: 'InvalidArgument',
  });
  expect((await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: 5000 }))).MaxKeys).toBe(1000);
});

test('a token of another listing is refused', async () => {
  const first = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: 1 }));
  const again = { Bucket: BUCKET, ContinuationToken: first.NextContinuationToken! };
  expect((await s3.send(new ListObjectsV2Command(again))).ContinuationToken).toBe(first.NextContinuationToken);
  const foreign: ListObjectsV2CommandInput[] = [
    { ...again, Prefix: 'data/' },
    { ...again, Delimiter: '/' },
    { ...again, Bucket: 'other-a' },
    { Bucket: BUCKET, ContinuationToken: 'x' },
  ];
  for (const input of foreign) {
    expect(await refusal(s3.send(new ListObjectsV2Command(input)))).toMatchObject({
      name: 'InvalidArgument',
      status: 400,
    });
  }
});

/** Entries of a listing as S3's documentation says them, over all keys at once. */
function naiveEntries(keys: readonly string[], prefix: string, delimiter: string, startAfter: string): string[] {
  const entries: string[] = [];
  for (const key of [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    if (!key.startsWith(prefix) || Buffer.compare(Buffer.from(key), Buffer.from(startAfter)) <= 0) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = at < 0 ? key : `${key.slice(0, at + delimiter.length)}…`;
    if (entries.at(-1) !== entry) entries.push(entry);
  }
  return entries;
}

const KEY = fc
  .array(fc.constantFrom('a', 'b', '/', 'é', '🦑', '\uffee', '-'), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''));
const SHORT = fc.array(fc.constantFrom('a', 'b', '/', '🦑'), { maxLength: 2 }).map((parts) => parts.join(''));

test('pages of a listing concatenated are what a naive listing finds', async () => {
  await makeBucket('random');
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(KEY, { maxLength: 60 }),
      fc.record({ prefix: SHORT, delimiter: SHORT, startAfter: SHORT, pageSize: fc.integer({ min: 1, max: 7 }) }),
      async (keys, { prefix, delimiter, startAfter, pageSize }) => {
        await world.state.queries.deleteFrom('bucket_objects').where('bucket', '=', 'random').execute();
        for (const key of keys) await name('random', key);
        const input = {
          Bucket: 'random',
          Prefix: prefix,
          Delimiter: delimiter,
          ...(startAfter && { StartAfter: startAfter }),
        };
        const found: string[] = [];
        for await (const page of paginateListObjectsV2({ client: s3, pageSize }, input)) {
          const prefixes = (page.CommonPrefixes ?? []).map((one) => `${one.Prefix}…`);
          const entries = [...(page.Contents ?? []).map((one) => one.Key!), ...prefixes];
          expect(page.KeyCount).toBe(entries.length);
          expect(entries.length).toBeLessThanOrEqual(pageSize);
          found.push(...entries);
        }
        expect(found.sort()).toEqual(naiveEntries(keys, prefix, delimiter, startAfter).sort());
      },
    ),
    { numRuns: 60 },
  );
});

test('a delimiter listing seeks past its prefixes instead of reading them', async () => {
  await makeBucket('wide');
  const facts = { accountId: ACCOUNT, bucket: 'wide', size: 1 };
  const rows = Array.from({ length: 30_000 }, (_, at) => ({
    account_id: facts.accountId,
    bucket: facts.bucket,
    key: `day=${at % 3}/${String(at).padStart(6, '0')}`,
    object_key: 'nowhere',
    size_bytes: 1,
    etag: 'e',
    content_type: 'x',
    modified_at_ms: MODIFIED_MS,
  }));
  await world.state.transaction(async (tx) => {
    for (let at = 0; at < rows.length; at += 1000)
      await tx
        .insertInto('bucket_objects')
        .values(rows.slice(at, at + 1000))
        .execute();
  });
  statements = 0;
  const startedMs = performance.now();
  const { CommonPrefixes, IsTruncated } = await s3.send(new ListObjectsV2Command({ Bucket: 'wide', Delimiter: '/' }));
  expect(CommonPrefixes).toEqual([{ Prefix: 'day=0/' }, { Prefix: 'day=1/' }, { Prefix: 'day=2/' }]);
  expect(IsTruncated).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(500);
  expect(statements).toBeGreaterThan(3);
  expect(statements).toBeLessThan(10);
});
