import {
  GetDataSourceCommand,
  ListDataSourceRunActivitiesCommand,
  ListDataSourceRunsCommand,
  paginateListDataSourceRuns,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deleteTable } from '../src/catalog/tables.ts';
import { insertDataAccessRule } from '../src/identity/data-access.ts';
import {
  activities,
  asset,
  content,
  getRun,
  type Place,
  readySource,
  run,
  start,
  statuses,
  update,
} from './datazone-runs.ts';
import {
  type DataZoneWorld,
  makeProject,
  openDataZone,
  putCatalogTable,
  putDatabase,
  RUNS_PER_DAY_MAX,
  SETTLE_MS,
} from './datazone-world.ts';
import { ACCOUNT, REGION, refusal } from './services-world.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;

let world: DataZoneWorld;
let place: Place;
beforeEach(async () => {
  world = await openDataZone();
  place = await makeProject(world.client);
  await putDatabase(world.state, 'sales', ['customers', 'orders']);
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const deny = (action: 'ASSUME' | 'READ', table = '*') =>
  insertDataAccessRule(world.state.queries, ACCOUNT, {
    ruleId: `${action}-${table}`,
    roleArn: ROLE,
    action,
    database: '*',
    table,
    nowMs: 0,
  });

test('a run makes an asset of every table, and finds them unchanged the next time', async () => {
  const source = await readySource(world, place);
  const requested = await start(world, place, source);
  expect(requested).toMatchObject({ status: 'REQUESTED', type: 'PRIORITIZED', dataSourceId: source });
  for (const member of ['runStatisticsForAssets', 'startedAt', 'stoppedAt', 'errorMessage'])
    expect(requested).not.toHaveProperty(member);
  await world.settle();
  const first = await getRun(world, place, requested.id);
  expect(first).toMatchObject({
    status: 'SUCCESS',
    runStatisticsForAssets: { added: 2, updated: 0, unchanged: 0, skipped: 0, failed: 0 },
  });
  expect(first.stoppedAt?.getTime()).toBeGreaterThanOrEqual(first.startedAt?.getTime() ?? Number.NaN);
  expect(first.lineageSummary).toEqual({ importStatus: 'SUCCESS' });
  const second = await run(world, place, source);
  expect(second).toMatchObject({ status: 'SUCCESS', counts: '0 0 2 0 0' });
  expect(await statuses(world, place, second.id)).toEqual(['customers UNCHANGED', 'orders UNCHANGED']);
});

test('an imported asset has the forms that AWS gives it', async () => {
  await putCatalogTable(world.state, 'sales', 'orders', { description: 'what was ordered' });
  const source = await readySource(world, place);
  const { id } = await run(world, place, source);
  const [, orders] = await activities(world, place, id);
  expect(orders).toMatchObject({
    database: 'sales',
    technicalName: 'orders',
    technicalDescription: 'what was ordered',
  });
  const made = await asset(world, place, orders?.dataAssetId);
  const arn = `arn:aws:glue:${REGION}:${ACCOUNT}:table/sales/orders`;
  expect(made).toMatchObject({
    name: 'orders',
    description: 'what was ordered',
    typeIdentifier: 'amazon.datazone.GlueTableAssetType',
    typeRevision: '19',
    externalIdentifier: `${arn}.${place.projectIdentifier}`,
    revision: '1',
    createdBy: 'SYSTEM',
    firstRevisionCreatedBy: 'SYSTEM',
    owningProjectId: place.projectIdentifier,
    glossaryTerms: [],
    readOnlyFormsOutput: [],
    latestTimeSeriesDataPointFormsOutput: [],
  });
  expect(made).not.toHaveProperty('listing');
  expect(made.createdAt).toEqual(made.firstRevisionCreatedAt);
  expect(made.formsOutput?.map((form) => `${form.formName} ${form.typeName} ${form.typeRevision}`)).toEqual([
    'GlueTableForm amazon.datazone.GlueTableFormType 13',
    'DataSourceReferenceForm amazon.datazone.DataSourceReferenceFormType 4',
    'AssetCommonDetailsForm amazon.datazone.AssetCommonDetailsFormType 8',
    'ColumnBusinessMetadataForm amazon.datazone.ColumnBusinessMetadataFormType 8',
    'SubscriptionTermsForm amazon.datazone.SubscriptionTermsFormType 2',
  ]);
  expect(content(made, 'GlueTableForm')).toEqual({
    catalogId: ACCOUNT,
    databaseName: 'sales',
    tableName: 'orders',
    region: REGION,
    tableArn: arn,
    tableDescription: 'what was ordered',
    tableType: 'EXTERNAL_TABLE',
    sourceLocation: 's3://lake/sales/orders/',
    sourceClassification: 'parquet',
    primaryKeys: [],
    sortKeys: [],
    lakeFormationDetails: { lakeFormationManagedTable: false, lakeFormationTags: {} },
    columns: [
      { columnName: 'id', dataType: 'bigint', lakeFormationTags: {} },
      {
        columnName: 'placed_at',
        dataType: 'timestamp',
        columnDescription: 'when it was ordered',
        lakeFormationTags: {},
      },
      { columnName: 'dt', dataType: 'string', lakeFormationTags: {} },
    ],
  });
  expect(content(made, 'DataSourceReferenceForm')).toEqual({
    dataSourceIdentifier: { id: source, version: 'latest' },
    filterableDataSourceId: source,
    dataSourceType: 'GLUE',
    dataSourceRunId: id,
  });
  expect(content(made, 'AssetCommonDetailsForm')).toEqual({ sourceIdentifier: arn, customProperties: {} });
  for (const prefix of ['externalIdentifier/', 'externalIdentifier%2F'])
    expect((await asset(world, place, prefix + made.externalIdentifier)).id).toBe(made.id);
});

test('the snapshot is canonical JSON of the configuration as it comes back', async () => {
  const filters = [{ databaseName: 'sales', filterExpressions: [{ type: 'EXCLUDE' as const, expression: '*_tmp' }] }];
  const source = await readySource(world, place, { filters, role: ROLE });
  const { dataSourceConfigurationSnapshot } = await start(world, place, source);
  expect(dataSourceConfigurationSnapshot).toBe(
    `{"glueRunConfiguration":{"accountId":"${ACCOUNT}","dataAccessRole":"${ROLE}","region":"${REGION}",` +
      '"relationalFilterConfigurations":[{"databaseName":"sales","filterExpressions":[{"expression":"*_tmp","type":"EXCLUDE"}]}]}}',
  );
});

test('a changed table is a new revision, and only that one', async () => {
  const source = await readySource(world, place);
  const first = await run(world, place, source);
  const orders = (await activities(world, place, first.id))[1]?.dataAssetId;
  await putCatalogTable(world.state, 'sales', 'orders', { columns: [{ name: 'id', type: 'string' }] });
  const second = await run(world, place, source);
  expect(second).toMatchObject({ status: 'SUCCESS', counts: '0 1 1 0 0' });
  expect(await statuses(world, place, second.id)).toEqual(['customers UNCHANGED', 'orders SUCCEEDED_UPDATED']);
  const after = await asset(world, place, orders);
  expect(after).toMatchObject({ revision: '2', createdBy: 'SYSTEM' });
  expect(content(after, 'DataSourceReferenceForm')).toMatchObject({ dataSourceRunId: second.id });
  expect((await run(world, place, source)).counts).toBe('0 0 2 0 0');
});

test('a table that is gone keeps its asset, and the run says nothing of it', async () => {
  const source = await readySource(world, place);
  const first = await run(world, place, source);
  const orders = (await activities(world, place, first.id))[1]?.dataAssetId;
  await deleteTable(world.state.queries, ACCOUNT, 'sales', 'orders');
  const second = await run(world, place, source);
  expect(second).toMatchObject({ status: 'SUCCESS', counts: '0 0 1 0 0' });
  expect(await asset(world, place, orders)).toMatchObject({ id: orders, revision: '1' });
});

test.each([
  ['nothing asked', undefined, ['a_tmp', 'b', 'c_tmp']],
  ['an include', [['INCLUDE', '*_TMP']], ['a_tmp', 'c_tmp']],
  ['an exclude', [['EXCLUDE', 'a*']], ['b', 'c_tmp']],
  [
    'an exclude before an include',
    [
      ['EXCLUDE', 'a*'],
      ['INCLUDE', '*_tmp'],
    ],
    ['c_tmp'],
  ],
  ['a dot, which is no wildcard', [['INCLUDE', '.*']], []],
  ['part of a name', [['INCLUDE', 'b*b']], []],
])('filters: %s', async (_, rules, expected) => {
  await putDatabase(world.state, 'other', ['a_tmp', 'b', 'c_tmp']);
  const filterExpressions = rules?.map(([type, expression]) => ({
    type: type as 'INCLUDE',
    expression: expression ?? '',
  }));
  const filters = [{ databaseName: 'other', ...(filterExpressions === undefined ? {} : { filterExpressions }) }];
  const { id, status } = await run(world, place, await readySource(world, place, { filters }));
  expect(status).toBe('SUCCESS');
  expect((await activities(world, place, id)).map((one) => one.technicalName)).toEqual(expected);
});

test('databases may be a pattern, and entries of one database are united', async () => {
  await putDatabase(world.state, 'salt', ['crystals']);
  await putDatabase(world.state, 'other', ['thing']);
  const all = await run(world, place, await readySource(world, place, { filters: [{ databaseName: 'SAL*' }] }));
  expect(all.counts).toBe('3 0 0 0 0');
  const two = await makeProject(world.client, 'two');
  const include = (expression: string) => ({
    databaseName: 'sales',
    filterExpressions: [{ type: 'INCLUDE' as const, expression }],
  });
  const united = await run(
    world,
    two,
    await readySource(world, two, { filters: [include('orders'), include('cust*')] }),
  );
  expect(united.counts).toBe('2 0 0 0 0');
});

test('a second source of the project skips what the first has, and takes over what it leaves', async () => {
  const first = await readySource(world, place);
  const begun = await run(world, place, first);
  const orders = (await activities(world, place, begun.id))[1]?.dataAssetId;
  const second = await readySource(world, place, { name: 'second' });
  const skipped = await run(world, place, second);
  expect(skipped).toMatchObject({ status: 'SUCCESS', counts: '0 0 0 2 0' });
  expect(await statuses(world, place, skipped.id)).toContain('orders SKIPPED_ALREADY_IMPORTED');
  const elsewhere = await makeProject(world.client, 'elsewhere');
  expect((await run(world, elsewhere, await readySource(world, elsewhere))).counts).toBe('2 0 0 0 0');
  await world.state.queries.deleteFrom('data_sources').where('data_source_id', '=', first).execute();
  const taken = await run(world, place, second);
  expect(taken).toMatchObject({ status: 'SUCCESS', counts: '0 2 0 0 0' });
  const after = await asset(world, place, orders);
  expect(after.revision).toBe('2');
  expect(content(after, 'DataSourceReferenceForm')).toMatchObject({ filterableDataSourceId: second });
  expect((await run(world, place, second)).counts).toBe('0 0 2 0 0');
});

test('tables that the role may not read are skipped, archived assets as well', async () => {
  const source = await readySource(world, place, { role: ROLE });
  const first = await run(world, place, source);
  const customers = (await activities(world, place, first.id))[0]?.dataAssetId ?? '';
  const ref = { accountId: ACCOUNT, domainId: place.domainIdentifier, assetId: customers };
  await world.beyond.setArchived(ref, true);
  await deny('READ', 'ord*');
  const second = await run(world, place, source);
  expect(second).toMatchObject({ status: 'SUCCESS', counts: '0 0 0 2 0' });
  expect(await statuses(world, place, second.id)).toEqual(['customers SKIPPED_ARCHIVED', 'orders SKIPPED_NO_ACCESS']);
  await world.beyond.setArchived(ref, false);
  await world.beyond.allow(ACCOUNT, 'READ-ord*');
  expect((await run(world, place, source)).counts).toBe('0 0 2 0 0');
});

test('a table that fits no form fails alone; when all fail, the run does', async () => {
  const columns = Array.from({ length: 5000 }, (_, index) => ({ name: `column_${index}`, type: 'string' }));
  await putCatalogTable(world.state, 'sales', 'orders', { columns });
  const source = await readySource(world, place);
  const partly = await run(world, place, source);
  expect(partly).toMatchObject({ status: 'PARTIALLY_SUCCEEDED', counts: '1 0 0 0 1' });
  const failed = (await activities(world, place, partly.id)).find((one) => one.dataAssetStatus === 'FAILED');
  expect(failed).toMatchObject({ technicalName: 'orders', errorMessage: { errorType: 'VALIDATION_EXCEPTION' } });
  expect(failed).not.toHaveProperty('dataAssetId');
  await putCatalogTable(world.state, 'sales', 'customers', { columns });
  const wholly = await run(world, place, source);
  expect(wholly).toMatchObject({ status: 'FAILED', counts: '0 0 0 0 2' });
  expect(wholly.errorMessage).toMatchObject({ errorType: 'VALIDATION_EXCEPTION' });
});

test.each([
  [
    'some databases are missing',
    [{ databaseName: 'sales' }, { databaseName: 'gone' }],
    'PARTIALLY_SUCCEEDED',
    '2 0 0 0 0',
  ],
  ['all databases are missing', [{ databaseName: 'gone' }], 'FAILED', '0 0 0 0 0'],
])('a run whose %s names them', async (_, filters, status, counts) => {
  const ended = await run(world, place, await readySource(world, place, { filters }));
  expect(ended).toMatchObject({ status, counts, errorMessage: { errorType: 'RESOURCE_NOT_FOUND_EXCEPTION' } });
  expect(ended.errorMessage?.errorDetail).toContain('gone');
});

test('a description is cut where assets and activities end, and never within a character', async () => {
  await putCatalogTable(world.state, 'sales', 'orders', { description: `x${'\u{1F600}'.repeat(1024)}` });
  const { id } = await run(world, place, await readySource(world, place));
  const imported = (await activities(world, place, id)).find((one) => one.technicalName === 'orders');
  const expected = `x${'\u{1F600}'.repeat(1023)}`;
  expect(imported?.technicalDescription).toBe(expected);
  expect((await asset(world, place, imported?.dataAssetId)).description).toBe(expected);
});

test('two tables never share an asset, however they are named', async () => {
  await putDatabase(world.state, 'a', ['b/c']);
  await putDatabase(world.state, 'a/b', ['c']);
  const source = await readySource(world, place, { filters: [{ databaseName: 'a*' }] });
  const first = await run(world, place, source);
  expect(await statuses(world, place, first.id)).toEqual(['b/c SUCCEEDED_CREATED', 'c FAILED']);
  const second = await run(world, place, source);
  expect(await statuses(world, place, second.id)).toEqual(['b/c UNCHANGED', 'c FAILED']);
});

test('a run goes on behind its last activity in every alphabet', async () => {
  const names = ['a', '\u{1F600}', '\uFFFD'];
  for (const database of names) await putDatabase(world.state, database, names);
  const source = await readySource(world, place, { filters: names.map((databaseName) => ({ databaseName })) });
  const { id } = await start(world, place, source);
  for (let steps = 0; (await getRun(world, place, id)).status !== 'SUCCESS'; steps += 1) {
    if (steps % 2 === 0) world.replaceWorker();
    await world.step();
  }
  expect(await activities(world, place, id)).toHaveLength(9);
});

test('of wide tables a turn takes few', async () => {
  const columns = Array.from({ length: 2000 }, (_, at) => ({ name: `column_${at}`, type: 'decimal(38,9)' }));
  const wide = Array.from({ length: 8 }, (_, at) => `w${at}`);
  await putDatabase(world.state, 'wide', []);
  for (const name of wide) await putCatalogTable(world.state, 'wide', name, { columns });
  const { id } = await start(world, place, await readySource(world, place, { filters: [{ databaseName: 'wide' }] }));
  await world.step();
  expect((await activities(world, place, id)).length).toBeLessThan(4);
  await world.settle();
  expect((await getRun(world, place, id)).runStatisticsForAssets).toMatchObject({ added: 8, failed: 0 });
});

test('a run that finds no table at all is a success of nothing', async () => {
  const filters = [{ databaseName: 'no*such' }];
  const ended = await run(world, place, await readySource(world, place, { filters }));
  expect(ended).toMatchObject({ status: 'SUCCESS', counts: '0 0 0 0 0' });
});

test('a run without its role or its catalogue fails and says why', async () => {
  const source = await readySource(world, place, { role: ROLE });
  await deny('ASSUME');
  const denied = await run(world, place, source);
  expect(denied).toMatchObject({
    status: 'FAILED',
    errorMessage: { errorType: 'ACCESS_DENIED_EXCEPTION', errorDetail: 'Unable to assume the Data Access Role.' },
  });
  const nested = {
    glueRunConfiguration: {
      catalogName: 's3tablescatalog/airlines',
      relationalFilterConfigurations: [{ databaseName: 'sales' }],
    },
  };
  const other = await readySource(world, place, { configuration: nested });
  const unknown = await run(world, place, other);
  expect(unknown).toMatchObject({ status: 'FAILED', errorMessage: { errorType: 'RESOURCE_NOT_FOUND_EXCEPTION' } });
});

test('a run may start only when nothing stands against it, asked in this order', async () => {
  const source = await readySource(world, place);
  const refused = async () => refusal(start(world, place, source));
  const first = await start(world, place, source, 'token');
  expect((await start(world, place, source, 'token')).id).toBe(first.id);
  expect(await refused()).toEqual({
    name: 'ConflictException',
    message: `A run of data source '${source}' is already in progress: '${first.id}' (REQUESTED).`,
    status: 409,
  });
  await world.settle();
  expect(await start(world, place, source, 'token')).toMatchObject({ id: first.id, status: 'SUCCESS' });
  const other = await readySource(world, place, { name: 'other' });
  expect(await refusal(start(world, place, other, 'token'))).toMatchObject({
    message: 'The clientToken was already used with different parameters.',
    status: 409,
  });
  await update(world, place, source, { enableSetting: 'DISABLED' });
  expect(await refused()).toEqual({
    name: 'ConflictException',
    message: `Data source '${source}' is disabled. Set enableSetting to ENABLED before starting a run.`,
    status: 409,
  });
  world.clock.advance(-SETTLE_MS);
  await update(world, place, source, { enableSetting: 'ENABLED' });
  expect((await run(world, place, source)).status).toBe('SUCCESS');
});

test('a data source that is not READY starts no run', async () => {
  const source = await readySource(world, place);
  const setStatus = (status: string) =>
    world.state.queries.updateTable('data_sources').set({ status }).where('data_source_id', '=', source).execute();
  for (const status of ['CREATING', 'FAILED_CREATION', 'UPDATING', 'FAILED_UPDATE', 'DELETING', 'FAILED_DELETION']) {
    await setStatus(status);
    expect(await refusal(start(world, place, source))).toEqual({
      name: 'ConflictException',
      message: `Data source '${source}' is in status ${status}; a run can be started only when it is READY.`,
      status: 409,
    });
  }
});

test('the runs of a UTC day are counted, and the next day has its own', async () => {
  const source = await readySource(world, place, { filters: [{ databaseName: 'no*such' }] });
  for (let count = 0; count < RUNS_PER_DAY_MAX; count += 1) await run(world, place, source);
  expect(await refusal(start(world, place, source))).toEqual({
    name: 'ServiceQuotaExceededException',
    message: `Data source '${source}' has used 25 of 25 runs for 2026-03-01 (UTC).`,
    status: 402,
  });
  const endOfDayMs = Date.UTC(2026, 2, 2) - 1;
  world.clock.advance(endOfDayMs - world.clock.nowMs());
  expect((await refusal(start(world, place, source))).status).toBe(402);
  world.clock.advance(1);
  expect((await run(world, place, source)).status).toBe('SUCCESS');
});

test('a run that a stopped service left behind is carried on within a day, and given up after it', async () => {
  const source = await readySource(world, place);
  const first = await start(world, place, source);
  await world.step();
  world.replaceWorker();
  world.clock.advance(24 * 3_600_000 - 1);
  await world.settle();
  expect((await getRun(world, place, first.id)).status).toBe('FAILED');
  const second = await start(world, place, source);
  world.replaceWorker();
  world.clock.advance(24 * 3_600_000 - SETTLE_MS);
  await world.settle();
  expect((await getRun(world, place, second.id)).status).toBe('SUCCESS');
  const third = await start(world, place, source);
  world.clock.advance(24 * 3_600_000 + 1);
  await world.settle();
  expect(await getRun(world, place, third.id)).toMatchObject({
    status: 'FAILED',
    errorMessage: { errorType: 'INTERNAL_SERVER_EXCEPTION' },
  });
});

test('runs are listed newest first, by page and by status', async () => {
  const source = await readySource(world, place);
  const ids: (string | undefined)[] = [];
  for (let index = 0; index < 5; index += 1) {
    world.clock.advance(1000);
    ids.unshift((await run(world, place, source)).id);
  }
  const { domainIdentifier } = place;
  const input = { domainIdentifier, dataSourceIdentifier: source };
  const seen: (string | undefined)[] = [];
  for await (const page of paginateListDataSourceRuns({ client: world.client, pageSize: 2 }, { ...input }))
    seen.push(...(page.items?.map((item) => item.id) ?? []));
  expect(seen).toEqual(ids);
  const list = (status: 'SUCCESS' | 'FAILED') => world.client.send(new ListDataSourceRunsCommand({ ...input, status }));
  const [newest] = (await list('SUCCESS')).items ?? [];
  expect(newest).toMatchObject({ id: ids[0], status: 'SUCCESS', type: 'PRIORITIZED' });
  expect(newest).not.toHaveProperty('dataSourceConfigurationSnapshot');
  expect((await list('FAILED')).items).toEqual([]);
});

test('activities come by page and by status', async () => {
  await putDatabase(
    world.state,
    'many',
    Array.from({ length: 120 }, (_, index) => `t${String(index).padStart(3, '0')}`),
  );
  const source = await readySource(world, place, { filters: [{ databaseName: 'many' }, { databaseName: 'sales' }] });
  const { id, counts } = await run(world, place, source);
  expect(counts).toBe('122 0 0 0 0');
  const found = await activities(world, place, id);
  expect(new Set(found.map((one) => `${one.database}.${one.technicalName}`)).size).toBe(122);
  const { domainIdentifier } = place;
  const list = (status: 'UNCHANGED' | 'SUCCEEDED_CREATED') =>
    world.client.send(
      new ListDataSourceRunActivitiesCommand({ domainIdentifier, identifier: id ?? '', status, maxResults: 50 }),
    );
  expect((await list('UNCHANGED')).items).toEqual([]);
  const created = await list('SUCCEEDED_CREATED');
  expect(created.items).toHaveLength(50);
  expect(created.nextToken).toBeDefined();
});

test('a data source tells of its newest run', async () => {
  const source = await readySource(world, place);
  const { domainIdentifier } = place;
  const get = () => world.client.send(new GetDataSourceCommand({ domainIdentifier, identifier: source }));
  const before = await get();
  for (const member of ['lastRunStatus', 'lastRunAt', 'lastRunAssetCount', 'lastRunErrorMessage'])
    expect(before).not.toHaveProperty(member);
  const requested = await start(world, place, source);
  expect(await get()).toMatchObject({ status: 'RUNNING', lastRunStatus: 'REQUESTED', lastRunAt: requested.createdAt });
  world.clock.advance(1000);
  await world.step();
  const running = await getRun(world, place, requested.id);
  expect(running.status).toBe('RUNNING');
  expect(running.runStatisticsForAssets).toMatchObject({ added: 2 });
  expect(await get()).toMatchObject({ status: 'RUNNING', lastRunStatus: 'RUNNING', lastRunAt: running.startedAt });
  await world.settle();
  expect(await get()).toMatchObject({ status: 'READY', lastRunStatus: 'SUCCESS', lastRunAssetCount: 2 });
});

test('runs and activities of a deleted source stay readable', async () => {
  const source = await readySource(world, place);
  const { id } = await run(world, place, source);
  await world.state.queries.deleteFrom('data_sources').where('data_source_id', '=', source).execute();
  expect((await getRun(world, place, id)).status).toBe('SUCCESS');
  expect(await activities(world, place, id)).toHaveLength(2);
});
