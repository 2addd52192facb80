import { readFileSync } from 'node:fs';
import {
  CreateDomainCommand,
  CreateGlossaryCommand,
  CreateProjectCommand,
  GetDataSourceRunCommand,
  GetDomainCommand,
  StartDataSourceRunCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WITHOUT_NOT_FOUND } from '../src/services/datazone/errors.ts';
import { type DataZoneWorld, makeProject, openDataZone } from './datazone-world.ts';
import { refusal } from './services-world.ts';

let world: DataZoneWorld;
beforeEach(async () => {
  world = await openDataZone();
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const domain = (name: string, clientToken: string) =>
  new CreateDomainCommand({ name, domainExecutionRole: 'arn:aws:iam::123456789012:role/execution', clientToken });

interface Model {
  readonly shapes: Readonly<
    Record<string, { type: string; input?: { target: string }; errors?: { target: string }[]; members?: object }>
  >;
}

test('operations that declare no ResourceNotFoundException and take a domain are those of the model', () => {
  const { shapes } = JSON.parse(readFileSync('models/datazone.json', 'utf8')) as Model;
  const name = (target: string) => target.slice(target.indexOf('#') + 1);
  const without = Object.entries(shapes).filter(
    ([, shape]) =>
      shape.type === 'operation' &&
      Object.hasOwn(shapes[shape.input?.target ?? '']?.members ?? {}, 'domainIdentifier') &&
      !shape.errors?.some(({ target }) => name(target) === 'ResourceNotFoundException'),
  );
  expect([...WITHOUT_NOT_FOUND].sort()).toEqual(without.map(([id]) => name(id)).sort());
});

test('an operation that is not implemented is refused by name', async () => {
  const place = await makeProject(world.client);
  const seen = await refusal(
    world.client.send(
      new CreateGlossaryCommand({
        domainIdentifier: place.domainIdentifier,
        owningProjectIdentifier: place.projectIdentifier,
        name: 'words',
      }),
    ),
  );
  expect(seen).toEqual({
    name: 'UnknownOperationException',
    message: 'The operation CreateGlossary is not supported by Periplus.',
    status: 404,
  });
});

test('a broken constraint is told without the value that broke it', async () => {
  const seen = await refusal(world.client.send(new GetDomainCommand({ identifier: 'nothing' })));
  expect(seen).toMatchObject({
    name: 'ValidationException',
    message: expect.stringMatching(
      /^1 validation error detected: Value at 'identifier' failed to satisfy constraint: Member must satisfy regular expression pattern: /,
    ),
    status: 400,
  });
});

test('what is missing is named, outermost first', async () => {
  const { domainIdentifier } = await makeProject(world.client);
  const unknown = 'dzd-00000000000000';
  expect(await refusal(world.client.send(new GetDomainCommand({ identifier: unknown })))).toEqual({
    name: 'ResourceNotFoundException',
    message: "The given Domain doesn't exist. Try creating Domain before accessing it.",
    status: 404,
  });
  const run = (domainId: string) =>
    refusal(world.client.send(new GetDataSourceRunCommand({ domainIdentifier: domainId, identifier: 'nothing' })));
  expect((await run(unknown)).message).toContain('The given Domain');
  expect((await run(domainIdentifier)).message).toContain('The given DataSourceRun');
  const start = { domainIdentifier, dataSourceIdentifier: 'nothing' };
  expect((await refusal(world.client.send(new StartDataSourceRunCommand(start)))).message).toContain(
    'The given DataSource ',
  );
});

test('nobody of another account sees a domain', async () => {
  const { domainIdentifier } = await makeProject(world.client);
  const seen = await refusal(world.otherClient.send(new GetDomainCommand({ identifier: domainIdentifier })));
  expect(seen.status).toBe(404);
  const made = await refusal(world.otherClient.send(new CreateProjectCommand({ domainIdentifier, name: 'theirs' })));
  expect(made.status).toBe(404);
});

test('a domain name is taken once an account', async () => {
  await world.client.send(domain('one', 'first'));
  expect(await refusal(world.client.send(domain('one', 'second')))).toEqual({
    name: 'ConflictException',
    message: 'Domain name already exists under this account',
    status: 409,
  });
  await world.otherClient.send(domain('one', 'first'));
});

test('a token makes one thing in a day, and another one after it', async () => {
  const first = await world.client.send(domain('one', 'token'));
  const again = await world.client.send(domain('one', 'token'));
  expect(again.id).toBe(first.id);
  expect(await refusal(world.client.send(domain('two', 'token')))).toEqual({
    name: 'ConflictException',
    message: 'The clientToken was already used with different parameters.',
    status: 409,
  });
  world.clock.advance(24 * 3_600_000 - 1);
  expect((await refusal(world.client.send(domain('two', 'token')))).name).toBe('ConflictException');
  world.clock.advance(1);
  expect((await world.client.send(domain('two', 'token'))).id).not.toBe(first.id);
});
