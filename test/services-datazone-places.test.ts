import {
  CreateDataSourceCommand,
  CreateEnvironmentCommand,
  GetDataSourceCommand,
  ListDataSourcesCommand,
  ListEnvironmentBlueprintsCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Place, readySource, run, start } from './datazone-runs.ts';
import { type DataZoneWorld, makeProject, openDataZone, putDatabase } from './datazone-world.ts';
import { ACCOUNT, OTHER_ACCOUNT, REGION, refusal } from './services-world.ts';

let world: DataZoneWorld;
let place: Place;
beforeEach(async () => {
  world = await openDataZone();
  place = await makeProject(world.client);
  await putDatabase(world.state, 'sales', ['orders']);
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

async function environment(): Promise<string> {
  const { domainIdentifier } = place;
  const { items } = await world.client.send(
    new ListEnvironmentBlueprintsCommand({ domainIdentifier, managed: true, name: 'DefaultDataLake' }),
  );
  const environmentBlueprintIdentifier = items?.[0]?.id ?? '';
  const made = { ...place, name: 'lake', environmentBlueprintIdentifier };
  const { id = '' } = await world.client.send(new CreateEnvironmentCommand(made));
  await world.settle();
  return id;
}

const setStatus = (status: string) => world.state.queries.updateTable('environments').set({ status }).execute();

test('a data source stands on an environment, and only where it is ACTIVE', async () => {
  const environmentIdentifier = await environment();
  const source = await readySource(world, place, { environmentIdentifier });
  const { domainIdentifier } = place;
  const read = await world.client.send(new GetDataSourceCommand({ domainIdentifier, identifier: source }));
  expect(read).toMatchObject({ environmentId: environmentIdentifier, status: 'READY' });
  expect(read.configuration).toMatchObject({ glueRunConfiguration: { accountId: ACCOUNT, region: REGION } });
  expect(read).not.toHaveProperty('selfGrantStatus');
  expect((await run(world, place, source)).counts).toBe('1 0 0 0 0');
  const listed = await world.client.send(new ListDataSourcesCommand({ ...place, environmentIdentifier }));
  expect(listed.items).toHaveLength(1);
  await setStatus('SUSPENDED');
  const refused = {
    name: 'ConflictException',
    status: 409,
    message: expect.stringContaining('is in status SUSPENDED'),
  };
  expect(await refusal(start(world, place, source))).toMatchObject(refused);
  const configuration = { glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName: 'sales' }] } };
  const another = { ...place, name: 'another', type: 'GLUE', configuration, environmentIdentifier };
  expect(await refusal(world.client.send(new CreateDataSourceCommand(another)))).toMatchObject(refused);
});

test('the catalogue of another account is never read', async () => {
  const environmentIdentifier = await environment();
  await world.state.queries.updateTable('environments').set({ aws_account_id: OTHER_ACCOUNT }).execute();
  const source = await readySource(world, place, { environmentIdentifier });
  const { domainIdentifier } = place;
  const read = await world.client.send(new GetDataSourceCommand({ domainIdentifier, identifier: source }));
  expect(read).toMatchObject({
    status: 'FAILED_CREATION',
    errorMessage: { errorType: 'ACCESS_DENIED_EXCEPTION' },
    configuration: { glueRunConfiguration: { accountId: OTHER_ACCOUNT } },
  });
});
