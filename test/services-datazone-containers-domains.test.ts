import {
  CreateDomainCommand,
  CreateProjectCommand,
  DeleteDomainCommand,
  GetDomainCommand,
  ListDomainsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateDomainCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DataZoneWorld, openDataZone } from './datazone-world.ts';
import { ACCOUNT, REGION, refusal } from './services-world.ts';

let world: DataZoneWorld;
beforeEach(async () => {
  world = await openDataZone();
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const ROLE = `arn:aws:iam::${ACCOUNT}:role/execution`;
const OTHER_ROLE = `arn:aws:iam::${ACCOUNT}:role/service`;

async function makeDomain(name = 'one', more: object = {}): Promise<string> {
  const made = await world.client.send(new CreateDomainCommand({ name, domainExecutionRole: ROLE, ...more }));
  return made.id as string;
}

const arnOf = (id: string) => `arn:aws:datazone:${REGION}:${ACCOUNT}:domain/${id}`;
const get = (identifier: string) => world.client.send(new GetDomainCommand({ identifier }));

test('what a domain is made with is told of it', async () => {
  const given = {
    description: 'what we sell',
    singleSignOn: { type: 'IAM_IDC', userAssignment: 'MANUAL' } as const,
    kmsKeyIdentifier: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${'a'.repeat(36)}`,
    serviceRole: OTHER_ROLE,
    domainVersion: 'V2' as const,
    tags: { team: 'sales', empty: '' },
  };
  const made = await world.client.send(new CreateDomainCommand({ name: 'one', domainExecutionRole: ROLE, ...given }));
  const expected = {
    ...given,
    id: expect.stringMatching(/^dzd-[a-z0-9]{14}$/),
    name: 'one',
    domainExecutionRole: ROLE,
    arn: arnOf(made.id as string),
    status: 'AVAILABLE',
    rootDomainUnitId: expect.stringMatching(/^[a-z0-9]{14}$/),
    portalUrl: expect.stringMatching(/^http/),
  };
  expect(made).toMatchObject({ ...expected, $metadata: { httpStatusCode: 201 } });
  const now = new Date(world.clock.nowMs());
  expect(await get(made.id as string)).toMatchObject({ ...expected, createdAt: now, lastUpdatedAt: now });
});

test('a domain without a version is of the first one', async () => {
  expect(await makeDomain()).toMatch(/^dzd_[a-z0-9]{14}$/);
});

test('an update changes what it says, and nothing else', async () => {
  const id = await makeDomain('one', { description: 'old', serviceRole: OTHER_ROLE });
  world.clock.advance(1000);
  const updated = await world.client.send(
    new UpdateDomainCommand({ identifier: id, name: 'uno', singleSignOn: { type: 'DISABLED' } }),
  );
  expect(updated).toMatchObject({
    id,
    name: 'uno',
    description: 'old',
    domainExecutionRole: ROLE,
    serviceRole: OTHER_ROLE,
    singleSignOn: { type: 'DISABLED' },
    lastUpdatedAt: new Date(world.clock.nowMs()),
  });
  expect(await get(id)).toMatchObject({ name: 'uno', description: 'old', singleSignOn: { type: 'DISABLED' } });
  await world.client.send(
    new UpdateDomainCommand({ identifier: id, description: 'new', domainExecutionRole: OTHER_ROLE, serviceRole: ROLE }),
  );
  expect(await get(id)).toMatchObject({ description: 'new', domainExecutionRole: OTHER_ROLE, serviceRole: ROLE });
});

test('an update to a name that is taken is a conflict; to its own it is not', async () => {
  await makeDomain('one');
  const id = await makeDomain('two');
  const rename = (name: string) => world.client.send(new UpdateDomainCommand({ identifier: id, name }));
  expect(await refusal(rename('one'))).toEqual({
    name: 'ConflictException',
    message: 'Domain name already exists under this account',
    status: 409,
  });
  expect((await rename('two')).name).toBe('two');
});

test('an update repeated with its token changes nothing more', async () => {
  const id = await makeDomain();
  const update = (description: string, clientToken: string) =>
    world.client.send(new UpdateDomainCommand({ identifier: id, description, clientToken }));
  await update('first', 'a');
  await update('second', 'b');
  expect((await update('first', 'a')).description).toBe('second');
  expect((await refusal(update('third', 'a'))).name).toBe('ConflictException');
});

test('domains are listed newest first, 25 at once, and by status', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 26; index += 1) {
    ids.unshift(await makeDomain(`domain-${index}`));
    world.clock.advance(1);
  }
  const first = await world.client.send(new ListDomainsCommand({}));
  expect(first.items?.map((item) => item.id)).toEqual(ids.slice(0, 25));
  expect(first.items?.[0]).toMatchObject({
    name: 'domain-25',
    arn: arnOf(ids[0] as string),
    managedAccountId: ACCOUNT,
    status: 'AVAILABLE',
    domainVersion: 'V1',
  });
  const rest = await world.client.send(new ListDomainsCommand({ nextToken: first.nextToken }));
  expect(rest.items?.map((item) => item.id)).toEqual(ids.slice(25));
  expect(rest.nextToken).toBeUndefined();

  await world.client.send(new DeleteDomainCommand({ identifier: ids[3] as string }));
  const going = await world.client.send(new ListDomainsCommand({ status: 'DELETING' }));
  expect(going.items?.map((item) => item.id)).toEqual([ids[3]]);
  expect((await world.client.send(new ListDomainsCommand({ status: 'AVAILABLE', maxResults: 25 }))).items).toHaveLength(
    25,
  );
  expect((await refusal(world.client.send(new ListDomainsCommand({ maxResults: 26 })))).name).toBe(
    'ValidationException',
  );
  expect((await refusal(world.client.send(new ListDomainsCommand({ nextToken: 'x' })))).name).toBe(
    'ValidationException',
  );
  expect((await world.otherClient.send(new ListDomainsCommand({}))).items).toEqual([]);
});

test('an empty domain is DELETING with 202, then gone, and its name and tags are free', async () => {
  const id = await makeDomain('one', { tags: { a: 'b' } });
  const remove = () => world.client.send(new DeleteDomainCommand({ identifier: id, clientToken: 'bye' }));
  expect(await remove()).toMatchObject({ status: 'DELETING', $metadata: { httpStatusCode: 202 } });
  expect((await get(id)).status).toBe('DELETING');
  expect(await refusal(world.client.send(new CreateProjectCommand({ domainIdentifier: id, name: 'p' })))).toEqual({
    name: 'ConflictException',
    message: `Domain '${id}' is in status DELETING; it has to be AVAILABLE.`,
    status: 409,
  });
  const update = new UpdateDomainCommand({ identifier: id, name: 'two' });
  expect((await refusal(world.client.send(update))).name).toBe('ConflictException');
  await world.settle();
  expect((await refusal(get(id))).name).toBe('ResourceNotFoundException');
  expect((await remove()).status).toBe('DELETING');
  const again = world.client.send(new DeleteDomainCommand({ identifier: id, clientToken: 'again' }));
  expect((await refusal(again)).status).toBe(404);
  expect(await world.state.queries.selectFrom('resource_tags').selectAll().execute()).toEqual([]);
  await makeDomain('one');
});

test('a domain that is not empty stays, unless the check is skipped', async () => {
  const id = await makeDomain();
  await world.client.send(new CreateProjectCommand({ domainIdentifier: id, name: 'p' }));
  expect(await refusal(world.client.send(new DeleteDomainCommand({ identifier: id })))).toEqual({
    name: 'ConflictException',
    message: `Domain '${id}' is not empty. Delete what is in it, or say skipDeletionCheck to delete it all.`,
    status: 409,
  });
  expect((await get(id)).status).toBe('AVAILABLE');
  await world.client.send(new DeleteDomainCommand({ identifier: id, skipDeletionCheck: true }));
  await world.settle();
  expect((await refusal(get(id))).status).toBe(404);
});

const tags = async (resourceArn: string) =>
  (await world.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
const tag = (resourceArn: string, more: Record<string, string>) =>
  world.client.send(new TagResourceCommand({ resourceArn, tags: more }));

test('tags are added, replaced and removed', async () => {
  const id = await makeDomain('one', { tags: { a: '1', b: '2' } });
  await tag(arnOf(id), { b: 'two', 'c/d': '3' });
  expect(await tags(arnOf(id))).toEqual({ a: '1', b: 'two', 'c/d': '3' });
  await world.client.send(new UntagResourceCommand({ resourceArn: arnOf(id), tagKeys: ['a', 'c/d', 'never'] }));
  expect(await tags(arnOf(id))).toEqual({ b: 'two' });
  expect((await get(id)).tags).toEqual({ b: 'two' });
});

test('a resource has at most 50 tags, none of them reserved', async () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, no) => [`k${no}`, 'v']));
  const id = await makeDomain('one', { tags: many(50) });
  await tag(arnOf(id), { k0: 'changed' });
  expect(await refusal(tag(arnOf(id), { k50: 'v' }))).toEqual({
    name: 'ValidationException',
    message: 'A resource has at most 50 tags.',
    status: 400,
  });
  expect((await refusal(makeDomain('two', { tags: many(51) }))).name).toBe('ValidationException');
  expect((await refusal(tag(arnOf(id), { 'aws:k0': 'v' }))).message).toBe('Tag keys must not begin with aws:');
  expect(Object.keys((await tags(arnOf(id))) ?? {})).toHaveLength(50);
});

test('what is no domain of the account, or is named otherwise, has no tags', async () => {
  const id = await makeDomain();
  const other = arnOf(id).replace(REGION, 'eu-west-1');
  for (const arn of [arnOf('dzd_00000000000000'), other, 'no-arn', `${arnOf(id)}/x`]) {
    const untag = () => world.client.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['a'] }));
    for (const call of [() => tags(arn), () => tag(arn, { a: 'b' }), untag])
      expect(await refusal(call())).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  }
  const theirs = world.otherClient.send(new ListTagsForResourceCommand({ resourceArn: arnOf(id) }));
  expect((await refusal(theirs)).status).toBe(404);
});
