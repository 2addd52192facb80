import {
  CreateDataSourceCommand,
  GetAssetCommand,
  GetDataSourceCommand,
  GetDataSourceRunCommand,
  ListDataSourceRunActivitiesCommand,
  StartDataSourceRunCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DataZoneWorld, makeProject, openDataZone, putDatabase } from './datazone-world.ts';
import { ACCOUNT, REGION } from './services-world.ts';

let world: DataZoneWorld;
beforeEach(async () => {
  world = await openDataZone();
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

test('a first run makes an asset of every table, a second one finds them all unchanged', async () => {
  await putDatabase(world.state, 'sales', ['customers', 'orders']);
  const place = await makeProject(world.client);
  const { domainIdentifier } = place;
  const created = await world.client.send(
    new CreateDataSourceCommand({
      ...place,
      name: 'sales-glue',
      type: 'GLUE',
      configuration: { glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName: 'sales' }] } },
    }),
  );
  expect(created.status).toBe('CREATING');
  await world.settle();
  const identifier = created.id as string;
  const ready = await world.client.send(new GetDataSourceCommand({ domainIdentifier, identifier }));
  expect(ready.status).toBe('READY');

  const started = await world.client.send(
    new StartDataSourceRunCommand({ domainIdentifier, dataSourceIdentifier: identifier }),
  );
  expect(started).toMatchObject({ status: 'REQUESTED', type: 'PRIORITIZED' });
  await world.settle();
  const first = await world.client.send(new GetDataSourceRunCommand({ domainIdentifier, identifier: started.id }));
  expect(first).toMatchObject({
    status: 'SUCCESS',
    runStatisticsForAssets: { added: 2, updated: 0, unchanged: 0, skipped: 0, failed: 0 },
  });
  const activities = await world.client.send(
    new ListDataSourceRunActivitiesCommand({ domainIdentifier, identifier: started.id as string }),
  );
  expect(activities.items?.map((item) => [item.technicalName, item.dataAssetStatus])).toEqual([
    ['customers', 'SUCCEEDED_CREATED'],
    ['orders', 'SUCCEEDED_CREATED'],
  ]);
  const assetId = activities.items?.[1]?.dataAssetId as string;
  const asset = await world.client.send(new GetAssetCommand({ domainIdentifier, identifier: assetId }));
  const arn = `arn:aws:glue:${REGION}:${ACCOUNT}:table/sales/orders`;
  expect(asset).toMatchObject({
    name: 'orders',
    typeIdentifier: 'amazon.datazone.GlueTableAssetType',
    typeRevision: '19',
    externalIdentifier: `${arn}.${place.projectIdentifier}`,
    revision: '1',
    createdBy: 'SYSTEM',
  });
  const byExternalId = await world.client.send(
    new GetAssetCommand({ domainIdentifier, identifier: `externalIdentifier/${asset.externalIdentifier}` }),
  );
  expect(byExternalId.id).toBe(assetId);

  const again = await world.client.send(
    new StartDataSourceRunCommand({ domainIdentifier, dataSourceIdentifier: identifier }),
  );
  await world.settle();
  const second = await world.client.send(new GetDataSourceRunCommand({ domainIdentifier, identifier: again.id }));
  expect(second.runStatisticsForAssets).toEqual({ added: 0, updated: 0, unchanged: 2, skipped: 0, failed: 0 });
});
