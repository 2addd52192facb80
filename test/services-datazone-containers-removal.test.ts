import {
  CreateConnectionCommand,
  CreateDataSourceCommand,
  CreateEnvironmentCommand,
  CreateEnvironmentProfileCommand,
  CreateProjectCommand,
  DeleteDomainCommand,
  DeleteProjectCommand,
  GetDataSourceRunCommand,
  GetDomainCommand,
  GetProjectCommand,
  ListEnvironmentBlueprintsCommand,
  PostLineageEventCommand,
  PutEnvironmentBlueprintConfigurationCommand,
  StartDataSourceRunCommand,
} from '@aws-sdk/client-datazone';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDomain } from '../src/governance/containers/domain-store.ts';
import { REMOVED_TABLES } from '../src/governance/containers/holdings.ts';
import { type DataZoneWorld, makeProject, openDataZone, putDatabase } from './datazone-world.ts';
import { ACCOUNT, REGION, refusal } from './services-world.ts';

let world: DataZoneWorld;
beforeEach(async () => {
  world = await openDataZone();
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

type Place = Awaited<ReturnType<typeof makeProject>>;

/** Tables whose rows are in a domain. */
async function tablesOfDomains(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select m.name as name from sqlite_master m
    join pragma_table_info(m.name) c where m.type = 'table' and c.name = 'domain_id' order by m.name`.execute(
    world.state.queries,
  );
  return rows.map((row) => row.name);
}

/** How many rows of a domain each table has; those without any are left out. */
async function rowsOf(domainId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of await tablesOfDomains()) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}
      where domain_id = ${domainId}`.execute(world.state.queries);
    if (rows[0] !== undefined && rows[0].count > 0) counts[table] = rows[0].count;
  }
  return counts;
}

async function countTexts(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from search_texts`.execute(
    world.state.queries,
  );
  return rows[0]?.count ?? 0;
}

/** Gives a project one of everything: published assets by a run, an environment, a profile, a connection. */
async function fill({ domainIdentifier, projectIdentifier }: Place, databaseName: string): Promise<string> {
  const { client } = world;
  const { items } = await client.send(new ListEnvironmentBlueprintsCommand({ domainIdentifier }));
  const environmentBlueprintIdentifier = items?.[0]?.id as string;
  const made = { domainIdentifier, projectIdentifier, name: 'one', environmentBlueprintIdentifier };
  await client.send(new CreateEnvironmentProfileCommand(made));
  const environment = await client.send(new CreateEnvironmentCommand(made));
  const configuration = { domainIdentifier, environmentBlueprintIdentifier, enabledRegions: [REGION] };
  await client.send(new PutEnvironmentBlueprintConfigurationCommand(configuration));
  await world.settle();
  await client.send(
    new CreateConnectionCommand({
      domainIdentifier,
      environmentIdentifier: environment.id,
      name: 'one',
      props: { athenaProperties: {} },
    }),
  );
  const source = await client.send(
    new CreateDataSourceCommand({
      domainIdentifier,
      projectIdentifier,
      environmentIdentifier: environment.id,
      name: 'source',
      type: 'GLUE',
      publishOnImport: true,
      configuration: { glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName }] } },
    }),
  );
  await world.settle();
  const dataSourceIdentifier = source.id as string;
  const run = await client.send(new StartDataSourceRunCommand({ domainIdentifier, dataSourceIdentifier }));
  await world.settle();
  const ended = await client.send(new GetDataSourceRunCommand({ domainIdentifier, identifier: run.id as string }));
  expect(ended.status).toBe('SUCCESS');
  return dataSourceIdentifier;
}

async function postLineage(domainIdentifier: string): Promise<void> {
  const event = {
    eventType: 'COMPLETE',
    eventTime: '2026-03-01T12:00:00.000Z',
    producer: 'https://example.com/test',
    schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/RunEvent',
    run: { runId: '11111111-1111-4111-8111-111111111111' },
    job: { namespace: 'test', name: 'copy' },
    inputs: [{ namespace: 'test', name: 'from' }],
    outputs: [{ namespace: 'test', name: 'to' }],
  };
  const body = Buffer.from(JSON.stringify(event));
  await world.client.send(new PostLineageEventCommand({ domainIdentifier, event: body }));
}

const tables = (count: number) => Array.from({ length: count }, (_, no) => `t${String(no).padStart(4, '0')}`);

test('a removal empties every table that has rows of domains', async () => {
  const left = (await tablesOfDomains()).filter((name) => !(REMOVED_TABLES as ReadonlySet<string>).has(name));
  // The domain itself goes last, and by another statement.
  expect(left).toEqual(['domains']);
});

test('a domain goes with all that is in it, and nothing else does', async () => {
  await putDatabase(world.state, 'sales', tables(120));
  const stays = await makeProject(world.client, 'stays');
  const goes = await makeProject(world.client, 'goes');
  await fill(stays, 'sales');
  const before = await rowsOf(stays.domainIdentifier);
  const textsBefore = await countTexts();
  await fill(goes, 'sales');
  await postLineage(goes.domainIdentifier);
  const identifier = goes.domainIdentifier;
  expect((await refusal(world.client.send(new DeleteDomainCommand({ identifier })))).name).toBe('ConflictException');
  await world.client.send(new DeleteDomainCommand({ identifier, skipDeletionCheck: true }));
  await world.settle();
  expect(await rowsOf(goes.domainIdentifier)).toEqual({});
  expect(await countTexts()).toBe(textsBefore);
  expect(await rowsOf(stays.domainIdentifier)).toEqual(before);
  expect((await refusal(world.client.send(new GetDomainCommand({ identifier })))).status).toBe(404);
});

test('a removal goes in chunks, and on where a worker that died left off', async () => {
  await putDatabase(world.state, 'sales', tables(250));
  const goes = await makeProject(world.client, 'goes');
  await fill(goes, 'sales');
  const identifier = goes.domainIdentifier;
  await world.client.send(new DeleteDomainCommand({ identifier, skipDeletionCheck: true }));
  let steps = 0;
  // Every step is taken by a new worker; a domain whose removal is under way is still told of.
  for (;;) {
    const rows = Object.values(await rowsOf(identifier)).reduce((sum, count) => sum + count, 0);
    if (rows === 0) break;
    expect((await findDomain(world.state.queries, { accountId: ACCOUNT, domainId: identifier }))?.status).toBe(
      'DELETING',
    );
    await world.removalStep();
    const after = Object.values(await rowsOf(identifier)).reduce((sum, count) => sum + count, 0);
    expect(rows - after).toBeLessThanOrEqual(1000);
    steps += 1;
  }
  expect(steps).toBeGreaterThan(10);
  expect(await world.removalStep()).toBe(false);
});

test('a run that is live when its domain goes ends with it', async () => {
  await putDatabase(world.state, 'sales', tables(120));
  const goes = await makeProject(world.client, 'goes');
  const { domainIdentifier } = goes;
  const dataSourceIdentifier = await fill(goes, 'sales');
  await world.client.send(new StartDataSourceRunCommand({ domainIdentifier, dataSourceIdentifier }));
  await world.step();
  const skipDeletionCheck = true;
  await world.client.send(new DeleteDomainCommand({ identifier: domainIdentifier, skipDeletionCheck }));
  await world.removalStep();
  await world.step();
  await world.settle();
  expect(await rowsOf(domainIdentifier)).toEqual({});
  expect(await world.step()).toBe(false);
});

test('a project goes with all that is in it, and the other one stays', async () => {
  await putDatabase(world.state, 'sales', tables(30));
  await putDatabase(world.state, 'people', tables(20));
  const first = await makeProject(world.client);
  const { domainIdentifier } = first;
  const second = await world.client.send(new CreateProjectCommand({ domainIdentifier, name: 'second' }));
  await fill(first, 'sales');
  const before = await rowsOf(domainIdentifier);
  const textsBefore = await countTexts();
  const projectIdentifier = second.id as string;
  await fill({ domainIdentifier, projectIdentifier }, 'people');
  const remove = (skipDeletionCheck?: boolean) =>
    world.client.send(new DeleteProjectCommand({ domainIdentifier, identifier: projectIdentifier, skipDeletionCheck }));
  expect(await refusal(remove())).toEqual({
    name: 'ValidationException',
    message: `Project '${projectIdentifier}' is not empty. Delete what is in it, or say skipDeletionCheck to delete it all.`,
    status: 400,
  });
  await remove(true);
  await world.settle();
  const get = (identifier: string) => world.client.send(new GetProjectCommand({ domainIdentifier, identifier }));
  expect((await refusal(get(projectIdentifier))).status).toBe(404);
  expect((await get(first.projectIdentifier)).projectStatus).toBe('ACTIVE');
  // What was said of the lake's past is the domain's, and so are the tokens of calls.
  const ofProjects = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).filter(([table]) => !/^(lineage_|client_tokens$)/.test(table)));
  expect(ofProjects(await rowsOf(domainIdentifier))).toEqual({
    ...ofProjects(before),
    projects: 1,
    project_memberships: 1,
  });
  expect(await countTexts()).toBe(textsBefore);
});

test('a domain whose projects all go already counts as empty', async () => {
  await putDatabase(world.state, 'sales', tables(3));
  const goes = await makeProject(world.client, 'goes');
  await fill(goes, 'sales');
  const { domainIdentifier, projectIdentifier } = goes;
  const project = { domainIdentifier, identifier: projectIdentifier, skipDeletionCheck: true };
  await world.client.send(new DeleteProjectCommand(project));
  await world.client.send(new DeleteDomainCommand({ identifier: domainIdentifier }));
  await world.settle();
  expect(await rowsOf(domainIdentifier)).toEqual({});
});
