import {
  CreateDataSourceCommand,
  type CreateDataSourceCommandInput,
  DeleteDataSourceCommand,
  GetDataSourceCommand,
  ListDataSourcesCommand,
  StartDataSourceRunCommand,
  UpdateDataSourceCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertDataAccessRule } from '../src/identity/data-access.ts';
import { type DataZoneWorld, makeProject, openDataZone, putDatabase, SETTLE_MS } from './datazone-world.ts';
import { ACCOUNT, REGION, refusal } from './services-world.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/service-role/reader`;

let world: DataZoneWorld;
let place: Awaited<ReturnType<typeof makeProject>>;
beforeEach(async () => {
  world = await openDataZone();
  place = await makeProject(world.client);
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const glue = (more: object = {}) => ({
  glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName: 'sales' }], ...more },
});

function create(changes: Partial<CreateDataSourceCommandInput> = {}) {
  return world.client.send(
    new CreateDataSourceCommand({ ...place, name: 'source', type: 'GLUE', configuration: glue(), ...changes }),
  );
}

function get(identifier = '') {
  return world.client.send(new GetDataSourceCommand({ domainIdentifier: place.domainIdentifier, identifier }));
}

function update(identifier: string, changes: object) {
  const { domainIdentifier } = place;
  return world.client.send(new UpdateDataSourceCommand({ domainIdentifier, identifier, ...changes }));
}

function remove(identifier: string, clientToken?: string) {
  const { domainIdentifier } = place;
  return world.client.send(
    new DeleteDataSourceCommand({
      domainIdentifier,
      identifier,
      ...(clientToken === undefined ? {} : { clientToken }),
    }),
  );
}

test('what is created comes back as it was given, with account and Region, times to the millisecond', async () => {
  const created = await create({
    description: 'all of it',
    configuration: glue({ dataAccessRole: ROLE, autoImportDataQualityResult: false, catalogName: ACCOUNT }),
    recommendation: { enableBusinessNameGeneration: true },
    schedule: { schedule: 'cron(7 22 * * ? *)', timezone: 'ASIA_TOKYO' },
    enableSetting: 'DISABLED',
    publishOnImport: true,
    assetFormsInput: [
      {
        formName: 'SubscriptionTermsForm',
        typeIdentifier: 'amazon.datazone.SubscriptionTermsFormType',
        content: '{"approvalRequired":"NO"}',
      },
    ],
  });
  expect(created).toMatchObject({
    status: 'CREATING',
    type: 'GLUE',
    name: 'source',
    description: 'all of it',
    domainId: place.domainIdentifier,
    projectId: place.projectIdentifier,
    configuration: {
      glueRunConfiguration: {
        accountId: ACCOUNT,
        region: REGION,
        dataAccessRole: ROLE,
        relationalFilterConfigurations: [{ databaseName: 'sales' }],
        autoImportDataQualityResult: false,
        catalogName: ACCOUNT,
      },
    },
    recommendation: { enableBusinessNameGeneration: true },
    schedule: { schedule: 'cron(7 22 * * ? *)', timezone: 'ASIA_TOKYO' },
    enableSetting: 'DISABLED',
    publishOnImport: true,
    assetFormsOutput: [
      {
        formName: 'SubscriptionTermsForm',
        typeName: 'amazon.datazone.SubscriptionTermsFormType',
        typeRevision: '2',
        content: '{"approvalRequired":"NO"}',
      },
    ],
  });
  expect(created.id).toMatch(/^[a-z0-9]{14}$/);
  expect(created.createdAt?.getTime()).toBe(world.clock.nowMs());
  expect(created).not.toHaveProperty('lastRunAssetCount');
  await world.settle();
  const { configuration, forms, ...ready } = { forms: created.assetFormsOutput, ...(await get(created.id)) };
  expect(configuration).toEqual(created.configuration);
  expect(forms).toEqual(ready.assetFormsOutput);
  expect(ready).toMatchObject({ status: 'READY' });
});

test('what is not said is ENABLED, not published and on demand', async () => {
  expect(await create()).toMatchObject({ enableSetting: 'ENABLED', publishOnImport: false, assetFormsOutput: [] });
  expect(await create({ schedule: {} })).not.toHaveProperty('schedule');
});

test('a data source is CREATING until its time is over', async () => {
  const { id } = await create();
  world.clock.advance(-1);
  await world.settle();
  expect((await get(id)).status).toBe('CREATING');
  world.clock.advance(1 - SETTLE_MS);
  await world.settle();
  expect((await get(id)).status).toBe('READY');
});

test.each([
  ['project', { projectIdentifier: 'nothing' }, 'The given Project '],
  ['environment', { environmentIdentifier: 'nothing' }, 'The given Environment '],
  ['connection', { connectionIdentifier: 'nothing' }, 'The given Connection '],
  [
    'form type',
    { assetFormsInput: [{ formName: 'F', typeIdentifier: 'amazon.datazone.NoSuchFormType' }] },
    'The given FormType ',
  ],
])('a %s that is not there is told at once', async (_, changes, text) => {
  const seen = await refusal(create(changes));
  expect(seen).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  expect(seen.message).toContain(text);
});

test.each([
  ['environment and connection', { environmentIdentifier: 'a', connectionIdentifier: 'b' }, 'Only one of'],
  ['no configuration', { configuration: undefined }, "Value at 'configuration'"],
  ['a type that is not run', { type: 'REDSHIFT' }, 'are not supported'],
  ['an unknown type', { type: 'ORACLE' }, 'are not supported'],
  [
    'a configuration of another type',
    { configuration: { sageMakerRunConfiguration: { trackingAssets: { a: [] } } } },
    'is configured with glueRunConfiguration',
  ],
  [
    'a schedule with text around it',
    { schedule: { schedule: 'at cron(7 22 * * ? *)' } },
    'Invalid schedule expression',
  ],
  ['a schedule of no day', { schedule: { schedule: 'cron(7 22 32 * ? *)' } }, 'day of month 32'],
  ['a schedule more often than daily', { schedule: { schedule: 'cron(0 * * * ? *)' } }, "Value at 'schedule.schedule'"],
  [
    'a form revision that we do not have',
    {
      assetFormsInput: [
        { formName: 'GlueTableForm', typeIdentifier: 'amazon.datazone.GlueTableFormType', typeRevision: '12' },
      ],
    },
    'Form GlueTableForm expected form amazon.datazone#GlueTableFormType@13 but was provided amazon.datazone#GlueTableFormType@12',
  ],
  [
    'a form that assets of tables have by another type',
    {
      assetFormsInput: [
        {
          formName: 'AssetCommonDetailsForm',
          typeIdentifier: 'amazon.datazone.SubscriptionTermsFormType',
          content: '{}',
        },
      ],
    },
    'Form AssetCommonDetailsForm expected form amazon.datazone#AssetCommonDetailsFormType@8 but was provided',
  ],
])('%s is no data source', async (_, changes, text) => {
  const seen = await refusal(create(changes as Partial<CreateDataSourceCommandInput>));
  expect(seen).toMatchObject({ name: 'ValidationException', status: 400 });
  expect(seen.message).toContain(text);
});

test('a role that cannot be assumed fails the creation, and an update mends it', async () => {
  await insertDataAccessRule(world.state.queries, ACCOUNT, {
    ruleId: 'r',
    roleArn: ROLE,
    action: 'ASSUME',
    database: '*',
    table: '*',
    nowMs: 0,
  });
  const { id = '' } = await create({ configuration: glue({ dataAccessRole: ROLE }) });
  const other = await create({ configuration: glue({ dataAccessRole: ROLE.replace(ACCOUNT, '999988887777') }) });
  await world.settle();
  const failed = {
    status: 'FAILED_CREATION',
    errorMessage: { errorType: 'ACCESS_DENIED_EXCEPTION', errorDetail: 'Unable to assume the Data Access Role.' },
  };
  expect(await get(id)).toMatchObject(failed);
  expect(await get(other.id)).toMatchObject(failed);
  expect((await update(id, { description: 'again' })).status).toBe('UPDATING');
  await world.settle();
  expect(await get(id)).toMatchObject({ ...failed, status: 'FAILED_UPDATE' });
  await update(id, { configuration: glue() });
  await world.settle();
  const mended = await get(id);
  expect(mended.status).toBe('READY');
  expect(mended).not.toHaveProperty('errorMessage');
});

test('an update changes what it says and leaves the rest', async () => {
  const schedule = { schedule: 'cron(7 22 * * ? *)', timezone: 'UTC' } as const;
  const { id = '' } = await create({ description: 'before', schedule, publishOnImport: true });
  await world.settle();
  const changed = await update(id, { name: 'renamed', enableSetting: 'DISABLED' });
  const after = { name: 'renamed', description: 'before', enableSetting: 'DISABLED', publishOnImport: true, schedule };
  expect(changed).toMatchObject({ ...after, status: 'UPDATING' });
  await world.settle();
  expect(await get(id)).toMatchObject({ ...after, status: 'READY' });
  await update(id, { schedule: {}, configuration: glue({ catalogName: ACCOUNT }) });
  await world.settle();
  const last = await get(id);
  expect(last).not.toHaveProperty('schedule');
  expect(last.configuration).toMatchObject({ glueRunConfiguration: { catalogName: ACCOUNT, accountId: ACCOUNT } });
});

test('a busy data source is neither updated nor deleted', async () => {
  await putDatabase(world.state, 'sales', ['orders']);
  const { id = '' } = await create();
  const refused = async (status: string) => {
    for (const call of [() => update(id, { name: 'x' }), () => remove(id)]) {
      const seen = await refusal(call());
      expect(seen).toMatchObject({ name: 'ConflictException', status: 409 });
      expect(seen.message).toContain(`is in status ${status}`);
    }
  };
  await refused('CREATING');
  await world.settle();
  await update(id, { name: 'x' });
  await refused('UPDATING');
  await world.settle();
  const { domainIdentifier } = place;
  await world.client.send(new StartDataSourceRunCommand({ domainIdentifier, dataSourceIdentifier: id }));
  await refused('RUNNING');
  await world.settle();
  expect((await get(id)).status).toBe('READY');
});

test('a deleted data source is gone, and its token still tells of it', async () => {
  const { id = '' } = await create();
  await world.settle();
  const going = await remove(id, 'the-token');
  expect(going).toMatchObject({ id, status: 'DELETING' });
  expect(going).not.toHaveProperty('recommendation');
  expect((await get(id)).status).toBe('DELETING');
  await world.settle();
  expect((await refusal(get(id))).status).toBe(404);
  expect(await remove(id, 'the-token')).toMatchObject({ id, status: 'DELETING' });
  expect((await refusal(remove(id, 'another'))).status).toBe(404);
});

test('a token makes one data source, whatever became of it', async () => {
  const first = await create({ clientToken: 'a token of any kind' });
  await world.settle();
  const again = await create({ clientToken: 'a token of any kind' });
  expect(again).toMatchObject({ id: first.id, status: 'READY' });
  expect((await refusal(create({ clientToken: 'a token of any kind', name: 'other' }))).status).toBe(409);
});

test('lists come newest first, page by page, filtered by equality', async () => {
  const ids: (string | undefined)[] = [];
  for (let index = 0; index < 5; index += 1) {
    world.clock.advance(1000);
    ids.unshift((await create({ name: index % 2 === 0 ? 'even' : 'odd' })).id);
  }
  const list = (more: object = {}) => world.client.send(new ListDataSourcesCommand({ ...place, ...more }));
  const first = await list({ maxResults: 2 });
  const second = await list({ maxResults: 2, nextToken: first.nextToken });
  const third = await list({ maxResults: 2, nextToken: second.nextToken });
  const seen = [first, second, third].flatMap((page) => page.items?.map((item) => item.dataSourceId));
  expect(seen).toEqual(ids);
  expect(third).not.toHaveProperty('nextToken');
  const even = [ids[0], ids[2], ids[4]];
  expect((await list({ name: 'even' })).items?.map((item) => item.dataSourceId)).toEqual(even);
  expect((await list({ name: 'EVEN' })).items).toEqual([]);
  expect((await list({ status: 'READY' })).items).toEqual([]);
  await world.settle();
  expect((await list({ status: 'READY', type: 'GLUE' })).items).toHaveLength(5);
  expect((await refusal(list({ maxResults: 51 }))).message).toContain('less than or equal to 50');
  for (const other of [
    { name: 'even' },
    { projectIdentifier: (await makeProject(world.client, 'two')).projectIdentifier },
  ])
    expect((await refusal(list({ nextToken: first.nextToken, ...other }))).status).toBeGreaterThanOrEqual(400);
  expect(await refusal(list({ nextToken: 'forged' }))).toMatchObject({ name: 'ValidationException', status: 400 });
});
