import {
  CreateDataSourceCommand,
  DeleteDataSourceCommand,
  DeleteDomainCommand,
  DeleteProjectCommand,
  ListProjectsCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Bootstrap } from '../src/governance/bootstrap.ts';
import { deleteOldTokens, FORGOTTEN_AT_ONCE, recordToken } from '../src/governance/client-tokens.ts';
import { createContainers } from '../src/governance/containers/containers.ts';
import { DataSources } from '../src/governance/data-sources/data-sources.ts';
import { type DataZoneWorld, openDataZone, SETTLE_MS } from './datazone-world.ts';
import { ACCOUNT, REGION, refusal } from './services-world.ts';

let world: DataZoneWorld;
let bootstrap: Bootstrap;
beforeEach(async () => {
  world = await openDataZone();
  const options = { region: REGION, settleMs: SETTLE_MS, onCommand: () => {} };
  const dataSources = new DataSources(world, options);
  bootstrap = new Bootstrap({ state: world.state, ...createContainers(world, options), dataSources });
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const ensure = () => bootstrap.ensure(ACCOUNT, 'lake');

test('asked twice at once, it makes nothing twice', async () => {
  expect(await bootstrap.find(ACCOUNT)).toBeUndefined();
  const [first, second] = await Promise.all([ensure(), ensure()]);
  expect(second).toEqual(first);
  expect(await bootstrap.find(ACCOUNT)).toEqual(first);
  const { items } = await world.client.send(new ListProjectsCommand({ domainIdentifier: first.domainId }));
  expect(items).toHaveLength(1);
});

test('what is being deleted does not count', async () => {
  const made = await ensure();
  await world.settle();
  const domainIdentifier = made.domainId;
  await world.client.send(new DeleteDataSourceCommand({ domainIdentifier, identifier: made.dataSourceId }));
  expect(await bootstrap.find(ACCOUNT)).toBeUndefined();
  const again = await ensure();
  expect(again).toMatchObject({ projectId: made.projectId });
  expect(again.dataSourceId).not.toBe(made.dataSourceId);
  const identifier = made.projectId;
  await world.client.send(new DeleteProjectCommand({ domainIdentifier, identifier, skipDeletionCheck: true }));
  expect((await ensure()).projectId).not.toBe(made.projectId);
});

test('while its domain goes there is nothing, and nothing can be made', async () => {
  const { domainId: identifier } = await ensure();
  await world.client.send(new DeleteDomainCommand({ identifier, skipDeletionCheck: true }));
  expect(await bootstrap.find(ACCOUNT)).toBeUndefined();
  await expect(ensure()).rejects.toThrow('DELETING');
  await world.settle();
  expect((await ensure()).domainId).not.toBe(identifier);
});

test('no data source is made in a project that goes', async () => {
  const { domainId: domainIdentifier, projectId: identifier } = await ensure();
  await world.client.send(new DeleteProjectCommand({ domainIdentifier, identifier, skipDeletionCheck: true }));
  const configuration = { glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName: 'd' }] } };
  const wanted = { domainIdentifier, projectIdentifier: identifier, name: 'late', type: 'GLUE', configuration };
  expect(await refusal(world.client.send(new CreateDataSourceCommand(wanted)))).toMatchObject({ status: 409 });
});

test('old tokens are forgotten, however many they are', async () => {
  const { queries } = world.state;
  const use = { accountId: ACCOUNT, operation: 'CreateDomain', domainId: '', request: {} };
  await world.state.transaction(async (tx) => {
    for (let count = 0; count <= FORGOTTEN_AT_ONCE; count += 1)
      await recordToken(tx, { ...use, token: `old${count}` }, { resourceId: 'd', nowMs: 0 });
    await recordToken(tx, { ...use, token: 'new' }, { resourceId: 'd', nowMs: 1 });
  });
  await deleteOldTokens(queries, ACCOUNT, 24 * 3_600_000);
  expect(await queries.selectFrom('client_tokens').select('token').execute()).toEqual([{ token: 'new' }]);
});
