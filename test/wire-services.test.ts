/** Glue, Athena, STS and DataZone over one door: each protocol with its own errors and its own words. */

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { AthenaClient, GetQueryExecutionCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, GetDatabaseCommand, GetTablesCommand, GlueClient } from '@aws-sdk/client-glue';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import AWS from 'aws-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../src/core/errors.ts';
import { type CallRecord, createWire } from '../src/wire/create-wire.ts';
import type { AthenaOperations } from '../src/wire/generated/athena.ts';
import type { DataZoneOperations } from '../src/wire/generated/datazone.ts';
import type { GlueOperations } from '../src/wire/generated/glue.ts';
import type { StsOperations } from '../src/wire/generated/sts.ts';
import type { Handlers } from '../src/wire/handlers.ts';

const glue: Handlers<GlueOperations> = {
  GetDatabase: async ({ Name }) => {
    if (Name === 'lake') return { Database: { Name, Parameters: { __proto__x: 'y' }, CreateTime: 1_500_000_000_500 } };
    throw new ServiceError('EntityNotFoundException', `Database ${Name} not found.`);
  },
  CreateDatabase: async () => ({}),
};
const athena: Handlers<AthenaOperations> = {
  StartQueryExecution: async ({ QueryString }) => ({ QueryExecutionId: QueryString.slice(0, 8) }),
  GetQueryExecution: async () => {
    throw new ServiceError('InvalidRequestException', 'QueryExecution ID was not found', {
      AthenaErrorCode: 'INVALID_INPUT',
    });
  },
};
const sts: Handlers<StsOperations> = {
  GetCallerIdentity: async (_, ctx) => ({
    Account: ctx.accountId,
    UserId: ctx.accessKeyId,
    Arn: `arn:aws:iam::${ctx.accountId}:user/a&b`,
  }),
  AssumeRole: async ({ Tags }) => {
    throw new ServiceError('MalformedPolicyDocumentException', `tags ${JSON.stringify(Tags)}`);
  },
};
const datazone: Handlers<DataZoneOperations> = {
  GetAsset: async ({ domainIdentifier, identifier, revision }) => ({
    id: 'a1',
    name: identifier,
    typeIdentifier: revision ?? 'absent',
    typeRevision: '1',
    revision: '1',
    owningProjectId: 'p1',
    domainId: domainIdentifier,
    formsOutput: [],
  }),
  GetDomain: async () => {
    throw new ServiceError('ResourceNotFoundException', 'no such domain');
  },
};

const KEYS = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
const calls: CallRecord[] = [];
let server: Server;
let port: number;
let endpoint: string;

beforeAll(async () => {
  const wire = createWire({
    modelsDir: 'models',
    services: [
      { name: 'glue', handlers: glue },
      { name: 'athena', handlers: athena },
      { name: 'sts', handlers: sts },
      { name: 'datazone', handlers: datazone },
    ],
    resolveCredentials: async (id, token) => {
      if (token === 'old') return { secretAccessKey: 'secret', accountId: '111122223333', expiresAtMs: 1 };
      return id === KEYS.accessKeyId && token === undefined
        ? { secretAccessKey: 'secret', accountId: '111122223333' }
        : undefined;
    },
    nowMs: () => Date.now(),
    randomBytes: (count) => randomBytes(count),
    limits: { bodyBytesMax: 100_000 },
    onCall: (record) => calls.push(record),
  });
  server = createServer((req, res) => void wire(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  endpoint = `http://127.0.0.1:${port}`;
});

afterAll(() => server.close());

const settings = () => ({ endpoint, region: 'eu-west-1', credentials: KEYS, maxAttempts: 1 });

describe('Glue', () => {
  it('carries maps, times and errors with a capital Message', async () => {
    const client = new GlueClient(settings());
    const { Database } = await client.send(new GetDatabaseCommand({ Name: 'lake' }));
    expect(Database).toMatchObject({ Parameters: { __proto__x: 'y' }, CreateTime: new Date(1_500_000_000_500) });
    await expect(client.send(new GetDatabaseCommand({ Name: 'x' }))).rejects.toMatchObject({
      name: 'EntityNotFoundException',
      message: 'Database x not found.',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('calls what breaks the model a ValidationException, all of it at once', async () => {
    const client = new GlueClient(settings());
    const input = { DatabaseInput: { Name: '', Description: 'd'.repeat(2049) } };
    await expect(client.send(new CreateDatabaseCommand(input))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(
        /^2 validation errors detected: Value '' at 'databaseInput\.name' failed to satisfy constraint: Member must have length greater than or equal to 1; Value 'd+\.\.\.' at 'databaseInput\.description' failed to satisfy constraint: Member must have length less than or equal to 2048$/,
      ),
    });
  });

  it('refuses an operation that has no handler, naming it', async () => {
    const refused = new GlueClient(settings()).send(new GetTablesCommand({ DatabaseName: 'lake' }));
    await expect(refused).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('GetTables'),
    });
  });
});

describe('Athena', () => {
  it('answers and refuses with AthenaErrorCode', async () => {
    const client = new AthenaClient(settings());
    const started = await client.send(
      new StartQueryExecutionCommand({ QueryString: 'SELECT 1', ClientRequestToken: 'x'.repeat(32) }),
    );
    expect(started.QueryExecutionId).toBe('SELECT 1');
    const missing = client.send(new GetQueryExecutionCommand({ QueryExecutionId: 'q' }));
    await expect(missing).rejects.toMatchObject({ name: 'InvalidRequestException', AthenaErrorCode: 'INVALID_INPUT' });
    const empty = client.send(new StartQueryExecutionCommand({ QueryString: '', ClientRequestToken: 'x'.repeat(32) }));
    await expect(empty).rejects.toMatchObject({ name: 'InvalidRequestException', AthenaErrorCode: 'INVALID_INPUT' });
  });
});

describe('STS', () => {
  it('reads forms and writes XML', async () => {
    const client = new STSClient(settings());
    const identity = await client.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/a&b' });
    const role = {
      RoleArn: 'arn:aws:iam::111122223333:role/r',
      RoleSessionName: 'session',
      Tags: [{ Key: 'a b', Value: '+é' }],
    };
    await expect(client.send(new AssumeRoleCommand(role))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'tags [{"Key":"a b","Value":"+é"}]',
    });
    await expect(client.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' });
    const short = client.send(new AssumeRoleCommand({ ...role, DurationSeconds: 1 }));
    await expect(short).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining("'durationSeconds'"),
    });
  });

  it('tells an ended session from an unknown token', async () => {
    const ended = new STSClient({ ...settings(), credentials: { ...KEYS, sessionToken: 'old' } });
    await expect(ended.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
    const unknown = new STSClient({ ...settings(), credentials: { ...KEYS, sessionToken: 'none' } });
    await expect(unknown.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });
});

describe('DataZone', () => {
  it('routes on the raw path and decodes labels once', async () => {
    const domain = 'dzd_1234567890abc';
    const answer = await signedFetch(
      'GET',
      `/v2/domains/${domain}/assets/externalIdentifier%2Farn%3Aaws%252F?revision=`,
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      name: 'externalIdentifier/arn:aws%2F',
      domainId: domain,
      typeIdentifier: 'absent',
    });
  });

  it('leaves values out of its messages and errors in the header', async () => {
    const answer = await signedFetch('GET', '/v2/domains/nope/assets/a1');
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
    expect(await answer.json()).toEqual({
      message:
        "1 validation error detected: Value at 'domainIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: dzd[-_][a-zA-Z0-9_-]{1,36}",
    });
    const missing = await signedFetch('GET', '/v2/domains/dzd_1234567890abc');
    expect([missing.status, missing.headers.get('x-amzn-errortype')]).toEqual([404, 'ResourceNotFoundException']);
    const unknown = await signedFetch('PATCH', '/v2/nothing/here');
    expect([unknown.status, unknown.headers.get('x-amzn-errortype')]).toEqual([404, 'UnknownOperationException']);
  });
});

/** Signs with the SDK's v2 signer's arithmetic written out: an independent hand for requests no client makes. */
async function signedFetch(method: string, target: string): Promise<Response> {
  const amzDate = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${amzDate.slice(0, 8)}/eu-west-1/datazone/aws4_request`;
  const [path = '', query = ''] = target.split('?');
  const canonicalPath = path.split('/').map(encodeURIComponent).join('/');
  const emptyHash = createHash('sha256').update('').digest('hex');
  const canonical = `${method}\n${canonicalPath}\n${query}\nhost:127.0.0.1:${port}\nx-amz-date:${amzDate}\n\nhost;x-amz-date\n${emptyHash}`;
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = scope.split('/').reduce<string | Buffer>((before, part) => hmac(before, part), 'AWS4secret');
  const toSign = `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIATEST/${scope}, SignedHeaders=host;x-amz-date, Signature=${hmac(key, toSign).toString('hex')}`;
  return fetch(endpoint + target, { method, headers: { 'x-amz-date': amzDate, authorization } });
}

describe('the door', () => {
  it('tells each call once, with its outcome', async () => {
    calls.length = 0;
    await new GlueClient(settings()).send(new GetDatabaseCommand({ Name: 'lake' }));
    await new GlueClient(settings()).send(new GetDatabaseCommand({ Name: 'x' })).catch(() => {});
    expect(calls).toMatchObject([
      { service: 'glue', operation: 'GetDatabase', status: 200, errorCode: undefined },
      { service: 'glue', operation: 'GetDatabase', status: 400, errorCode: 'EntityNotFoundException' },
    ]);
  });

  it('tells of services and operations by names the models have only', async () => {
    calls.length = 0;
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    for (const target of ['anything-1.GetDatabase', 'AWSGlue.Anything'])
      await fetch(endpoint, { method: 'POST', headers: { ...headers, 'x-amz-target': target }, body: '{}' });
    expect(calls).toMatchObject([
      { service: 'unknown', operation: '' },
      { service: 'glue', operation: '' },
    ]);
  });

  it('bounds bodies', async () => {
    const big = { DatabaseInput: { Name: 'x', Description: 'd'.repeat(200_000) } };
    const refused = new GlueClient(settings()).send(new CreateDatabaseCommand(big));
    await expect(refused).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
  });

  it('refuses clocks that are off', async () => {
    const late = new AWS.Glue({ ...settings(), ...KEYS, maxRetries: 0, systemClockOffset: -600_000 });
    await expect(late.getDatabase({ Name: 'lake' }).promise()).rejects.toMatchObject({
      code: 'InvalidSignatureException',
      message: expect.stringMatching(
        /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
      ),
    });
  });

  it('takes nonsense with a 4xx and lives on', async () => {
    const authorization = (text: string) => ({ authorization: text, 'x-amz-target': 'AWSGlue.GetDatabase' });
    const attempts: RequestInit[] = [
      { method: 'POST', headers: authorization('AWS4-HMAC-SHA256') },
      { method: 'POST', headers: authorization('AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0') },
      {
        method: 'POST',
        headers: authorization('AWS4-HMAC-SHA256 Credential=a/20260230/r/glue/aws4_request,SignedHeaders=,Signature=x'),
      },
      { method: 'POST', headers: authorization('Bearer x') },
      { method: 'DELETE', headers: { 'x-amz-target': '....' } },
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'Action=%ZZ&a.b.c=1' },
    ];
    for (const init of attempts) {
      const answer = await fetch(`${endpoint}/%ff%2e%2e//?X-Amz-Foo&&=&%`, init);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers.get('x-amzn-requestid')).toBeTruthy();
    }
  });

  it('forgets clients that leave in the middle of a body', async () => {
    calls.length = 0;
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSGlue.GetDatabase\r\nContent-Length: 100\r\n\r\n{"a"');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await expect.poll(() => calls.length, { timeout: 5000 }).toBe(1);
  });
});
