import {
  type ConnectionPropertiesInput,
  CreateConnectionCommand,
  type CreateConnectionCommandInput,
  CreateDataSourceCommand,
  CreateEnvironmentCommand,
  DeleteConnectionCommand,
  DeleteEnvironmentCommand,
  GetConnectionCommand,
  GetDomainCommand,
  type GlueConnectionInput,
  ListConnectionsCommand,
  type ListConnectionsCommandInput,
  ListEnvironmentBlueprintsCommand,
  UpdateConnectionCommand,
  type UpdateConnectionCommandInput,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DataZoneWorld, makeProject, openDataZone } from './datazone-world.ts';
import { ACCOUNT, REGION, refusal } from './services-world.ts';

let world: DataZoneWorld;
let domainIdentifier: string;
let projectIdentifier: string;
let environmentIdentifier: string;
beforeEach(async () => {
  world = await openDataZone();
  ({ domainIdentifier, projectIdentifier } = await makeProject(world.client));
  environmentIdentifier = await makeEnvironment('lake');
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const UNKNOWN = 'dzd-00000000000000';
const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:one`;
const ATHENA = { athenaProperties: { workgroupName: 'primary' } };

async function makeEnvironment(name: string): Promise<string> {
  const { items } = await world.client.send(new ListEnvironmentBlueprintsCommand({ domainIdentifier }));
  const environmentBlueprintIdentifier = items?.[0]?.id;
  const made = await world.client.send(
    new CreateEnvironmentCommand({ domainIdentifier, projectIdentifier, name, environmentBlueprintIdentifier }),
  );
  await world.settle();
  return made.id as string;
}

const create = (more: Partial<CreateConnectionCommandInput> = {}) =>
  world.client.send(
    new CreateConnectionCommand({ domainIdentifier, environmentIdentifier, name: 'one', props: ATHENA, ...more }),
  );
const make = async (name: string, more: Partial<CreateConnectionCommandInput> = {}) =>
  (await create({ name, ...more })).connectionId as string;
const get = (identifier: string) => world.client.send(new GetConnectionCommand({ domainIdentifier, identifier }));
const update = (identifier: string, more: Partial<UpdateConnectionCommandInput>) =>
  world.client.send(new UpdateConnectionCommand({ domainIdentifier, identifier, ...more }));
const remove = (identifier: string) => world.client.send(new DeleteConnectionCommand({ domainIdentifier, identifier }));
const idsOf = async (more: Partial<ListConnectionsCommandInput>) =>
  (await world.client.send(new ListConnectionsCommand({ domainIdentifier, ...more }))).items?.map(
    (item) => item.connectionId,
  );

test('what a connection is made with is told of it', async () => {
  const unit = (await world.client.send(new GetDomainCommand({ identifier: domainIdentifier }))).rootDomainUnitId;
  const awsLocation = {
    accessRole: `arn:aws:iam::${ACCOUNT}:role/access`,
    awsAccountId: ACCOUNT,
    awsRegion: REGION,
    iamConnectionId: 'iam',
  };
  const given = { description: 'queries', configurations: [{ classification: 'spark', properties: { a: 'b' } }] };
  const made = await create({ ...given, awsLocation, enableTrustedIdentityPropagation: true });
  const expected = {
    ...given,
    connectionId: expect.stringMatching(/^[a-z0-9]{14}$/),
    domainId: domainIdentifier,
    domainUnitId: unit,
    environmentId: environmentIdentifier,
    projectId: projectIdentifier,
    name: 'one',
    type: 'ATHENA',
    scope: 'PROJECT',
    props: ATHENA,
    physicalEndpoints: [{ awsLocation, enableTrustedIdentityPropagation: true, protocol: 'ATHENA' }],
  };
  expect(made).toMatchObject({ ...expected, $metadata: { httpStatusCode: 201 } });
  expect(await get(made.connectionId as string)).toMatchObject(expected);
});

const GLUE_CONNECTION: GlueConnectionInput = {
  name: 'orders',
  description: 'orders of the shop',
  connectionType: 'MYSQL',
  matchCriteria: 'one',
  connectionProperties: { HOST: 'db', PORT: '3306' },
  physicalConnectionRequirements: { subnetId: 'subnet-1', securityGroupIdList: ['sg-1'] },
  validateForComputeEnvironments: ['SPARK'],
  sparkProperties: { a: 'b' },
  athenaProperties: { c: 'd' },
  pythonProperties: { e: 'f' },
  authenticationConfiguration: { authenticationType: 'BASIC', secretArn: SECRET },
};

const KINDS: [string, ConnectionPropertiesInput, object, object][] = [
  ['ATHENA', ATHENA, ATHENA, { protocol: 'ATHENA' }],
  [
    'MYSQL',
    { glueProperties: { glueConnectionInput: GLUE_CONNECTION } },
    { glueProperties: { status: 'READY' } },
    {
      glueConnection: {
        name: 'orders',
        connectionType: 'MYSQL',
        matchCriteria: ['one'],
        connectionProperties: { HOST: 'db', PORT: '3306' },
        sparkProperties: { a: 'b' },
        authenticationConfiguration: { authenticationType: 'BASIC', secretArn: SECRET },
        compatibleComputeEnvironments: ['SPARK'],
        status: 'READY',
        creationTime: expect.any(Date),
      },
    },
  ],
  ['HYPERPOD', { hyperPodProperties: { clusterName: 'c' } }, { hyperPodProperties: { clusterName: 'c' } }, {}],
  [
    'IAM',
    { iamProperties: { glueLineageSyncEnabled: true } },
    { iamProperties: { glueLineageSyncEnabled: true, environmentId: expect.any(String) } },
    {},
  ],
  [
    'IAM',
    { lakehouseProperties: { glueLineageSyncEnabled: true } },
    { lakehouseProperties: { glueLineageSyncEnabled: true } },
    {},
  ],
  [
    'REDSHIFT',
    {
      redshiftProperties: {
        storage: { clusterName: 'c' },
        databaseName: 'd',
        host: 'h',
        port: 5439,
        credentials: { secretArn: SECRET },
        lineageSync: { enabled: false },
      },
    },
    {
      redshiftProperties: {
        storage: { clusterName: 'c' },
        databaseName: 'd',
        credentials: { secretArn: SECRET },
        lineageSync: { enabled: false },
        status: 'READY',
      },
    },
    { host: 'h', port: 5439, protocol: 'JDBC' },
  ],
  [
    'SPARK',
    { sparkEmrProperties: { logUri: 's3://logs', javaVirtualEnv: 'j' } },
    { sparkEmrProperties: { logUri: 's3://logs', javaVirtualEnv: 'j' } },
    { protocol: 'LIVY' },
  ],
  [
    'SPARK',
    { sparkGlueProperties: { glueVersion: '5.0', numberOfWorkers: 2, glueConnectionName: 'g' } },
    { sparkGlueProperties: { glueVersion: '5.0', numberOfWorkers: 2, glueConnectionName: 'g' } },
    { protocol: 'GLUE_INTERACTIVE_SESSION', glueConnectionName: 'g' },
  ],
  [
    'S3',
    { s3Properties: { s3Uri: 's3://lake/sales/', registerS3AccessGrantLocation: false } },
    { s3Properties: { s3Uri: 's3://lake/sales/', registerS3AccessGrantLocation: false, status: 'READY' } },
    {},
  ],
  ['AMAZON_Q', { amazonQProperties: { isEnabled: true } }, { amazonQProperties: { isEnabled: true } }, {}],
  ['MLFLOW', { mlflowProperties: { trackingServerArn: 'a' } }, { mlflowProperties: { trackingServerArn: 'a' } }, {}],
  [
    'WORKFLOWS_MWAA',
    { workflowsMwaaProperties: { mwaaEnvironmentName: 'm' } },
    { workflowsMwaaProperties: { mwaaEnvironmentName: 'm' } },
    {},
  ],
];

test.each(KINDS)('a connection of type %s by %o is what it was said to be', async (type, props, answered, endpoint) => {
  const found = await get(await make('one', { props }));
  expect(found.type).toBe(type);
  expect(found.props).toEqual(answered);
  expect(found.physicalEndpoints).toHaveLength(1);
  expect(found.physicalEndpoints?.[0]).toMatchObject(endpoint);
});

test('a connection needs no environment when it is of the whole domain', async () => {
  const made = await create({ environmentIdentifier: undefined });
  expect(made).toMatchObject({ scope: 'DOMAIN' });
  expect(made.projectId).toBeUndefined();
  const inEnvironment = await create({ scope: 'DOMAIN' });
  expect(inEnvironment).toMatchObject({ scope: 'DOMAIN', projectId: projectIdentifier });
  const without = { environmentIdentifier: undefined, scope: 'PROJECT' } as const;
  expect(await refusal(create(without))).toMatchObject({
    name: 'ValidationException',
    message: 'environmentIdentifier must be given for a connection of scope PROJECT.',
  });
});

test('what no connection can be made of, or would have to be kept secret, is refused', async () => {
  const login = { username: 'u', password: 'p' };
  const glue = (more: object) =>
    ({ glueProperties: { glueConnectionInput: { ...GLUE_CONNECTION, ...more } } }) as never;
  const texts: [ConnectionPropertiesInput | undefined, string][] = [
    [undefined, 'props must be given'],
    [{ workflowsServerlessProperties: {} }, 'Connections of workflowsServerlessProperties are not supported.'],
    [{ glueProperties: {} }, 'glueConnectionInput.connectionType must be given.'],
    [{ redshiftProperties: { credentials: { usernamePassword: login } } }, 'must not contain usernamePassword'],
    [{ redshiftProperties: { lineageSync: { enabled: true } } }, 'lineageSync is not supported'],
    [glue({ validateCredentials: true }), 'validateCredentials is not supported'],
    [glue({ connectionProperties: { PASSWORD: 'p' } }), 'must not contain PASSWORD'],
    [
      glue({ authenticationConfiguration: { basicAuthenticationCredentials: { userName: 'u', password: 'p' } } }),
      'must not contain basicAuthenticationCredentials: secrets are not kept here. Name one by its ARN.',
    ],
  ];
  for (const [props, text] of texts) {
    const seen = await refusal(create({ props }));
    expect(seen).toMatchObject({ name: 'ValidationException', status: 400 });
    expect(seen.message).toContain(text);
  }
  expect(await idsOf({})).toEqual([]);
  const id = await make('one', { props: { redshiftProperties: { databaseName: 'd' } } });
  const secretly = { redshiftProperties: { credentials: { usernamePassword: login } } };
  expect((await refusal(update(id, { props: secretly }))).message).toContain('must not contain usernamePassword');
  const withSecret = new GetConnectionCommand({ domainIdentifier, identifier: id, withSecret: true });
  expect((await refusal(world.client.send(withSecret))).message).toContain('withSecret is not supported');
});

test('a name is taken once a project, and once for the whole domain', async () => {
  await make('one');
  expect(await refusal(make('one'))).toEqual({
    name: 'ConflictException',
    message: "A connection named 'one' is there already.",
    status: 409,
  });
  await make('one', { environmentIdentifier: undefined });
  expect((await refusal(make('one', { environmentIdentifier: undefined }))).name).toBe('ConflictException');
});

test('a token makes one connection', async () => {
  const first = await make('one', { clientToken: 'token' });
  expect(await make('one', { clientToken: 'token' })).toBe(first);
  expect((await refusal(make('two', { clientToken: 'token' }))).message).toBe(
    'The clientToken was already used with different parameters.',
  );
});

test('an update changes what it says, and nothing else', async () => {
  const id = await make('one', {
    description: 'old',
    props: { redshiftProperties: { databaseName: 'd', host: 'h', port: 1 } },
  });
  const answer = await update(id, { props: { redshiftProperties: { databaseName: 'e' } } });
  expect(answer).toMatchObject({
    connectionId: id,
    description: 'old',
    props: { redshiftProperties: { databaseName: 'e', status: 'READY' } },
    physicalEndpoints: [{ host: 'h', port: 1 }],
  });
  const awsLocation = { awsRegion: 'eu-west-1' };
  await update(id, { description: 'new', awsLocation, configurations: [{ classification: 'c' }] });
  expect(await get(id)).toMatchObject({
    description: 'new',
    configurations: [{ classification: 'c' }],
    physicalEndpoints: [{ awsLocation, host: 'h' }],
    props: { redshiftProperties: { databaseName: 'e' } },
  });
  expect((await refusal(update(id, { props: ATHENA }))).message).toBe(
    'The connection is of redshiftProperties, not of athenaProperties.',
  );
});

test('a Glue connection is changed member by member', async () => {
  const id = await make('one', { props: { glueProperties: { glueConnectionInput: GLUE_CONNECTION } } });
  const patch = { description: 'changed', connectionProperties: { HOST: 'other' } };
  await update(id, { props: { glueProperties: { glueConnectionInput: patch } } });
  expect((await get(id)).physicalEndpoints?.[0]?.glueConnection).toMatchObject({
    ...patch,
    name: 'orders',
    connectionType: 'MYSQL',
    sparkProperties: { a: 'b' },
  });
});

test('connections are listed newest first, 50 at once, by name, and by everything that may be asked', async () => {
  const other = await makeEnvironment('other');
  const ids: string[] = [];
  for (let index = 0; index < 51; index += 1) {
    const name = `c${String((index * 7) % 51).padStart(2, '0')}`;
    ids.unshift(await make(name, index === 3 ? { environmentIdentifier: other } : {}));
    world.clock.advance(1);
  }
  const list = (more: Partial<ListConnectionsCommandInput> = {}) =>
    world.client.send(new ListConnectionsCommand({ domainIdentifier, ...more }));
  const first = await list();
  expect(first.items?.map((item) => item.connectionId)).toEqual(ids.slice(0, 50));
  expect(await idsOf({ nextToken: first.nextToken })).toEqual(ids.slice(50));
  expect((await refusal(list({ maxResults: 51 }))).name).toBe('ValidationException');

  const names = async (more: Partial<ListConnectionsCommandInput>) => {
    const page = await list({ ...more, maxResults: 26 });
    const rest = await list({ ...more, maxResults: 26, nextToken: page.nextToken });
    return [...(page.items ?? []), ...(rest.items ?? [])].map((item) => item.name);
  };
  const sorted = ids.map((_, index) => `c${String(index).padStart(2, '0')}`);
  expect(await names({ sortBy: 'NAME' })).toEqual(sorted);
  expect(await names({ sortOrder: 'DESCENDING' })).toEqual(sorted.toReversed());

  const s3 = await make('s3', { environmentIdentifier: undefined, props: { s3Properties: { s3Uri: 's3://lake' } } });
  expect(await idsOf({ name: 'c21' })).toEqual([ids[47]]);
  expect(await idsOf({ environmentIdentifier: other })).toEqual([ids[47]]);
  expect(await idsOf({ projectIdentifier, maxResults: 1 })).toEqual([ids[0]]);
  expect(await idsOf({ projectIdentifier: 'none' })).toEqual([]);
  expect(await idsOf({ type: 'S3' })).toEqual([s3]);
  expect(await idsOf({ scope: 'DOMAIN' })).toEqual([s3]);
  expect(await idsOf({ scope: 'PROJECT', name: 's3' })).toEqual([]);
  expect((await refusal(idsOf({ domainIdentifier: UNKNOWN }))).name).toBe('AccessDeniedException');
});

test('a connection that nothing reads through is gone with 202', async () => {
  const id = await make('one');
  const source = await world.client.send(
    new CreateDataSourceCommand({
      domainIdentifier,
      projectIdentifier,
      connectionIdentifier: id,
      name: 'source',
      type: 'GLUE',
      configuration: { glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName: 'sales' }] } },
    }),
  );
  expect(await refusal(remove(id))).toEqual({
    name: 'ValidationException',
    message: `Connection '${id}' is used by data source '${source.id}'. Delete that first.`,
    status: 400,
  });
  const free = await make('two');
  expect(await remove(free)).toMatchObject({ status: 'DELETED', $metadata: { httpStatusCode: 202 } });
  for (const call of [() => get(free), () => remove(free), () => update(free, {})])
    expect((await refusal(call())).message).toContain('The given Connection ');
});

test('an environment has to be there, and to stay', async () => {
  expect((await refusal(create({ environmentIdentifier: 'none' }))).message).toContain('The given Environment ');
  expect((await refusal(create({ domainIdentifier: UNKNOWN }))).message).toContain('The given Domain ');
  await world.client.send(new DeleteEnvironmentCommand({ domainIdentifier, identifier: environmentIdentifier }));
  expect(await refusal(create())).toMatchObject({
    name: 'ConflictException',
    message: `Environment '${environmentIdentifier}' is in status DELETING and cannot be connected to.`,
  });
});
