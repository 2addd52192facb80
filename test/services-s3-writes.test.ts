import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BucketObject } from '../src/buckets/buckets.ts';
import { deleteUnnamed, UNNAMED_GRACE_MS } from '../src/buckets/garbage.ts';
import { sweepUploads } from '../src/buckets/sweep-uploads.ts';
import { UPLOAD_AGE_MS_MAX } from '../src/buckets/uploads.ts';
import { createS3Service } from '../src/services/s3/s3-service.ts';
import {
  ACCOUNT,
  CREDENTIALS,
  OTHER_ACCOUNT,
  OTHER_CREDENTIALS,
  openWorld,
  PAGE_TOKEN_KEY,
  REGION,
  refusal,
  type World,
} from './services-world.ts';

const BUCKET = 'written-bucket';
const PART_BYTES = 5 * 1024 * 1024;
const md5 = (bytes: Uint8Array | string) => createHash('md5').update(bytes).digest('hex');
let world: World;
let s3: S3Client;
const removed: BucketObject[] = [];

beforeAll(async () => {
  world = await openWorld((parts) => [
    createS3Service({
      ...parts,
      pageTokenKey: PAGE_TOKEN_KEY,
      bucketsMax: 5,
      onRemoved: async (_, __, objects) => void removed.push(...objects),
    }),
  ]);
  s3 = client();
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});
beforeEach(async () => {
  const { queries } = world.state;
  for (const table of ['buckets', 'bucket_objects', 'multipart_uploads', 'multipart_parts', 'unnamed_objects'] as const)
    await queries.deleteFrom(table).execute();
  await world.objects.delete((await world.objects.list('', { limit: 1000 })).map(({ key }) => key));
  removed.length = 0;
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
});

function client(credentials = CREDENTIALS): S3Client {
  return new S3Client({ endpoint: world.endpoint, region: REGION, credentials, forcePathStyle: true, maxAttempts: 1 });
}

const put = (input: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'key', Body: 'body', ...input }));
const get = async (Key = 'key') =>
  (await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }))).Body!.transformToString();
const keys = async () =>
  ((await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents ?? []).map(({ Key }) => Key);
const stored = async () => (await world.objects.list('', { limit: 1000 })).length;

describe('buckets', () => {
  test('are made, found and deleted', async () => {
    expect(await s3.send(new HeadBucketCommand({ Bucket: BUCKET }))).toMatchObject({ BucketRegion: REGION });
    await s3.send(new DeleteBucketCommand({ Bucket: BUCKET }));
    expect(await refusal(s3.send(new HeadBucketCommand({ Bucket: BUCKET })))).toMatchObject({ status: 404 });
    const LocationConstraint = REGION;
    const made = await s3.send(
      new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint } }),
    );
    expect(made.Location).toBe(`/${BUCKET}`);
  });

  test.each([
    [BUCKET, CREDENTIALS, 'BucketAlreadyOwnedByYou', 409],
    [BUCKET, OTHER_CREDENTIALS, 'BucketAlreadyExists', 409],
    ['No-Capitals', CREDENTIALS, 'InvalidBucketName', 400],
    ['10.0.0.1', CREDENTIALS, 'InvalidBucketName', 400],
    ['xn--reserved', CREDENTIALS, 'InvalidBucketName', 400],
    ['ab', CREDENTIALS, 'InvalidBucketName', 400],
    ['a'.repeat(64), CREDENTIALS, 'InvalidBucketName', 400],
  ])('%s is refused as a new name', async (Bucket, credentials, name, status) => {
    expect(await refusal(client(credentials).send(new CreateBucketCommand({ Bucket })))).toMatchObject({
      name,
      status,
    });
  });

  test('of other Regions, with ACLs or locks are refused', async () => {
    const refused = (input: object) => refusal(s3.send(new CreateBucketCommand({ Bucket: 'another', ...input })));
    const elsewhere = { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } };
    expect(await refused(elsewhere)).toMatchObject({ name: 'IllegalLocationConstraintException', status: 400 });
    for (const input of [{ ACL: 'public-read' }, { ObjectLockEnabledForBucket: true }, { GrantRead: 'id=x' }])
      expect(await refused(input)).toMatchObject({ name: 'NotImplemented', status: 501 });
  });

  test('may be as many as the account may have', async () => {
    const make = (at: number) => s3.send(new CreateBucketCommand({ Bucket: `bucket-${at}` }));
    for (const at of [2, 3, 4, 5]) await make(at);
    expect(await refusal(make(6))).toMatchObject({ name: 'TooManyBuckets', status: 400 });
  });

  test('with objects are not deleted; unfinished uploads go with them', async () => {
    await put();
    const uploadId = await start();
    await part(uploadId, 1, 'left behind');
    expect(await refusal(s3.send(new DeleteBucketCommand({ Bucket: BUCKET })))).toMatchObject({
      name: 'BucketNotEmpty',
      status: 409,
    });
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'key' }));
    await s3.send(new DeleteBucketCommand({ Bucket: BUCKET }));
    expect(await world.objects.list('uploads/', { limit: 1 })).toEqual([]);
    expect(await refusal(put())).toMatchObject({ name: 'NoSuchBucket', status: 404 });
  });
});

describe('PutObject', () => {
  test('stores bytes, their type and what else the client says of them', async () => {
    const answer = await put({
      ContentType: 'text/csv',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      Metadata: { Owner: 'me' },
    });
    expect(answer.ETag).toBe(`"${md5('body')}"`);
    const head = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'key' }));
    expect(head).toMatchObject({
      ContentLength: 4,
      ETag: `"${md5('body')}"`,
      ContentType: 'text/csv',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      Metadata: { owner: 'me' },
    });
    expect(await get()).toBe('body');
  });

  test('takes an empty object, and one of several chunks', async () => {
    await put({ Body: '' });
    expect(await get()).toBe('');
    const body = Buffer.alloc(3_000_001, 'abcdefghijk');
    await put({ Body: body });
    expect(md5(await get())).toBe(md5(body));
    expect((await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'key' }))).ContentType).toMatch(/octet-stream/);
  });

  test('keeps the old bytes for a while, for those who read them', async () => {
    await put({ Body: 'one' });
    const before = await stored();
    await put({ Body: 'two' });
    expect(await get()).toBe('two');
    expect(removed.map(({ key, etag }) => [key, etag])).toEqual([['key', md5('one')]]);
    world.clock.advance(UNNAMED_GRACE_MS - 1);
    expect(await deleteUnnamed(world, ACCOUNT)).toBe(0);
    expect(await stored()).toBe(before + 1);
    world.clock.advance(1);
    expect(await deleteUnnamed(world, ACCOUNT)).toBe(1);
    expect(await stored()).toBe(before);
    expect(await get()).toBe('two');
  });

  test('holds to conditions', async () => {
    await put({ IfNoneMatch: '*' });
    expect(await refusal(put({ IfNoneMatch: '*' }))).toMatchObject({ name: 'PreconditionFailed', status: 412 });
    expect(await refusal(put({ IfNoneMatch: '"x"' }))).toMatchObject({ name: 'InvalidArgument', status: 400 });
    expect(await refusal(put({ IfMatch: '"x"' }))).toMatchObject({ name: 'PreconditionFailed', status: 412 });
    expect(await refusal(put({ Key: 'none', IfMatch: '"x"' }))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    await put({ Body: 'next', IfMatch: md5('body') });
    expect(await get()).toBe('next');
  });

  test('names nothing whose bytes are not what was said', async () => {
    const wrong = Buffer.alloc(16).toString('base64');
    expect(await refusal(put({ ContentMD5: wrong }))).toMatchObject({ name: 'BadDigest', status: 400 });
    expect(await keys()).toEqual([]);
  });

  test.each<Partial<PutObjectCommandInput>>([
    { ACL: 'public-read' },
    { ServerSideEncryption: 'AES256' },
    { StorageClass: 'GLACIER' },
    { Tagging: 'a=b' },
    { ObjectLockLegalHoldStatus: 'ON' },
    { WebsiteRedirectLocation: '/x' },
    { GrantRead: 'id=x' },
  ])('refuses what there is not: %j', async (input) => {
    expect(await refusal(put(input))).toMatchObject({ name: 'NotImplemented', status: 501 });
  });

  test('takes what says nothing new', async () => {
    await put({ ACL: 'private', StorageClass: 'STANDARD', ExpectedBucketOwner: ACCOUNT });
    expect(await refusal(put({ ExpectedBucketOwner: OTHER_ACCOUNT }))).toMatchObject({ name: 'AccessDenied' });
  });

  test('takes keys and metadata up to their limits', async () => {
    await put({ Key: 'k'.repeat(1024) });
    expect(await get('k'.repeat(1024))).toBe('body');
    expect(await refusal(put({ Key: 'k'.repeat(1025) }))).toMatchObject({ name: 'KeyTooLongError', status: 400 });
    await put({ Metadata: { a: 'x'.repeat(2047) } });
    expect(await refusal(put({ Metadata: { a: 'x'.repeat(2048) } }))).toMatchObject({ name: 'MetadataTooLarge' });
  });
});

describe('deleting', () => {
  test('one object; one that is not there is no error', async () => {
    await put();
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'key' }));
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'key' }));
    expect(await keys()).toEqual([]);
    expect(removed.map(({ key }) => key)).toEqual(['key']);
  });

  test('on a condition', async () => {
    await put();
    const remove = (input: object) => s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'key', ...input }));
    expect(await refusal(remove({ IfMatch: '"x"' }))).toMatchObject({ name: 'PreconditionFailed' });
    expect(await refusal(remove({ IfMatchSize: 4 }))).toMatchObject({ name: 'NotImplemented' });
    expect(await refusal(remove({ VersionId: 'v1' }))).toMatchObject({ name: 'InvalidArgument' });
    await remove({ IfMatch: `"${md5('body')}"` });
    expect(await keys()).toEqual([]);
  });

  test('many objects at once, up to a thousand', async () => {
    for (const Key of ['a', 'b', 'c']) await put({ Key });
    const remove = (Objects: { Key: string; VersionId?: string }[], Quiet = false) =>
      s3.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects, Quiet } }));
    const answer = await remove([{ Key: 'a' }, { Key: 'nobody' }]);
    expect(answer.Deleted).toEqual([{ Key: 'a' }, { Key: 'nobody' }]);
    expect((await remove([{ Key: 'b' }], true)).Deleted).toBeUndefined();
    expect(await keys()).toEqual(['c']);
    const many = (count: number) => Array.from({ length: count }, (_, at) => ({ Key: `k${at}` }));
    expect((await remove(many(1000))).Deleted).toHaveLength(1000);
    expect(await refusal(remove(many(1001)))).toMatchObject({ name: 'MalformedXML', status: 400 });
    expect(await refusal(remove([{ Key: 'c', VersionId: 'v' }]))).toMatchObject({ name: 'InvalidArgument' });
    expect(await keys()).toEqual(['c']);
  });
});

async function start(input: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'key', ...input }));
  return UploadId!;
}

const part = (UploadId: string, PartNumber: number, Body: Uint8Array | string) =>
  s3.send(new UploadPartCommand({ Bucket: BUCKET, Key: 'key', UploadId, PartNumber, Body }));
const complete = (UploadId: string, Parts: CompletedPart[], more: object = {}) =>
  s3.send(
    new CompleteMultipartUploadCommand({ Bucket: BUCKET, Key: 'key', UploadId, MultipartUpload: { Parts }, ...more }),
  );

describe('multipart uploads', () => {
  const large = Buffer.alloc(PART_BYTES, 'x');

  test('become one object of their parts, in order', async () => {
    const uploadId = await start({ ContentType: 'text/plain', Metadata: { a: 'b' } });
    const second = await part(uploadId, 2, 'end');
    const replaced = await part(uploadId, 1, 'not this');
    const first = await part(uploadId, 1, large);
    expect(replaced.ETag).toBe(`"${md5('not this')}"`);
    expect(await keys()).toEqual([]);
    const parts = [
      { PartNumber: 1, ETag: first.ETag! },
      { PartNumber: 2, ETag: second.ETag! },
    ];
    const done = await complete(uploadId, parts);
    const ETag = `"${md5(Buffer.concat([large, Buffer.from('end')].map((bytes) => Buffer.from(md5(bytes), 'hex'))))}-2"`;
    expect(done).toMatchObject({ ETag, Bucket: BUCKET, Key: 'key', Location: `${world.endpoint}/${BUCKET}/key` });
    const answer = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'key' }));
    expect(answer).toMatchObject({ ETag, ContentType: 'text/plain', Metadata: { a: 'b' } });
    expect(md5(await answer.Body!.transformToByteArray())).toBe(md5(Buffer.concat([large, Buffer.from('end')])));
    expect(await world.objects.list('uploads/', { limit: 1 })).toEqual([]);
    // Asked again, as a client does that lost the answer.
    expect((await complete(uploadId, parts)).ETag).toBe(ETag);
  });

  test('list their parts in pages', async () => {
    const uploadId = await start();
    for (const at of [3, 1, 2]) await part(uploadId, at, `part ${at}`);
    const list = (input: object) =>
      s3.send(new ListPartsCommand({ Bucket: BUCKET, Key: 'key', UploadId: uploadId, ...input }));
    const first = await list({ MaxParts: 2 });
    expect(first.Parts?.map(({ PartNumber, Size, ETag }) => [PartNumber, Size, ETag])).toEqual([
      [1, 6, `"${md5('part 1')}"`],
      [2, 6, `"${md5('part 2')}"`],
    ]);
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
    const rest = await list({ PartNumberMarker: '2' });
    expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 3 }] });
    expect(await refusal(list({ MaxParts: -1 }))).toMatchObject({ name: 'InvalidArgument' });
  });

  test('refuse parts that do not fit together', async () => {
    const uploadId = await start();
    const ETag = (await part(uploadId, 1, 'small')).ETag!;
    const last = (await part(uploadId, 2, 'last')).ETag!;
    const refused = (parts: CompletedPart[]) => refusal(complete(uploadId, parts));
    expect(
      await refused([
        { PartNumber: 1, ETag },
        { PartNumber: 2, ETag: last },
      ]),
    ).toMatchObject({
      name: 'EntityTooSmall',
      status: 400,
    });
    expect(
      await refused([
        { PartNumber: 2, ETag: last },
        { PartNumber: 1, ETag },
      ]),
    ).toMatchObject({
      name: 'InvalidPartOrder',
    });
    expect(await refused([{ PartNumber: 1, ETag: last }])).toMatchObject({ name: 'InvalidPart' });
    expect(await refused([{ PartNumber: 3, ETag }])).toMatchObject({ name: 'InvalidPart' });
    expect(await refused([{ PartNumber: 1, ETag: 'no tag' }])).toMatchObject({ name: 'InvalidPart' });
    expect(await refused([])).toMatchObject({ name: 'MalformedXML' });
    for (const number of [0, 10_001])
      expect(await refusal(part(uploadId, number, 'x'))).toMatchObject({ name: 'InvalidArgument' });
    await part(uploadId, 10_000, 'x');
    await put();
    expect(await refusal(complete(uploadId, [{ PartNumber: 1, ETag }], { IfNoneMatch: '*' }))).toMatchObject({
      name: 'PreconditionFailed',
    });
    await complete(uploadId, [{ PartNumber: 1, ETag }]);
    expect(await get()).toBe('small');
  });

  test('are given up when asked, or after a week', async () => {
    const abort = (UploadId: string, Key = 'key') =>
      s3.send(new AbortMultipartUploadCommand({ Bucket: BUCKET, Key, UploadId }));
    const uploadId = await start();
    await part(uploadId, 1, 'x');
    expect(await refusal(abort(uploadId, 'other'))).toMatchObject({ name: 'NoSuchUpload', status: 404 });
    await abort(uploadId);
    expect(await world.objects.list('uploads/', { limit: 1 })).toEqual([]);
    for (const call of [
      () => abort(uploadId),
      () => part(uploadId, 1, 'x'),
      () => complete(uploadId, [{ PartNumber: 1, ETag: md5('x') }]),
    ])
      expect(await refusal(call())).toMatchObject({ name: 'NoSuchUpload', status: 404 });
    const forgotten = await start();
    await part(forgotten, 1, 'x');
    world.clock.advance(UPLOAD_AGE_MS_MAX);
    expect(await sweepUploads(world, ACCOUNT)).toBe(0);
    world.clock.advance(1);
    expect(await sweepUploads(world, ACCOUNT)).toBe(1);
    expect(await refusal(part(forgotten, 1, 'x'))).toMatchObject({ name: 'NoSuchUpload' });
  });
});

test('a bucket belongs to its account', async () => {
  await put();
  const stranger = client(OTHER_CREDENTIALS);
  for (const command of [
    new PutObjectCommand({ Bucket: BUCKET, Key: 'key', Body: 'theirs' }),
    new DeleteObjectCommand({ Bucket: BUCKET, Key: 'key' }),
    new DeleteBucketCommand({ Bucket: BUCKET }),
  ])
    expect(await refusal(stranger.send(command as PutObjectCommand))).toMatchObject({
      name: 'NoSuchBucket',
      status: 404,
    });
  expect(await get()).toBe('body');
});
