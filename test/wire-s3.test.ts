/** S3 through the real SDK and through hand-made requests: streams, checksums, presigned URLs, errors without bodies. */

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import {
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../src/core/errors.ts';
import { createWire } from '../src/wire/create-wire.ts';
import type { S3Operations } from '../src/wire/generated/s3.ts';
import type { Handlers } from '../src/wire/handlers.ts';
import { presignUrl } from '../src/wire/sigv4/presign.ts';

const objects = new Map<string, Buffer>();
const seen: Record<string, unknown>[] = [];

async function bytesOf(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function found(key: string): Buffer {
  const bytes = objects.get(key);
  if (bytes === undefined) throw new ServiceError('NoSuchKey', 'The specified key does not exist.', { Key: key });
  return bytes;
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

const handlers: Handlers<S3Operations> = {
  PutObject: async (input) => {
    const { Body, ...rest } = input;
    objects.set(input.Key, await bytesOf(Body));
    seen.push(rest);
    return { ETag: '"etag"' };
  },
  GetObject: async (input) => {
    const bytes = found(input.Key);
    const range = /^bytes=(\d+)-(\d+)$/.exec(input.Range ?? '');
    if (range === null) return { Body: inPieces(bytes), ContentLength: bytes.byteLength, Metadata: { note: 'n' } };
    const part = bytes.subarray(Number(range[1]), Number(range[2]) + 1);
    const ContentRange = `bytes ${range[1]}-${range[2]}/${bytes.byteLength}`;
    return { Body: part, ContentLength: part.byteLength, ContentRange };
  },
  HeadObject: async (input) => ({
    ContentLength: found(input.Key).byteLength,
    ETag: '"etag"',
    LastModified: 1_500_000_000_000,
  }),
  ListBuckets: async () => ({ Buckets: [{ Name: 'lake', CreationDate: 1_500_000_000_000 }] }),
  ListObjectsV2: async (input) => ({
    Name: input.Bucket,
    KeyCount: 1,
    IsTruncated: false,
    Contents: [{ Key: 'a&b <é>', Size: 3 }],
  }),
  GetBucketLocation: async () => ({ LocationConstraint: 'eu-west-1' }),
  DeleteObjects: async (input) => ({ Deleted: input.Delete.Objects.map(({ Key }) => ({ Key })) }),
  CreateMultipartUpload: async (input) => ({ Bucket: input.Bucket, Key: input.Key, UploadId: 'u-1' }),
  UploadPart: async (input) => {
    await bytesOf(input.Body);
    return { ETag: `"part-${input.PartNumber}"` };
  },
};

const KEYS = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
let server: Server;
let endpoint: string;
let client: S3Client;

beforeAll(async () => {
  const wire = createWire({
    modelsDir: 'models',
    services: [{ name: 's3', handlers }],
    resolveCredentials: (id) =>
      id === KEYS.accessKeyId ? { secretAccessKey: 'secret', accountId: '111122223333' } : undefined,
    nowMs: () => Date.now(),
    randomBytes: (count) => randomBytes(count),
    onInternalError: (error) => console.error(error),
  });
  server = createServer((req, res) => void wire(req, res));
  server.on('checkContinue', (req, res) => void wire(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: KEYS, maxAttempts: 1 });
});

afterAll(() => {
  client.destroy();
  server.close();
});

describe('S3 through the real SDK', () => {
  it('takes a body in memory, with the checksum the SDK sends', async () => {
    const Key = 'folder/a key+with=signs/é';
    await client.send(
      new PutObjectCommand({ Bucket: 'lake', Key, Body: 'hello', Metadata: { a: 'b' }, ContentType: 'text/plain' }),
    );
    expect(objects.get(Key)?.toString()).toBe('hello');
    expect(seen.at(-1)).toMatchObject({ Bucket: 'lake', Key, Metadata: { a: 'b' }, ContentType: 'text/plain' });
  });

  it('takes a stream in the unsigned trailer form and hides how it travelled', async () => {
    const bytes = randomBytes(300_000);
    const Body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);
    await client.send(new PutObjectCommand({ Bucket: 'lake', Key: 'stream', Body, ContentLength: bytes.byteLength }));
    expect(objects.get('stream')?.equals(bytes)).toBe(true);
    expect(seen.at(-1)?.ContentEncoding).toBeUndefined();
    expect(seen.at(-1)?.ContentLength).toBe(300_000);
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)('verifies %s', async (ChecksumAlgorithm) => {
    const Body = Readable.from([Buffer.from('some bytes'), randomBytes(1000)]);
    const put = new PutObjectCommand({ Bucket: 'lake', Key: 'sum', Body, ContentLength: 1010, ChecksumAlgorithm });
    await expect(client.send(put)).resolves.toMatchObject({ ETag: '"etag"' });
    const small = new PutObjectCommand({ Bucket: 'lake', Key: 'sum', Body: 'in memory', ChecksumAlgorithm });
    await expect(client.send(small)).resolves.toMatchObject({ ETag: '"etag"' });
  });

  it('streams an object out, whole and in part', async () => {
    const bytes = randomBytes(200_000);
    objects.set('out', bytes);
    const whole = await client.send(new GetObjectCommand({ Bucket: 'lake', Key: 'out' }));
    expect(Buffer.from(await whole.Body!.transformToByteArray()).equals(bytes)).toBe(true);
    expect(whole.Metadata).toEqual({ note: 'n' });
    const part = await client.send(new GetObjectCommand({ Bucket: 'lake', Key: 'out', Range: 'bytes=5-9' }));
    expect(part.$metadata.httpStatusCode).toBe(206);
    expect(Buffer.from(await part.Body!.transformToByteArray()).equals(bytes.subarray(5, 10))).toBe(true);
  });

  it('answers HEAD with headers, and its errors without a body', async () => {
    objects.set('head', Buffer.alloc(7));
    const head = await client.send(new HeadObjectCommand({ Bucket: 'lake', Key: 'head' }));
    expect(head).toMatchObject({ ContentLength: 7, LastModified: new Date(1_500_000_000_000) });
    const missing = client.send(new HeadObjectCommand({ Bucket: 'lake', Key: 'nothing' }));
    await expect(missing).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  it('names errors as S3 does', async () => {
    const missing = client.send(new GetObjectCommand({ Bucket: 'lake', Key: 'nothing' }));
    await expect(missing).rejects.toMatchObject({ name: 'NoSuchKey', message: 'The specified key does not exist.' });
  });

  it('lists, locates, deletes and starts uploads', async () => {
    expect((await client.send(new ListBucketsCommand({}))).Buckets?.[0]?.Name).toBe('lake');
    const listed = await client.send(new ListObjectsV2Command({ Bucket: 'lake' }));
    expect(listed.Contents?.[0]).toMatchObject({ Key: 'a&b <é>', Size: 3 });
    expect((await client.send(new GetBucketLocationCommand({ Bucket: 'lake' }))).LocationConstraint).toBe('eu-west-1');
    const gone = new DeleteObjectsCommand({ Bucket: 'lake', Delete: { Objects: [{ Key: 'x' }, { Key: 'y<>' }] } });
    expect((await client.send(gone)).Deleted).toEqual([{ Key: 'x' }, { Key: 'y<>' }]);
    const upload = await client.send(new CreateMultipartUploadCommand({ Bucket: 'lake', Key: 'big' }));
    expect(upload.UploadId).toBe('u-1');
    const part = new UploadPartCommand({ Bucket: 'lake', Key: 'big', UploadId: 'u-1', PartNumber: 2, Body: 'part' });
    expect((await client.send(part)).ETag).toBe('"part-2"');
  });

  it('honours URLs presigned by the SDK and by us', async () => {
    objects.set('shared file', Buffer.from('for you'));
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: 'lake', Key: 'shared file' }), {
      expiresIn: 60,
    });
    expect(await (await fetch(url)).text()).toBe('for you');
    const scope = { ...KEYS, region: 'us-east-1', service: 's3', expiresSeconds: 60 };
    const ours = presignUrl({ ...scope, method: 'GET', url: `${endpoint}/lake/shared%20file`, nowMs: Date.now() });
    expect(await (await fetch(ours)).text()).toBe('for you');
    const late = presignUrl({
      ...scope,
      method: 'GET',
      url: `${endpoint}/lake/shared%20file`,
      nowMs: Date.now() - 120_000,
    });
    const refused = await fetch(late);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
    const put = await getSignedUrl(client, new PutObjectCommand({ Bucket: 'lake', Key: 'upload' }), { expiresIn: 60 });
    expect((await fetch(put, { method: 'PUT', body: 'sent' })).status).toBe(200);
    expect(objects.get('upload')?.toString()).toBe('sent');
  });
});

describe('Expect: 100-continue', () => {
  async function put(key: string, secretAccessKey: string) {
    const place = { region: 'us-east-1', service: 's3', nowMs: Date.now(), expiresSeconds: 60 };
    const url = `${endpoint}/lake/${key}`;
    const body = 'x'.repeat(2 * 1024 * 1024);
    const signed = presignUrl({ ...KEYS, secretAccessKey, ...place, method: 'PUT', url });
    const headers = { expect: '100-continue', 'content-length': body.length };
    const sent = request(signed, { method: 'PUT', headers, agent: false });
    let continued = false;
    sent.on('continue', () => {
      continued = true;
      sent.end(body);
    });
    sent.flushHeaders();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return { status: answer.statusCode, continued, connection: answer.headers.connection };
  }

  it('asks for the body when it begins to read it', async () => {
    expect(await put('held', 'secret')).toMatchObject({ status: 200, continued: true });
    expect(objects.get('held')?.length).toBe(2 * 1024 * 1024);
  });

  it('does not ask somebody whose signature is wrong, and does not wait for the body', async () => {
    const startedMs = performance.now();
    expect(await put('kept', 'wrong')).toEqual({ status: 403, continued: false, connection: 'close' });
    expect(performance.now() - startedMs).toBeLessThan(1500);
  });
});

describe('S3 refusals', () => {
  it('wants a signature', async () => {
    const answer = await fetch(`${endpoint}/lake/key`);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-amz-request-id')).toBeTruthy();
    expect(await answer.text()).toMatch(
      /^<\?xml[^>]*>\n<Error><Code>AccessDenied<\/Code>.*<Resource>\/lake\/key<\/Resource>/,
    );
  });

  it('shows what it signed when a signature is wrong', async () => {
    const wrong = new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { ...KEYS, secretAccessKey: 'x' },
    });
    const failure = wrong.send(new ListBucketsCommand({}));
    await expect(failure).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      StringToSign: expect.stringContaining('AWS4'),
    });
    wrong.destroy();
  });

  it('refuses a body that is not what its hash says', async () => {
    const wrongSum = createHash('sha256').update('other').digest('base64');
    const put = new PutObjectCommand({ Bucket: 'lake', Key: 'bad', Body: 'this', ChecksumSHA256: wrongSum });
    await expect(client.send(put)).rejects.toMatchObject({ name: 'BadDigest' });
    expect(objects.has('bad')).toBe(false);
  });

  it('refuses sub-resources and signatures it does not have', async () => {
    const url = presignUrl({
      ...KEYS,
      method: 'GET',
      url: `${endpoint}/lake?policy`,
      region: 'us-east-1',
      service: 's3',
      nowMs: Date.now(),
      expiresSeconds: 60,
    });
    const answer = await fetch(url);
    expect(answer.status).toBe(501);
    expect(await answer.text()).toContain('<Code>NotImplemented</Code>');
    const old = await fetch(`${endpoint}/lake/key?AWSAccessKeyId=AKIATEST&Signature=abc&Expires=99`);
    expect(await old.text()).toContain('Please use AWS4-HMAC-SHA256.');
  });
});
