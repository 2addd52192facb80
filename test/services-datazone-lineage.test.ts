import {
  CreateDataSourceCommand,
  GetDataSourceRunCommand,
  ListDataSourceRunActivitiesCommand,
  ListDataSourceRunsCommand,
  ListDataSourcesCommand,
  ListLineageNodeHistoryCommand,
  StartDataSourceRunCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DataZoneWorld, makeProject, openDataZone, putDatabase } from './datazone-world.ts';
import { dataset, getNode, neighbours, post, runEvent } from './lineage-events.ts';
import { ACCOUNT, REGION, refusal } from './services-world.ts';

let world: DataZoneWorld;
let place: { domainIdentifier: string; projectIdentifier: string };
let domainIdentifier: string;
beforeEach(async () => {
  world = await openDataZone();
  place = await makeProject(world.client);
  ({ domainIdentifier } = place);
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const around = (identifier: string, at?: string) => neighbours(world.client, domainIdentifier, identifier, at);
const node = (identifier: string, at?: string) => getNode(world.client, domainIdentifier, identifier, at);

async function formsOf(identifier: string, at?: string) {
  const { formsOutput } = await node(identifier, at);
  return Object.fromEntries((formsOutput ?? []).map((form) => [form.formName, JSON.parse(form.content as string)]));
}

test('an event draws job, run and datasets', async () => {
  const columnLineage = { fields: { total: { inputFields: [{ namespace: 'db', name: 'orders', field: 'amount' }] } } };
  await post(
    world.client,
    domainIdentifier,
    runEvent({
      inputs: [dataset('orders', { schema: { fields: [{ name: 'amount', type: 'int' }] } }), dataset('rates')],
      outputs: [
        {
          ...dataset('totals', { columnLineage, documentation: { description: 'a total a day' } }),
          outputFacets: { outputStatistics: { rowCount: 3 } },
        },
      ],
      runFacets: { nominalTime: { nominalStartTime: '2024-07-01T00:00:00Z' } },
      jobFacets: { sql: { query: 'select 1' } },
    }),
  );
  expect(await around('ns.job/run-1')).toEqual({
    up: expect.arrayContaining(['db/orders', 'db/rates', 'ns.job']),
    down: ['db/totals'],
  });
  expect(await around('db/orders')).toEqual({ up: [], down: ['ns.job/run-1'] });
  expect(await around('db/totals')).toEqual({ up: ['ns.job/run-1'], down: [] });
  expect(await around('ns.job')).toEqual({ up: [], down: ['ns.job/run-1'] });

  const run = await node('ns.job/run-1');
  expect(run).toMatchObject({
    domainId: domainIdentifier,
    name: 'job',
    sourceIdentifier: 'ns.job/run-1',
    typeName: 'amazon.datazone.JobRunLineageNodeType',
    typeRevision: '1',
    eventTimestamp: new Date('2024-07-01T12:00:00Z'),
    createdAt: new Date(world.clock.nowMs()),
  });
  expect(await node(run.id as string)).toMatchObject({ id: run.id, sourceIdentifier: 'ns.job/run-1' });
  expect(await formsOf('ns.job/run-1')).toMatchObject({
    JobRunForm: { runId: 'run-1', eventType: 'COMPLETE', facets: { nominalTime: {} } },
    JobForm: { namespace: 'ns', name: 'job', facets: { sql: { query: 'select 1' } } },
  });
  expect((await node('db/totals')).description).toBe('a total a day');
  expect(await formsOf('db/totals')).toEqual({
    DatasetForm: { namespace: 'db', name: 'totals', facets: { documentation: { description: 'a total a day' } } },
    ColumnLineageForm: columnLineage,
    OutputDatasetForm: { facets: { outputStatistics: { rowCount: 3 } } },
  });
  expect((await formsOf('ns.job')).JobForm.latestRun).toEqual({ runId: 'run-1', eventType: 'COMPLETE' });
});

test('a node is shown as it was at a time', async () => {
  const events = [
    runEvent({
      time: '2024-01-01T00:00:00Z',
      type: 'START',
      runId: 'a',
      inputs: [dataset('x', { version: { datasetVersion: '1' } })],
    }),
    runEvent({ time: '2024-01-02T00:00:00Z', runId: 'a', outputs: [dataset('y')] }),
    runEvent({
      time: '2024-01-03T00:00:00Z',
      runId: 'b',
      inputs: [dataset('x', { version: { datasetVersion: '2' }, ownership: { owners: [] } })],
      outputs: [dataset('y')],
    }),
    runEvent({ time: '2024-01-04T00:00:00Z', runId: 'c', inputs: [dataset('x', { ownership: { _deleted: true } })] }),
  ];
  for (const event of events) await post(world.client, domainIdentifier, event);
  expect(await around('db/y')).toEqual({ up: ['ns.job/b', 'ns.job/a'], down: [] });
  expect(await around('db/y', '2024-01-02T12:00:00Z')).toEqual({ up: ['ns.job/a'], down: [] });
  expect(await around('ns.job/a', '2024-01-01T12:00:00Z')).toEqual({
    up: expect.arrayContaining(['db/x', 'ns.job']),
    down: [],
  });
  expect((await node('db/x')).eventTimestamp).toEqual(new Date('2024-01-04T00:00:00Z'));
  expect((await node('db/x', '2024-01-03T23:00:00Z')).eventTimestamp).toEqual(new Date('2024-01-03T00:00:00Z'));
  expect((await formsOf('db/x', '2024-01-02T00:00:00Z')).DatasetForm.facets).toEqual({
    version: { datasetVersion: '1' },
  });
  expect((await formsOf('db/x', '2024-01-03T00:00:00Z')).DatasetForm.facets).toEqual({
    version: { datasetVersion: '2' },
    ownership: { owners: [] },
  });
  expect((await formsOf('db/x')).DatasetForm.facets).toEqual({ version: { datasetVersion: '2' } });
  expect((await formsOf('ns.job/a', '2024-01-01T00:00:00Z')).JobRunForm.eventType).toBe('START');
  expect(await refusal(node('db/x', '2023-12-31T00:00:00Z'))).toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a neighbour is one from the event on that makes it one, though both were known before', async () => {
  const events = [
    runEvent({ time: '2024-01-01T00:00:00Z', type: 'START', runId: 'a' }),
    runEvent({ time: '2024-01-02T00:00:00Z', runId: 'b', outputs: [dataset('x')] }),
    runEvent({ time: '2024-01-03T00:00:00Z', runId: 'a', inputs: [dataset('x')] }),
  ];
  for (const event of events) await post(world.client, domainIdentifier, event);
  expect((await around('ns.job/a', '2024-01-02T12:00:00Z')).up).toEqual(['ns.job']);
  expect((await around('ns.job/a')).up).toEqual(['db/x', 'ns.job']);
  expect((await around('db/x', '2024-01-02T12:00:00Z')).down).toEqual([]);
});

test('the history of a node is filtered by direction and time, and paged', async () => {
  for (let day = 1; day <= 6; day++) {
    const parts = day % 2 === 0 ? { inputs: [dataset('x')] } : { outputs: [dataset('x')] };
    await post(
      world.client,
      domainIdentifier,
      runEvent({ time: `2024-01-0${day}T00:00:00Z`, runId: `r${day}`, ...parts }),
    );
  }
  const history = async (filters: object) => {
    const days: (number | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await world.client.send(
        new ListLineageNodeHistoryCommand({
          domainIdentifier,
          identifier: 'db/x',
          maxResults: 2,
          nextToken,
          ...filters,
        }),
      );
      expect(page.nodes?.length).toBeLessThanOrEqual(2);
      for (const item of page.nodes ?? []) {
        expect(item).toMatchObject({
          sourceIdentifier: 'db/x',
          name: 'x',
          typeName: 'amazon.datazone.DatasetLineageNodeType',
        });
        days.push(item.eventTimestamp?.getUTCDate());
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return days;
  };
  expect(await history({})).toEqual([6, 5, 4, 3, 2, 1]);
  expect(await history({ sortOrder: 'ASCENDING' })).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await history({ direction: 'UPSTREAM' })).toEqual([5, 3, 1]);
  expect(await history({ direction: 'DOWNSTREAM', sortOrder: 'ASCENDING' })).toEqual([2, 4, 6]);
  const bounds = {
    eventTimestampGTE: new Date('2024-01-02T00:00:00Z'),
    eventTimestampLTE: new Date('2024-01-04T00:00:00Z'),
  };
  expect(await history(bounds)).toEqual([4, 3, 2]);
});

/** An asset of the table, made by a run. */
async function importOrders(): Promise<string> {
  await putDatabase(world.state, 'sales', ['orders']);
  const source = await world.client.send(
    new CreateDataSourceCommand({
      ...place,
      name: 'sales',
      type: 'GLUE',
      publishOnImport: true,
      configuration: { glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName: 'sales' }] } },
    }),
  );
  await world.settle();
  const run = await world.client.send(
    new StartDataSourceRunCommand({ domainIdentifier, dataSourceIdentifier: source.id }),
  );
  await world.settle();
  const activities = await world.client.send(
    new ListDataSourceRunActivitiesCommand({ domainIdentifier, identifier: run.id as string }),
  );
  return activities.items?.[0]?.dataAssetId as string;
}

/** What Spark on Glue says of a table. */
const GLUE_EVENT = runEvent({
  job: 'nightly',
  time: '2030-01-01T00:00:00Z',
  runFacets: { 'environment-properties': { 'environment-properties': { GLUE_VERSION: '5.0' } } },
  outputs: [
    {
      namespace: 's3://lake',
      name: 'sales/orders',
      facets: { symlinks: { identifiers: [{ namespace: 's3://lake', name: 'sales.orders', type: 'TABLE' }] } },
    },
  ],
});

test.each(['before', 'after'])('a dataset and an asset are linked when the event comes %s the asset', async (order) => {
  if (order === 'before') await post(world.client, domainIdentifier, GLUE_EVENT);
  const assetId = await importOrders();
  if (order === 'after') await post(world.client, domainIdentifier, GLUE_EVENT);
  const arn = `arn:aws:glue:${REGION}:${ACCOUNT}:table/sales/orders`;
  const asset = await node(`amazon.datazone.asset/${assetId}`);
  expect(asset).toMatchObject({
    id: assetId,
    name: 'orders',
    sourceIdentifier: `amazon.datazone.asset/${assetId}`,
    typeName: 'amazon.datazone.AssetLineageNodeType',
  });
  const neighboursOfAsset = await around(assetId);
  expect(neighboursOfAsset.up).toEqual(expect.arrayContaining([arn, 'ns.nightly/run-1']));
  expect(neighboursOfAsset.down).toEqual([expect.stringMatching(/^amazon\.datazone\.listing\//)]);
  expect((await around(arn)).down).toContain(`amazon.datazone.asset/${assetId}`);
  expect(await around(neighboursOfAsset.down[0] as string)).toEqual({
    up: [`amazon.datazone.asset/${assetId}`],
    down: [],
  });
  const history = await world.client.send(new ListLineageNodeHistoryCommand({ domainIdentifier, identifier: assetId }));
  expect(history.nodes?.[0]).toMatchObject({ id: assetId, eventTimestamp: new Date('2030-01-01T00:00:00Z') });
});

test('a run says where the tables come from that it imports, and an unchanged one says nothing', async () => {
  const assetId = await importOrders();
  const arn = `arn:aws:glue:${REGION}:${ACCOUNT}:table/sales/orders`;
  const sources = await world.client.send(
    new ListDataSourcesCommand({ domainIdentifier, projectIdentifier: place.projectIdentifier }),
  );
  const dataSourceIdentifier = sources.items?.[0]?.dataSourceId as string;
  const runOf = async (identifier: string) => ({
    run: await world.client.send(new GetDataSourceRunCommand({ domainIdentifier, identifier })),
    activity: (await world.client.send(new ListDataSourceRunActivitiesCommand({ domainIdentifier, identifier })))
      .items?.[0],
  });
  const runs = await world.client.send(new ListDataSourceRunsCommand({ domainIdentifier, dataSourceIdentifier }));
  const runId = runs.items?.[0]?.id as string;
  const first = await runOf(runId);
  expect(first.run.lineageSummary).toEqual({ importStatus: 'SUCCESS' });
  expect(first.activity?.lineageSummary).toEqual({
    eventId: expect.stringMatching(/^[a-z0-9]{14}$/),
    eventStatus: 'SUCCESS',
  });
  const source = `periplus.data-source.${dataSourceIdentifier}`;
  expect((await around(assetId)).up).toEqual([arn, `${source}/${runId}`]);
  expect((await around(`${source}/${runId}`)).up).toEqual(expect.arrayContaining(['s3://lake/sales/orders', source]));
  expect((await formsOf(`${source}/${runId}`)).JobRunForm).toMatchObject({ runId, eventType: 'COMPLETE' });
  expect((await formsOf(arn)).DatasetForm.facets.schema.fields.map((field: { name: string }) => field.name)).toEqual([
    'id',
    'placed_at',
    'dt',
  ]);

  world.clock.advance(1000);
  const again = await world.client.send(new StartDataSourceRunCommand({ domainIdentifier, dataSourceIdentifier }));
  await world.settle();
  const second = await runOf(again.id as string);
  expect(second.run.lineageSummary).toBeUndefined();
  expect(second.activity).toMatchObject({ dataAssetStatus: 'UNCHANGED' });
  expect(second.activity?.lineageSummary).toBeUndefined();
});

test('a domain does not see the nodes of another', async () => {
  await post(world.client, domainIdentifier, runEvent());
  const other = await makeProject(world.client, 'other');
  const call = getNode(world.client, other.domainIdentifier, 'ns.job');
  expect(await refusal(call)).toMatchObject({ name: 'ResourceNotFoundException' });
});
