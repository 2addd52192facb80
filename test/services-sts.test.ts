import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStsService } from '../src/services/sts/sts-service.ts';
import {
  ACCOUNT,
  CREDENTIALS,
  OTHER_ACCOUNT,
  OTHER_CREDENTIALS,
  openWorld,
  refusal,
  type World,
} from './services-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(() => [createStsService()]);
});
afterAll(() => world[Symbol.asyncDispose]());

const client = (credentials: typeof CREDENTIALS) =>
  new STSClient({ endpoint: world.endpoint, region: 'us-west-2', credentials, maxAttempts: 1 });

test.each([
  [CREDENTIALS, ACCOUNT],
  [OTHER_CREDENTIALS, OTHER_ACCOUNT],
])('GetCallerIdentity answers the account of the key that signed (%#)', async (credentials, account) => {
  const { $metadata: _, ...answer } = await client(credentials).send(new GetCallerIdentityCommand({}));
  expect(answer).toEqual({ UserId: account, Account: account, Arn: `arn:aws:iam::${account}:root` });
});

test('a key nobody has is refused', async () => {
  const unknown = client({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' });
  expect(await refusal(unknown.send(new GetCallerIdentityCommand({})))).toMatchObject({
    name: 'InvalidClientTokenId',
    status: 403,
  });
});

test('an operation without a file is refused, not answered', async () => {
  const { status } = await refusal(client(CREDENTIALS).send(new GetSessionTokenCommand({})));
  expect(status).toBe(400);
});
