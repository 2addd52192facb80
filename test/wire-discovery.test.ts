/** The wire end to end: a real server, the real JavaScript SDK of the service, a handler of generated types. */

import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import AWS from 'aws-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../src/core/errors.ts';
import { createWire } from '../src/wire/create-wire.ts';
import type { DiscoveryOperations } from '../src/wire/generated/discovery.ts';
import type { Handlers } from '../src/wire/handlers.ts';

const handlers: Handlers<DiscoveryOperations> = {
  DescribeAgents: async (input, ctx) => ({
    agentsInfo: [{ agentId: input.agentIds?.[0] ?? 'd-agent-1', hostName: `${ctx.accountId}/${ctx.region}` }],
  }),
  DescribeContinuousExports: async () => ({ descriptions: [{ exportId: 'e-1', startTime: 1_500_000_000_250 }] }),
  StartContinuousExport: async () => {
    throw new ServiceError('ConflictErrorException', 'Conflict error.');
  },
  GetDiscoverySummary: async () => {
    throw new Error('secret internals');
  },
};

let server: Server;
let endpoint: string;
const internal: unknown[] = [];

beforeAll(async () => {
  const wire = createWire({
    modelsDir: 'models',
    services: [{ name: 'discovery', handlers }],
    resolveCredentials: (accessKeyId) =>
      accessKeyId === 'AKIATEST' ? { secretAccessKey: 'secret', accountId: '111122223333' } : undefined,
    nowMs: () => Date.now(),
    randomBytes: (count) => randomBytes(count),
    onInternalError: (error) => internal.push(error),
  });
  server = createServer((req, res) => void wire(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

function client(overrides: Partial<AWS.Discovery.ClientConfiguration> = {}): AWS.Discovery {
  const base = { endpoint, region: 'us-west-2', accessKeyId: 'AKIATEST', secretAccessKey: 'secret', maxRetries: 0 };
  return new AWS.Discovery({ ...base, ...overrides });
}

describe('discovery through the real SDK', () => {
  it('carries input, account and region to the handler and its output back', async () => {
    const answer = await client()
      .describeAgents({ agentIds: ['d-agent-öü-é'] })
      .promise();
    expect(answer.agentsInfo).toEqual([{ agentId: 'd-agent-öü-é', hostName: '111122223333/us-west-2' }]);
  });

  it('writes times that the client reads to the millisecond', async () => {
    const answer = await client().describeContinuousExports({}).promise();
    expect(answer.descriptions?.[0]?.startTime?.getTime()).toBe(1_500_000_000_250);
  });

  it('answers a modelled error by name', async () => {
    const failure = client().startContinuousExport().promise();
    await expect(failure).rejects.toMatchObject({
      code: 'ConflictErrorException',
      statusCode: 400,
      message: 'Conflict error.',
    });
  });

  it('hides what went wrong inside', async () => {
    const failure = client().getDiscoverySummary().promise();
    await expect(failure).rejects.toMatchObject({ code: 'ServerInternalErrorException', statusCode: 500 });
    await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
    expect(internal.length).toBeGreaterThan(0);
  });

  it('refuses an operation without a handler by name', async () => {
    const failure = client().describeTags({}).promise();
    await expect(failure).rejects.toMatchObject({
      code: 'UnknownOperationException',
      message: 'The operation DescribeTags is not supported by Periplus.',
    });
  });

  it('holds every constraint of the model, worded as AWS does', async () => {
    const failure = client().describeContinuousExports({ maxResults: 101 }).promise();
    await expect(failure).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message:
        "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
    });
  });

  it('refuses a wrong secret and an unknown key', async () => {
    const wrong = client({ secretAccessKey: 'other' }).describeAgents({}).promise();
    await expect(wrong).rejects.toMatchObject({ code: 'InvalidSignatureException', statusCode: 400 });
    const unknown = client({ accessKeyId: 'AKIANOBODY' }).describeAgents({}).promise();
    await expect(unknown).rejects.toMatchObject({ code: 'UnrecognizedClientException' });
  });

  it('asks for a signature', async () => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSPoseidonService_V2015_11_01.DescribeAgents' },
      body: '{}',
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await answer.json()).toEqual({
      __type: 'MissingAuthenticationTokenException',
      message: 'Missing Authentication Token',
    });
  });
});
