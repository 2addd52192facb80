import AWS from 'aws-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AwsClient } from '../src/cli/aws-client.ts';
import { APPLICATION_ITEMS_MAX } from '../src/inventory/applications.ts';
import { applySources } from '../src/inventory/apply-sources.ts';
import { QUOTAS, type Quotas } from '../src/inventory/quotas.ts';
import { createDiscoveryService } from '../src/services/discovery/discovery-service.ts';
import { discoveryDeps } from './discovery-deps.ts';
import { ACCOUNT, CREDENTIALS, openWorld, REGION, refusal, type World } from './services-world.ts';

let world: World;
let discovery: AWS.Discovery;
const quotas: { -readonly [K in keyof Quotas]: Quotas[K] } = { ...QUOTAS.open };
const unknownApplication = 'd-application-00000000000000000';
const unknownServer = 'd-server-00000000000000';

beforeAll(async () => {
  world = await openWorld((parts) => [createDiscoveryService(discoveryDeps(parts, { quotas }))]);
  discovery = new AWS.Discovery({ endpoint: world.endpoint, region: REGION, maxRetries: 0, ...CREDENTIALS });
});

afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

beforeEach(async () => {
  Object.assign(quotas, QUOTAS.open);
  const tables = ['applications', 'application_servers', 'tags', 'inventory_servers', 'inventory_sources'] as const;
  for (const table of tables) await world.state.queries.deleteFrom(table).execute();
});

const create = async (input: AWS.Discovery.CreateApplicationRequest) =>
  (await discovery.createApplication(input).promise()).configurationId!;
const update = (input: AWS.Discovery.UpdateApplicationRequest) => discovery.updateApplication(input).promise();
/** Waves are younger than the JavaScript SDK of this service; our own client signs as it does. */
const callWithWave = (operation: 'CreateApplication' | 'UpdateApplication', input: object) =>
  new AwsClient({ endpoint: world.endpoint, region: REGION, ...CREDENTIALS }).call<{ configurationId: string }>(
    'discovery',
    operation,
    input,
  );
const associate = (applicationConfigurationId: string, configurationIds: string[]) =>
  discovery.associateConfigurationItemsToApplication({ applicationConfigurationId, configurationIds }).promise();
const disassociate = (applicationConfigurationId: string, configurationIds: string[]) =>
  discovery.disassociateConfigurationItemsFromApplication({ applicationConfigurationId, configurationIds }).promise();

async function describeOne(configurationId: string): Promise<Record<string, string>> {
  const { configurations } = await discovery.describeConfigurations({ configurationIds: [configurationId] }).promise();
  return configurations![0]!;
}

/** Servers, each of one import record. */
async function servers(count: number): Promise<string[]> {
  const sources = Array.from({ length: count }, (_, at) => ({
    kind: 'IMPORT' as const,
    id: `t/${at}`,
    sections: { record: { observedAtMs: 1, attributes: { externalId: `e${at}` } } },
  }));
  const applied = await world.state.transaction((tx) =>
    applySources(tx, { accountId: ACCOUNT, nowMs: world.clock.nowMs() }, sources),
  );
  return applied.map(({ serverId }) => serverId);
}

async function membersOf(applicationId: string): Promise<string[]> {
  const rows = await world.state.queries
    .selectFrom('application_servers')
    .select('server_id')
    .where('application_id', '=', applicationId)
    .orderBy('server_id')
    .execute();
  return rows.map((row) => row.server_id);
}

describe('CreateApplication', () => {
  test('makes an application that can be described', async () => {
    const input = { name: 'payroll-1', description: 'payroll tier', wave: 'wave 2' };
    const id = (await callWithWave('CreateApplication', input)).configurationId;
    expect(id).toMatch(/^d-application-[0-9a-f]{17}$/);
    expect(await describeOne(id)).toMatchObject({
      'application.configurationId': id,
      'application.name': 'payroll-1',
      'application.description': 'payroll tier',
      'application.wave': 'wave 2',
      'application.serverCount': '0',
    });
  });

  test('names are unique in their spelling', async () => {
    await create({ name: 'payroll' });
    await create({ name: 'Payroll' });
    await create({ name: 'payroll ' });
    expect(await refusal(create({ name: 'payroll' }))).toEqual({
      name: 'InvalidParameterValueException',
      message: 'An application with the name payroll already exists.',
      status: 400,
    });
  });

  test('of two who make the same name at once one wins', async () => {
    const outcomes = await Promise.allSettled([create({ name: 'a' }), create({ name: 'a' }), create({ name: 'a' })]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a name in any script is taken, at the longest too', async () => {
    const longest = { name: 'é'.repeat(127), description: 'ü'.repeat(1000), wave: `${'w'.repeat(255)}ß` };
    await callWithWave('CreateApplication', longest);
    expect(await refusal(create({ name: 'x'.repeat(128) }))).toMatchObject({ name: 'InvalidParameterValueException' });
    expect(await refusal(create({ name: ' \n' }))).toMatchObject({ name: 'InvalidParameterException' });
    const wave = callWithWave('CreateApplication', { name: 'y', wave: ' w' });
    await expect(wave).rejects.toThrow('InvalidParameterException');
  });

  test('the strict profile ends at 1,000 applications; the open one goes on', async () => {
    const rows = Array.from({ length: 999 }, (_, at) => ({
      account_id: ACCOUNT,
      application_id: `d-application-${String(at).padStart(17, '0')}`,
      name: `n${at}`,
      description: '',
      wave: null,
      created_at_ms: 1,
      modified_at_ms: 1,
    }));
    await world.state.queries.insertInto('applications').values(rows).execute();
    Object.assign(quotas, QUOTAS.strict);
    await create({ name: 'the 1,000th' });
    expect(await refusal(create({ name: 'the 1,001st' }))).toEqual({
      name: 'InvalidParameterException',
      message: 'The quota of 1000 applications per account would be exceeded.',
      status: 400,
    });
    Object.assign(quotas, QUOTAS.open);
    await create({ name: 'the 1,001st' });
  });
});

describe('UpdateApplication', () => {
  test('changes what is given, clears with empty text, and moves the time of the last change', async () => {
    const id = (await callWithWave('CreateApplication', { name: 'a', description: 'b', wave: 'c' })).configurationId;
    const before = await describeOne(id);
    world.clock.advance(1000);
    expect(await update({ configurationId: id, name: 'a2' })).toEqual({});
    const renamed = await describeOne(id);
    expect(renamed).toEqual({
      ...before,
      'application.name': 'a2',
      'application.lastModifiedTime': expect.not.stringMatching(before['application.lastModifiedTime']!),
    });
    await callWithWave('UpdateApplication', { configurationId: id, description: '', wave: '' });
    const { 'application.wave': _, ...withoutWave } = renamed;
    expect(await describeOne(id)).toEqual({ ...withoutWave, 'application.description': '' });
  });

  test('its own name is free to it, another one is not', async () => {
    const id = await create({ name: 'a' });
    await create({ name: 'b' });
    await update({ configurationId: id, name: 'a' });
    expect(await refusal(update({ configurationId: id, name: 'b' }))).toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'An application with the name b already exists.',
    });
    expect(await refusal(update({ configurationId: unknownApplication, name: 'c' }))).toEqual({
      name: 'InvalidParameterValueException',
      message: `Application ${unknownApplication} was not found.`,
      status: 400,
    });
  });
});

describe('membership', () => {
  test('servers join once and leave once; both can be said again', async () => {
    const id = await create({ name: 'a' });
    const [one, two] = await servers(2);
    await associate(id, [one!, two!, one!]);
    await associate(id, [one!]);
    expect(await membersOf(id)).toEqual([one, two].sort());
    expect(await describeOne(id)).toMatchObject({ 'application.serverCount': '2' });
    await disassociate(id, [one!]);
    await disassociate(id, [one!]);
    expect(await membersOf(id)).toEqual([two]);
  });

  test.each([
    ['an unknown server', unknownServer, `Server ${unknownServer} was not found.`],
    ['an application', unknownApplication, `Server ${unknownApplication} was not found.`],
    ['a process', 'd-process-00000000000000', 'Server d-process-00000000000000 was not found.'],
    ['no id at all', '', 'Server  was not found.'],
  ])('%s cannot be a member, and nothing else is done', async (_, other, message) => {
    const id = await create({ name: 'a' });
    const [one] = await servers(1);
    expect(await refusal(associate(id, [one!, other]))).toEqual({
      name: 'InvalidParameterValueException',
      message,
      status: 400,
    });
    expect(await membersOf(id)).toEqual([]);
    await associate(id, [one!]);
    expect(await refusal(disassociate(id, [one!, other]))).toMatchObject({ message });
    expect(await membersOf(id)).toEqual([one]);
  });

  test('an unknown application has no members', async () => {
    const [one] = await servers(1);
    const refused = {
      name: 'InvalidParameterValueException',
      message: `Application ${unknownApplication} was not found.`,
    };
    expect(await refusal(associate(unknownApplication, [one!]))).toMatchObject(refused);
    expect(await refusal(disassociate(unknownApplication, [one!]))).toMatchObject(refused);
  });

  test('one call names up to 1,000 servers', async () => {
    const id = await create({ name: 'a' });
    const many = await servers(APPLICATION_ITEMS_MAX);
    await associate(id, many);
    expect(await membersOf(id)).toHaveLength(APPLICATION_ITEMS_MAX);
    expect(await refusal(associate(id, [...many, unknownServer]))).toEqual({
      name: 'InvalidParameterValueException',
      message: 'One call may name 1000 servers; this one names 1001.',
      status: 400,
    });
  });

  test('the strict profile ends at 400 servers', async () => {
    const id = await create({ name: 'a' });
    const many = await servers(401);
    Object.assign(quotas, QUOTAS.strict);
    await associate(id, many.slice(0, 400));
    await associate(id, many.slice(0, 10));
    expect(await refusal(associate(id, many.slice(400)))).toEqual({
      name: 'InvalidParameterException',
      message: 'The quota of 400 servers per application would be exceeded.',
      status: 400,
    });
    expect(await membersOf(id)).toHaveLength(400);
  });
});

describe('DeleteApplications', () => {
  test('takes members and tags with it, leaves servers, passes over ids nobody has', async () => {
    const [gone, kept] = [await create({ name: 'gone' }), await create({ name: 'kept' })];
    const [one] = await servers(1);
    await associate(gone, [one!]);
    await associate(kept, [one!]);
    await discovery.createTags({ configurationIds: [gone, kept], tags: [{ key: 'k', value: 'v' }] }).promise();
    const input = { configurationIds: [gone, gone, unknownApplication] };
    expect(await discovery.deleteApplications(input).promise()).toEqual({});
    expect(await discovery.deleteApplications(input).promise()).toEqual({});
    expect(await membersOf(gone)).toEqual([]);
    expect(await membersOf(kept)).toEqual([one]);
    const { tags } = await discovery.describeTags({}).promise();
    expect(tags!.map((tag) => tag.configurationId)).toEqual([kept]);
    expect(await refusal(update({ configurationId: gone, name: 'x' }))).toMatchObject({
      name: 'InvalidParameterValueException',
    });
    await create({ name: 'gone' });
  });

  test('is done for any Region, as other deletions are; writes want the home Region', async () => {
    const elsewhere = new AWS.Discovery({
      endpoint: world.endpoint,
      region: 'eu-west-1',
      maxRetries: 0,
      ...CREDENTIALS,
    });
    const id = await create({ name: 'a' });
    const away = { applicationConfigurationId: id, configurationIds: [] };
    const writes = [
      elsewhere.createApplication({ name: 'b' }),
      elsewhere.updateApplication({ configurationId: id, name: 'b' }),
      elsewhere.associateConfigurationItemsToApplication(away),
      elsewhere.disassociateConfigurationItemsFromApplication(away),
      elsewhere.createTags({ configurationIds: [id], tags: [] }),
      elsewhere.startBatchDeleteConfigurationTask({ configurationType: 'SERVER', configurationIds: [unknownServer] }),
    ];
    for (const write of writes)
      expect(await refusal(write.promise())).toMatchObject({ name: 'HomeRegionNotSetException', status: 400 });
    await elsewhere.deleteTags({ configurationIds: [id] }).promise();
    await elsewhere.deleteApplications({ configurationIds: [id] }).promise();
    expect(await elsewhere.describeTags({}).promise()).toEqual({ tags: [] });
  });
});
