import {
  CreateConnectionCommand,
  CreateDataSourceCommand,
  CreateDomainCommand,
  CreateEnvironmentCommand,
  type CreateEnvironmentCommandInput,
  CreateEnvironmentProfileCommand,
  type CreateEnvironmentProfileCommandInput,
  type CustomParameter,
  DeleteConnectionCommand,
  DeleteDataSourceCommand,
  DeleteEnvironmentBlueprintConfigurationCommand,
  DeleteEnvironmentCommand,
  DeleteEnvironmentProfileCommand,
  DeleteProjectCommand,
  GetEnvironmentBlueprintCommand,
  GetEnvironmentBlueprintConfigurationCommand,
  GetEnvironmentCommand,
  GetEnvironmentProfileCommand,
  ListEnvironmentBlueprintConfigurationsCommand,
  ListEnvironmentBlueprintsCommand,
  type ListEnvironmentBlueprintsCommandInput,
  ListEnvironmentProfilesCommand,
  type ListEnvironmentProfilesCommandInput,
  ListEnvironmentsCommand,
  type ListEnvironmentsCommandInput,
  PutEnvironmentBlueprintConfigurationCommand,
  type PutEnvironmentBlueprintConfigurationCommandInput,
  UpdateEnvironmentCommand,
  type UpdateEnvironmentCommandInput,
  UpdateEnvironmentProfileCommand,
  type UpdateEnvironmentProfileCommandInput,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDatabase } from '../src/catalog/catalog.ts';
import { type DataZoneWorld, makeProject, openDataZone, putDatabase } from './datazone-world.ts';
import { ACCOUNT, REGION, refusal } from './services-world.ts';

let world: DataZoneWorld;
let domainIdentifier: string;
let projectIdentifier: string;
let lake: string;
beforeEach(async () => {
  world = await openDataZone();
  ({ domainIdentifier, projectIdentifier } = await makeProject(world.client));
  lake = await blueprint('DefaultDataLake');
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const UNKNOWN = 'dzd-00000000000000';

const blueprints = async (more: Partial<ListEnvironmentBlueprintsCommandInput> = {}) =>
  world.client.send(new ListEnvironmentBlueprintsCommand({ domainIdentifier, ...more }));
async function blueprint(name: string): Promise<string> {
  return (await blueprints({ name })).items?.[0]?.id as string;
}

const configure = (more: Partial<PutEnvironmentBlueprintConfigurationCommandInput> = {}) =>
  world.client.send(
    new PutEnvironmentBlueprintConfigurationCommand({
      domainIdentifier,
      environmentBlueprintIdentifier: lake,
      enabledRegions: [REGION],
      ...more,
    }),
  );

async function makeProfile(name: string, more: Partial<CreateEnvironmentProfileCommandInput> = {}): Promise<string> {
  const given = { domainIdentifier, projectIdentifier, name, environmentBlueprintIdentifier: lake, ...more };
  return (await world.client.send(new CreateEnvironmentProfileCommand(given))).id as string;
}

const create = (more: Partial<CreateEnvironmentCommandInput> = {}) =>
  world.client.send(
    new CreateEnvironmentCommand({
      domainIdentifier,
      projectIdentifier,
      name: 'lake',
      environmentBlueprintIdentifier: lake,
      ...more,
    }),
  );
async function make(name: string, more: Partial<CreateEnvironmentCommandInput> = {}): Promise<string> {
  const id = (await create({ name, ...more })).id as string;
  await world.settle();
  return id;
}
const get = (identifier: string) => world.client.send(new GetEnvironmentCommand({ domainIdentifier, identifier }));
const update = (identifier: string, more: Partial<UpdateEnvironmentCommandInput>) =>
  world.client.send(new UpdateEnvironmentCommand({ domainIdentifier, identifier, ...more }));
const remove = (identifier: string) =>
  world.client.send(new DeleteEnvironmentCommand({ domainIdentifier, identifier }));
const idsOf = async (more: Partial<ListEnvironmentsCommandInput>) =>
  (await world.client.send(new ListEnvironmentsCommand({ domainIdentifier, projectIdentifier, ...more }))).items?.map(
    (item) => item.id,
  );

test('the managed blueprints of a domain are those of its version', async () => {
  const all = await blueprints();
  expect(all.items?.map((item) => item.name).sort()).toEqual(['CustomAwsService', 'DefaultDataLake']);
  expect(all.items?.[0]).toMatchObject({
    provider: 'Amazon DataZone',
    provisioningProperties: { cloudFormation: { templateUrl: expect.any(String) } },
    createdAt: expect.any(Date),
  });
  expect((await blueprints({ managed: true })).items).toHaveLength(2);
  expect((await blueprints({ managed: false })).items).toEqual([]);
  expect((await blueprints({ name: 'Other' })).items).toEqual([]);
  const first = await blueprints({ maxResults: 1 });
  const second = await blueprints({ maxResults: 1, nextToken: first.nextToken });
  expect([...(first.items ?? []), ...(second.items ?? [])]).toEqual(all.items);
  expect(second.nextToken).toBeUndefined();
  const newer = await world.client.send(new CreateDomainCommand({ name: 'two', domainVersion: 'V2' } as never));
  const ofNewer = await blueprints({ domainIdentifier: newer.id as string });
  expect(ofNewer.items?.map((item) => item.name).sort()).toEqual(['DataLake', 'Tooling']);
});

test('a blueprint tells of its parameters', async () => {
  const found = await world.client.send(new GetEnvironmentBlueprintCommand({ domainIdentifier, identifier: lake }));
  expect(found).toMatchObject({ id: lake, name: 'DefaultDataLake' });
  expect(found.userParameters?.map((parameter) => parameter.keyName)).toEqual([
    'producerGlueDbName',
    'consumerGlueDbName',
    'workgroupName',
  ]);
  const missing = new GetEnvironmentBlueprintCommand({ domainIdentifier, identifier: 'none' });
  expect((await refusal(world.client.send(missing))).message).toContain('The given EnvironmentBlueprint ');
});

test('the configuration of a blueprint is put, replaced, told and deleted', async () => {
  const given = {
    provisioningRoleArn: `arn:aws:iam::${ACCOUNT}:role/provisioning`,
    manageAccessRoleArn: `arn:aws:iam::${ACCOUNT}:role/access`,
    environmentRolePermissionBoundary: `arn:aws:iam::${ACCOUNT}:policy/boundary`,
    regionalParameters: { [REGION]: { S3Location: 's3://lake' } },
    provisioningConfigurations: [
      { lakeFormationConfiguration: { locationRegistrationExcludeS3Locations: ['s3://x'] } },
    ],
  };
  const createdAt = new Date(world.clock.nowMs());
  const put = await configure({ ...given, globalParameters: { a: 'b' } });
  const expected = { ...given, domainId: domainIdentifier, environmentBlueprintId: lake, enabledRegions: [REGION] };
  expect(put).toMatchObject({ ...expected, createdAt, updatedAt: createdAt });
  const one = { domainIdentifier, environmentBlueprintIdentifier: lake };
  const read = () => world.client.send(new GetEnvironmentBlueprintConfigurationCommand(one));
  expect(await read()).toMatchObject(expected);

  world.clock.advance(1000);
  await configure({ enabledRegions: [] });
  const replaced = await read();
  expect(replaced).toMatchObject({ enabledRegions: [], createdAt, updatedAt: new Date(world.clock.nowMs()) });
  expect(replaced.manageAccessRoleArn).toBeUndefined();

  const drop = () => world.client.send(new DeleteEnvironmentBlueprintConfigurationCommand(one));
  expect((await drop()).$metadata.httpStatusCode).toBe(204);
  expect((await refusal(read())).message).toContain('The given EnvironmentBlueprintConfiguration ');
  expect(await refusal(drop())).toMatchObject({ name: 'AccessDeniedException', status: 403 });
  expect((await refusal(configure({ environmentBlueprintIdentifier: 'none' }))).status).toBe(404);
});

test('configurations are listed newest first, by page', async () => {
  const other = await blueprint('CustomAwsService');
  await configure();
  world.clock.advance(1);
  await configure({ environmentBlueprintIdentifier: other });
  const list = (nextToken?: string) =>
    world.client.send(
      new ListEnvironmentBlueprintConfigurationsCommand({ domainIdentifier, maxResults: 1, nextToken }),
    );
  const first = await list();
  const second = await list(first.nextToken);
  expect(first.items?.map((item) => item.environmentBlueprintId)).toEqual([other]);
  expect(second.items?.map((item) => item.environmentBlueprintId)).toEqual([lake]);
  expect(second.nextToken).toBeUndefined();
});

test('a profile is made, told, changed and deleted', async () => {
  const made = await world.client.send(
    new CreateEnvironmentProfileCommand({
      domainIdentifier,
      projectIdentifier,
      name: 'lakes',
      description: 'old',
      environmentBlueprintIdentifier: lake,
      awsAccountId: ACCOUNT,
      awsAccountRegion: REGION,
      userParameters: [{ name: 'producerGlueDbName', value: 'sales' }],
    }),
  );
  expect(made).toMatchObject({
    domainId: domainIdentifier,
    projectId: projectIdentifier,
    name: 'lakes',
    description: 'old',
    environmentBlueprintId: lake,
    awsAccountId: ACCOUNT,
    awsAccountRegion: REGION,
    createdBy: expect.any(String),
    createdAt: new Date(world.clock.nowMs()),
    $metadata: { httpStatusCode: 201 },
  });
  const valuesOf = (answer: { userParameters?: CustomParameter[] | undefined }) =>
    Object.fromEntries((answer.userParameters ?? []).map(({ keyName, defaultValue }) => [keyName, defaultValue]));
  expect(valuesOf(made)).toEqual({ producerGlueDbName: 'sales', consumerGlueDbName: '', workgroupName: '' });

  world.clock.advance(1000);
  const identifier = made.id as string;
  const change = (more: Partial<UpdateEnvironmentProfileCommandInput>) =>
    world.client.send(new UpdateEnvironmentProfileCommand({ domainIdentifier, identifier, ...more }));
  await change({ name: 'pools', userParameters: [{ name: 'workgroupName', value: 'people' }] });
  await change({ description: 'new', awsAccountId: ACCOUNT, awsAccountRegion: REGION });
  const read = () => world.client.send(new GetEnvironmentProfileCommand({ domainIdentifier, identifier }));
  const changed = await read();
  expect(changed).toMatchObject({ name: 'pools', description: 'new', updatedAt: new Date(world.clock.nowMs()) });
  expect(valuesOf(changed)).toEqual({ producerGlueDbName: 'sales', consumerGlueDbName: '', workgroupName: 'people' });
  expect((await refusal(change({ awsAccountRegion: 'eu-west-1' }))).message).toBe(
    `Environments can only be in region ${REGION}, not in eu-west-1.`,
  );

  const drop = () => world.client.send(new DeleteEnvironmentProfileCommand({ domainIdentifier, identifier }));
  const environment = await make('lake', { environmentProfileIdentifier: identifier });
  expect(await refusal(drop())).toEqual({
    name: 'ValidationException',
    message: `Environment profile '${identifier}' is used by environments. Delete them first.`,
    status: 400,
  });
  await remove(environment);
  await world.settle();
  expect((await drop()).$metadata.httpStatusCode).toBe(204);
  for (const call of [read, drop, () => change({})])
    expect((await refusal(call())).message).toContain('The given EnvironmentProfile ');
});

test('profiles are listed newest first, 50 at once, and by everything that may be asked', async () => {
  const custom = await blueprint('CustomAwsService');
  const other = await makeProject(world.client, 'other');
  expect(other.domainIdentifier).not.toBe(domainIdentifier);
  const ids: string[] = [];
  for (let index = 0; index < 51; index += 1) {
    ids.unshift(await makeProfile(`profile ${index}`, index === 7 ? PLACED : {}));
    world.clock.advance(1);
  }
  const list = (more: Partial<ListEnvironmentProfilesCommandInput>) =>
    world.client.send(new ListEnvironmentProfilesCommand({ domainIdentifier, ...more }));
  const found = async (more: Partial<ListEnvironmentProfilesCommandInput>) =>
    (await list(more)).items?.map((item) => item.id);
  const first = await list({});
  expect(first.items?.map((item) => item.id)).toEqual(ids.slice(0, 50));
  expect(await found({ nextToken: first.nextToken })).toEqual(ids.slice(50));
  expect(await found({ name: 'profile 7' })).toEqual([ids[43]]);
  expect(await found({ awsAccountId: ACCOUNT })).toEqual([ids[43]]);
  expect(await found({ awsAccountRegion: REGION })).toEqual([ids[43]]);
  expect(await found({ awsAccountRegion: 'eu-west-1' })).toEqual([]);
  expect(await found({ environmentBlueprintIdentifier: custom })).toEqual([]);
  expect(await found({ environmentBlueprintIdentifier: lake, projectIdentifier, maxResults: 1 })).toEqual([ids[0]]);
  expect(await found({ projectIdentifier: other.projectIdentifier })).toEqual([]);
  expect((await refusal(list({ domainIdentifier: UNKNOWN }))).name).toBe('AccessDeniedException');
});
const PLACED = { awsAccountId: ACCOUNT, awsAccountRegion: REGION };

test('an environment is CREATING, then ACTIVE with a role and a database that is there', async () => {
  const made = await create({
    description: 'of ours',
    glossaryTerms: ['term1'],
    environmentAccountIdentifier: ACCOUNT,
    environmentAccountRegion: REGION,
    environmentConfigurationId: 'configuration1',
    environmentConfigurationName: 'Lakehouse',
    deploymentOrder: 2,
    userParameters: [{ name: 'workgroupName', value: 'people' }],
  });
  const expected = {
    domainId: domainIdentifier,
    projectId: projectIdentifier,
    name: 'lake',
    description: 'of ours',
    glossaryTerms: ['term1'],
    provider: 'Amazon DataZone',
    awsAccountId: ACCOUNT,
    awsAccountRegion: REGION,
    environmentBlueprintId: lake,
    environmentConfigurationId: 'configuration1',
    environmentConfigurationName: 'Lakehouse',
    createdAt: new Date(world.clock.nowMs()),
  };
  expect(made).toMatchObject({
    ...expected,
    status: 'CREATING',
    provisionedResources: [],
    lastDeployment: { deploymentType: 'CREATE', deploymentStatus: 'IN_PROGRESS', isDeploymentComplete: false },
    $metadata: { httpStatusCode: 201 },
  });
  const id = made.id as string;
  expect((await get(id)).status).toBe('CREATING');
  expect(await refusal(update(id, { name: 'x' }))).toMatchObject({
    name: 'ConflictException',
    message: `Environment '${id}' is in status CREATING and cannot be updated.`,
  });
  expect(await refusal(remove(id))).toMatchObject({ name: 'ValidationException', status: 400 });
  await world.settle();
  const settled = await get(id);
  expect(settled).toMatchObject({
    ...expected,
    status: 'ACTIVE',
    lastDeployment: { deploymentStatus: 'SUCCESSFUL', isDeploymentComplete: true },
  });
  expect(settled.provisionedResources).toEqual([
    {
      provider: 'Amazon DataZone',
      name: 'userRoleArn',
      value: `arn:aws:iam::${ACCOUNT}:role/datazone_usr_role_${projectIdentifier}_${id}`,
      type: 'IAM_ROLE',
    },
    { provider: 'Amazon DataZone', name: 'glueDBName', value: `glue_db_${id}`, type: 'GLUE_DATABASE' },
  ]);
  expect(await findDatabase(world.state.queries, ACCOUNT, `glue_db_${id}`)).toBeDefined();
});

test('databases are called what the environment or its profile says, and are used when they are there', async () => {
  await putDatabase(world.state, 'sales', ['orders']);
  const profile = await makeProfile('lakes', {
    userParameters: [
      { name: 'producerGlueDbName', value: 'sales' },
      { name: 'consumerGlueDbName', value: 'of_profile' },
    ],
  });
  const id = await make('lake', {
    environmentProfileIdentifier: profile,
    environmentBlueprintIdentifier: undefined,
    userParameters: [{ name: 'consumerGlueDbName', value: 'bought' }],
  });
  const found = await get(id);
  expect(found.environmentProfileId).toBe(profile);
  const resources = Object.fromEntries((found.provisionedResources ?? []).map(({ name, value }) => [name, value]));
  expect(resources).toMatchObject({ glueDBName: 'sales', glueConsumerDBName: 'bought' });
  expect(await findDatabase(world.state.queries, ACCOUNT, 'of_profile')).toBeUndefined();
  expect(await findDatabase(world.state.queries, ACCOUNT, 'sales')).toMatchObject({ createdAtMs: 0 });
});

test('what no environment can be made of is refused at once', async () => {
  const profile = await makeProfile('lakes');
  const other = await blueprint('CustomAwsService');
  const none = { environmentBlueprintIdentifier: undefined };
  const parameter = (name: string, value: string) => ({ userParameters: [{ name, value }] });
  const texts: [Partial<CreateEnvironmentCommandInput>, string][] = [
    [none, 'One of environmentProfileIdentifier and environmentBlueprintIdentifier must be given.'],
    [{ ...none, environmentProfileIdentifier: '' }, 'One of environmentProfileIdentifier and'],
    [
      { environmentProfileIdentifier: profile, environmentBlueprintIdentifier: other },
      `Environment profile '${profile}' is of blueprint '${lake}', not of '${other}'.`,
    ],
    [{ environmentAccountIdentifier: '999988887777' }, `Environments can only be in account ${ACCOUNT}`],
    [{ environmentAccountRegion: 'eu-west-1' }, `Environments can only be in region ${REGION}`],
    [parameter('colour', 'red'), "Blueprint 'DefaultDataLake' has no user parameter 'colour'."],
    [parameter('producerGlueDbName', 'No Such'), "User parameter 'producerGlueDbName' must be a database name"],
    [{ userParameters: [{ name: 'workgroupName' }, { name: 'workgroupName' }] }, 'is given twice.'],
    [{ name: 'x'.repeat(65) }, "Value at 'name' failed to satisfy constraint: Member must have length less than"],
    [{ name: 'a/b' }, "Value at 'name' failed to satisfy constraint: Member must satisfy regular expression"],
    [{ description: 'x'.repeat(2049) }, "Value at 'description' failed to satisfy constraint"],
    [{ environmentConfigurationId: 'a b' }, "Value at 'environmentConfigurationId' failed to satisfy"],
  ];
  for (const [more, text] of texts) {
    const seen = await refusal(create(more));
    expect(seen).toMatchObject({ name: 'ValidationException', status: 400 });
    expect(seen.message).toContain(text);
  }
  await create({ name: 'x'.repeat(64), description: 'x'.repeat(2048) });
  const missing: [Partial<CreateEnvironmentCommandInput>, string][] = [
    [{ domainIdentifier: UNKNOWN }, 'The given Domain '],
    [{ projectIdentifier: 'none' }, 'The given Project '],
    [{ environmentBlueprintIdentifier: 'none' }, 'The given EnvironmentBlueprint '],
    [{ ...none, environmentProfileIdentifier: 'none' }, 'The given EnvironmentProfile '],
  ];
  for (const [more, text] of missing) expect((await refusal(create(more))).message).toContain(text);
});

test('a blueprint that is not enabled in the region makes no environment, and fails one that is under way', async () => {
  await configure({ enabledRegions: ['eu-west-1'] });
  const text = `Blueprint '${lake}' is not enabled in region ${REGION}.`;
  expect(await refusal(create())).toMatchObject({ name: 'ValidationException', message: text });
  await configure();
  const whole = await make('whole');
  await configure({ enabledRegions: [] });
  await update(whole, { description: 'new' });
  await world.settle();
  expect(await get(whole)).toMatchObject({
    status: 'UPDATE_FAILED',
    lastDeployment: { deploymentType: 'UPDATE', deploymentStatus: 'FAILED', failureReason: { message: text } },
  });
  await configure();
  const begun = (await create({ name: 'begun' })).id as string;
  await configure({ enabledRegions: [] });
  await world.settle();
  expect(await get(begun)).toMatchObject({
    status: 'CREATE_FAILED',
    provisionedResources: [],
    lastDeployment: { deploymentType: 'CREATE', failureReason: { message: text } },
  });
  expect((await refusal(update(begun, { name: 'x' }))).name).toBe('ConflictException');
  await configure();
  expect((await update(whole, {})).status).toBe('UPDATING');
  await remove(begun);
  await world.settle();
  expect((await get(whole)).status).toBe('ACTIVE');
  expect((await refusal(get(begun))).status).toBe(404);
});

test('an update is UPDATING, then ACTIVE, and changes what it says', async () => {
  const id = await make('lake', { description: 'old' });
  const answer = await update(id, {
    name: 'pool',
    glossaryTerms: ['term2'],
    environmentConfigurationName: 'Pool',
    userParameters: [
      { name: 'workgroupName', value: 'people' },
      { name: 'producerGlueDbName', value: '' },
    ],
  });
  expect(answer).toMatchObject({ status: 'UPDATING', name: 'pool', lastDeployment: { deploymentType: 'UPDATE' } });
  await world.settle();
  const found = await get(id);
  expect(found).toMatchObject({
    status: 'ACTIVE',
    name: 'pool',
    description: 'old',
    glossaryTerms: ['term2'],
    environmentConfigurationName: 'Pool',
  });
  expect(found.userParameters?.find((one) => one.keyName === 'workgroupName')?.defaultValue).toBe('people');
  expect(found.provisionedResources).toHaveLength(2);
  expect((await refusal(update(id, { blueprintVersion: '2' }))).message).toContain('blueprintVersion is not supported');
  expect((await refusal(update(id, { name: 'a/b' }))).name).toBe('ValidationException');
  const fixed = { userParameters: [{ name: 'producerGlueDbName', value: 'other' }] };
  expect((await refusal(update(id, fixed))).message).toBe(
    "User parameter 'producerGlueDbName' cannot be changed after the environment was created.",
  );
  expect(await refusal(update('none', {}))).toMatchObject({ name: 'AccessDeniedException', status: 403 });
});

test('environments of a project are listed newest first, 50 at once, and by everything that may be asked', async () => {
  const profile = await makeProfile('lakes');
  const custom = await blueprint('CustomAwsService');
  const ids: string[] = [];
  for (let index = 0; index < 51; index += 1) {
    const of = index === 9 ? { environmentBlueprintIdentifier: custom } : { environmentProfileIdentifier: profile };
    ids.unshift((await create({ name: `environment ${index}`, ...of })).id as string);
    world.clock.advance(1);
  }
  while ((await idsOf({ status: 'CREATING', maxResults: 1 }))?.length !== 0) await world.settle();
  const first = await world.client.send(new ListEnvironmentsCommand({ domainIdentifier, projectIdentifier }));
  expect(first.items?.map((item) => item.id)).toEqual(ids.slice(0, 50));
  expect(await idsOf({ nextToken: first.nextToken })).toEqual(ids.slice(50));
  expect(await idsOf({ name: 'environment 9' })).toEqual([ids[41]]);
  expect(await idsOf({ environmentBlueprintIdentifier: custom })).toEqual([ids[41]]);
  expect(await idsOf({ environmentProfileIdentifier: profile, maxResults: 2 })).toEqual(ids.slice(0, 2));
  expect(await idsOf({ status: 'ACTIVE', maxResults: 1 })).toEqual([ids[0]]);
  expect(await idsOf({ status: 'DELETING' })).toEqual([]);
  expect(await idsOf({ awsAccountId: ACCOUNT, awsAccountRegion: REGION, maxResults: 1 })).toEqual([ids[0]]);
  expect(await idsOf({ awsAccountId: '999988887777' })).toEqual([]);
  expect(await idsOf({ awsAccountRegion: 'eu-west-1' })).toEqual([]);
  expect(await idsOf({ provider: 'Amazon DataZone', maxResults: 1 })).toEqual([ids[0]]);
  expect(await idsOf({ provider: 'Other' })).toEqual([]);
  expect((await refusal(idsOf({ projectIdentifier: 'none' }))).name).toBe('AccessDeniedException');
});

test('an environment that nothing stands on is DELETING with 204, then gone; its database stays', async () => {
  const id = await make('lake');
  const source = await world.client.send(
    new CreateDataSourceCommand({
      domainIdentifier,
      projectIdentifier,
      environmentIdentifier: id,
      name: 'source',
      type: 'GLUE',
      configuration: { glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName: 'sales' }] } },
    }),
  );
  const connection = await world.client.send(
    new CreateConnectionCommand({
      domainIdentifier,
      environmentIdentifier: id,
      name: 'athena',
      props: { athenaProperties: { workgroupName: 'primary' } },
    }),
  );
  await world.settle();
  expect(await refusal(remove(id))).toEqual({
    name: 'ValidationException',
    message: `Environment '${id}' is used by data source '${source.id}'. Delete that first.`,
    status: 400,
  });
  await world.client.send(new DeleteDataSourceCommand({ domainIdentifier, identifier: source.id as string }));
  expect((await refusal(remove(id))).message).toBe(
    `Environment '${id}' is used by connection '${connection.connectionId}'. Delete that first.`,
  );
  const connected = { domainIdentifier, identifier: connection.connectionId as string };
  await world.client.send(new DeleteConnectionCommand(connected));
  expect((await remove(id)).$metadata.httpStatusCode).toBe(204);
  expect(await get(id)).toMatchObject({ status: 'DELETING', lastDeployment: { deploymentType: 'DELETE' } });
  await world.settle();
  expect((await refusal(get(id))).message).toContain('The given Environment ');
  expect((await refusal(remove(id))).status).toBe(404);
  expect(await findDatabase(world.state.queries, ACCOUNT, `glue_db_${id}`)).toBeDefined();
});

test('nothing new is made in a project that goes', async () => {
  await world.client.send(new DeleteProjectCommand({ domainIdentifier, identifier: projectIdentifier }));
  const text = `Project '${projectIdentifier}' is in status DELETING; it has to be ACTIVE.`;
  expect(await refusal(create())).toMatchObject({ name: 'ConflictException', message: text });
  expect(await refusal(makeProfile('lakes'))).toMatchObject({ name: 'ConflictException', message: text });
});
