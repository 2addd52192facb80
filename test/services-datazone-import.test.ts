import { GetDataSourceCommand, ListDataSourceRunsCommand } from '@aws-sdk/client-datazone';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deleteTable } from '../src/catalog/tables.ts';
import { findAsset, findRevision, insertRevisions, updateAsset } from '../src/governance/assets/asset-store.ts';
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
  SETTLE_MS,
} from './datazone-world.ts';
import { ACCOUNT } from './services-world.ts';

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

const refOf = (assetId: string | undefined) => ({
  accountId: ACCOUNT,
  domainId: place.domainIdentifier,
  assetId: assetId ?? '',
});
const sourceRef = (dataSourceId: string) => ({ accountId: ACCOUNT, domainId: place.domainIdentifier, dataSourceId });

/** What a person does with CreateAssetRevision. */
async function revise(assetId: string, change: { name?: string; description?: string; drop?: string; add?: string }) {
  const ref = refOf(assetId);
  const known = await findAsset(world.state.queries, ref);
  const last = await findRevision(world.state.queries, ref, known?.latestRevision ?? 0);
  if (last === undefined) throw new Error('there is no such asset');
  const revision = last.revision + 1;
  const forms = last.forms
    .filter((form) => form.formName !== change.drop)
    .map((form) =>
      form.formName === 'AssetCommonDetailsForm' ? { ...form, content: change.add ?? form.content } : form,
    );
  const { name = last.name, description = last.description } = change;
  await insertRevisions(world.state.queries, [
    { ...last, revision, name, description, forms, glossaryTerms: ['term'] },
  ]);
  await updateAsset(world.state.queries, ref, { latest_revision: revision });
}

test('what people wrote survives a change of the table', async () => {
  const forms = [
    {
      formName: 'Terms',
      typeIdentifier: 'amazon.datazone.SubscriptionTermsFormType',
      content: '{"approvalRequired":"NO"}',
    },
  ];
  const source = await readySource(world, place, { assetFormsInput: forms });
  const first = await run(world, place, source);
  const orders = (await activities(world, place, first.id))[1]?.dataAssetId ?? '';
  expect(content(await asset(world, place, orders), 'Terms')).toEqual({ approvalRequired: 'NO' });
  await revise(orders, {
    name: 'Orders, all of them',
    add: '{"sourceIdentifier":"x","readMe":"read me"}',
    drop: 'Terms',
  });
  expect((await run(world, place, source)).counts).toBe('0 0 2 0 0');
  await putCatalogTable(world.state, 'sales', 'orders', {
    columns: [{ name: 'id', type: 'string' }],
    description: 'new',
  });
  expect((await run(world, place, source)).counts).toBe('0 1 1 0 0');
  const after = await asset(world, place, orders);
  expect(after).toMatchObject({
    revision: '3',
    name: 'Orders, all of them',
    description: 'new',
    glossaryTerms: ['term'],
  });
  expect(content(after, 'AssetCommonDetailsForm')).toMatchObject({
    readMe: 'read me',
    sourceIdentifier: expect.stringContaining(':table/sales/orders'),
  });
  expect(content(after, 'GlueTableForm')).toMatchObject({ columns: [{ columnName: 'id', dataType: 'string' }, {}] });
  // The source attaches its forms wherever they are missing.
  expect(content(after, 'Terms')).toEqual({ approvalRequired: 'NO' });
});

test('a run publishes what it makes, once it is told to, and never what an owner took back', async () => {
  const source = await readySource(world, place);
  const first = await run(world, place, source);
  const orders = (await activities(world, place, first.id))[1]?.dataAssetId ?? '';
  expect(await asset(world, place, orders)).not.toHaveProperty('listing');
  await update(world, place, source, { publishOnImport: true });
  expect((await run(world, place, source)).counts).toBe('0 0 2 0 0');
  const { listing } = await asset(world, place, orders);
  expect(listing).toMatchObject({ listingStatus: 'ACTIVE' });
  await putCatalogTable(world.state, 'sales', 'orders', { description: 'new' });
  await run(world, place, source);
  expect((await asset(world, place, orders)).listing).toEqual(listing);
  const listings = () => world.state.queries.selectFrom('listings').select(['entity_id', 'latest_revision']).execute();
  expect((await listings()).find((one) => one.entity_id === orders)).toMatchObject({ latest_revision: 2 });
  await world.state.queries
    .updateTable('listings')
    .set({ status: 'INACTIVE' })
    .where('entity_id', '=', orders)
    .execute();
  await putCatalogTable(world.state, 'sales', 'orders', { description: 'newer' });
  expect((await run(world, place, source)).counts).toBe('0 1 1 0 0');
  expect((await asset(world, place, orders)).listing).toMatchObject({ listingStatus: 'INACTIVE' });
});

test('an asset that cannot be published is there all the same, and the run tells of it', async () => {
  const source = await readySource(world, place);
  const first = await run(world, place, source);
  for (const one of await activities(world, place, first.id))
    await revise(one.dataAssetId ?? '', { drop: 'GlueTableForm' });
  await update(world, place, source, { publishOnImport: true });
  const second = await run(world, place, source);
  expect(second).toMatchObject({ status: 'PARTIALLY_SUCCEEDED', counts: '0 0 0 0 2' });
  const [failed] = await activities(world, place, second.id);
  expect(failed).toMatchObject({
    dataAssetStatus: 'PUBLISHING_FAILED',
    dataAssetId: expect.any(String),
    errorMessage: { errorType: 'VALIDATION_EXCEPTION' },
  });
});

test('a schedule runs a source at its time, as SCHEDULED', async () => {
  const schedule = { schedule: 'cron(30 12 * * ? *)', timezone: 'UTC' } as const;
  const source = await readySource(world, place, { schedule });
  world.clock.advance(Date.UTC(2026, 2, 1, 12, 30) - 1 - SETTLE_MS - world.clock.nowMs());
  await world.settle();
  expect(await listRuns(source)).toEqual([]);
  await world.settle();
  expect(await listRuns(source)).toMatchObject([{ type: 'SCHEDULED', status: 'SUCCESS' }]);
  world.clock.advance(24 * 3_600_000);
  await world.settle();
  expect(await listRuns(source)).toHaveLength(2);
});

test('a tick that finds something in its way is dropped and noted', async () => {
  const source = await readySource(world, place, { schedule: { schedule: 'cron(30 12 * * ? *)' } });
  await start(world, place, source);
  world.clock.advance(3_600_000);
  await world.settle();
  expect(await listRuns(source)).toMatchObject([{ type: 'PRIORITIZED' }]);
  await update(world, place, source, { enableSetting: 'DISABLED' });
  world.clock.advance(24 * 3_600_000);
  await world.settle();
  const [only] = await listRuns(source);
  expect(await listRuns(source)).toHaveLength(1);
  const { sourceLines } = await world.beyond.log({ ...sourceRef(source), runId: only?.id ?? '' });
  const dropped = sourceLines.filter((line) => line.message.includes('was dropped')).map((line) => line.message);
  expect(dropped).toHaveLength(2);
  expect(dropped[0]).toContain('is disabled');
  expect(dropped[1]).toContain('already in progress');
});

test('of missed ticks the newest makes one run, unless it is a day old', async () => {
  const source = await readySource(world, place, { schedule: { schedule: 'cron(30 12 * * ? *)' } });
  world.clock.advance(72 * 3_600_000);
  await world.settle();
  expect(await listRuns(source)).toHaveLength(1);
  const once = await readySource(world, place, { schedule: { schedule: 'cron(30 12 5 3 ? 2026)' } });
  world.clock.advance(Date.UTC(2026, 2, 6, 12, 30) - SETTLE_MS - world.clock.nowMs());
  await world.settle();
  expect(await listRuns(once)).toEqual([]);
});

test('an hourly schedule of our own stands beside the one of the wire', async () => {
  const source = await readySource(world, place);
  await world.beyond.setHourly(sourceRef(source), 15);
  for (let hour = 0; hour < 3; hour += 1) {
    world.clock.advance(3_600_000);
    await world.settle();
  }
  expect(await listRuns(source)).toHaveLength(3);
  await world.beyond.setHourly(sourceRef(source), undefined);
  world.clock.advance(3_600_000);
  await world.settle();
  expect(await listRuns(source)).toHaveLength(3);
  const { domainIdentifier } = place;
  expect(
    await world.client.send(new GetDataSourceCommand({ domainIdentifier, identifier: source })),
  ).not.toHaveProperty('schedule');
});

test('a dry run tells what a run does, and does none of it', async () => {
  const source = await readySource(world, place);
  const preview = async () => {
    const { previews } = await world.beyond.dryRun(sourceRef(source));
    return previews.map((one) => `${one.table} ${one.status} ${one.changes.join(', ')}`.trim());
  };
  expect(await preview()).toEqual(['customers SUCCEEDED_CREATED', 'orders SUCCEEDED_CREATED']);
  expect(await world.state.queries.selectFrom('assets').select('asset_id').execute()).toEqual([]);
  expect((await run(world, place, source)).counts).toBe('2 0 0 0 0');
  await putCatalogTable(world.state, 'sales', 'orders', { columns: [{ name: 'id', type: 'string' }] });
  expect(await preview()).toEqual([
    'customers UNCHANGED',
    'orders SUCCEEDED_UPDATED column placed_at removed, column id: bigint -> string',
  ]);
  expect((await run(world, place, source)).counts).toBe('0 1 1 0 0');
});

test('a dry run of a catalogue that is not there is refused, as the run would fail', async () => {
  const relationalFilterConfigurations = [{ databaseName: 'sales' }];
  const configuration = { glueRunConfiguration: { catalogName: 'nested/one', relationalFilterConfigurations } };
  const source = await readySource(world, place, { configuration });
  await expect(world.beyond.dryRun(sourceRef(source))).rejects.toThrow("Catalog 'nested/one' was not found.");
});

test('a cancelled run has FAILED by user, keeps what it imported and writes no more', async () => {
  await putDatabase(
    world.state,
    'many',
    Array.from({ length: 60 }, (_, at) => `t${at}`),
  );
  const source = await readySource(world, place, { filters: [{ databaseName: 'many' }] });
  const { id = '' } = await start(world, place, source);
  await world.step();
  await world.beyond.cancel({ ...sourceRef(source), runId: id });
  await world.settle();
  const ended = await getRun(world, place, id);
  expect(ended).toMatchObject({ status: 'FAILED', errorMessage: { errorDetail: 'Cancelled by user.' } });
  const found = await activities(world, place, id);
  expect(ended.runStatisticsForAssets?.added).toBe(found.length);
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThan(60);
  expect((await run(world, place, source)).status).toBe('SUCCESS');
});

test('the log of a run has its newest 10,000 tables and says how many it leaves out', async () => {
  const source = await readySource(world, place, { filters: [{ databaseName: 'no*such' }] });
  const { id: runId = '' } = await run(world, place, source);
  const { domainIdentifier: domainId, projectIdentifier } = place;
  await sql`with recursive n(at) as (select 1 union all select at + 1 from n where at < 10003)
    insert into run_activities (account_id, domain_id, run_id, database_name, technical_name, project_id, status,
      created_at_ms, updated_at_ms)
    select ${ACCOUNT}, ${domainId}, ${runId}, 'd', 't' || at, ${projectIdentifier}, 'UNCHANGED', at, at from n`.execute(
    world.state.queries,
  );
  await world.state.queries.updateTable('data_source_runs').set({ unchanged: 10_003 }).execute();
  const { activities: shown, leftOut } = await world.beyond.log({ accountId: ACCOUNT, domainId, runId });
  expect([shown.length, leftOut]).toEqual([10_000, 3]);
  expect([shown[0]?.technicalName, shown.at(-1)?.technicalName]).toEqual(['t10003', 't4']);
});

test('stale assets are told, archived when asked, and not when nearly all would go', async () => {
  await putDatabase(world.state, 'many', ['a', 'b', 'c', 'd']);
  const source = await readySource(world, place, { filters: [{ databaseName: 'many' }], publishOnImport: true });
  const { id } = await run(world, place, source);
  const first = (await activities(world, place, id))[0]?.dataAssetId;
  for (const table of ['a', 'b', 'c']) await deleteTable(world.state.queries, ACCOUNT, 'many', table);
  const report = await world.beyond.stale(sourceRef(source), { remove: false });
  expect(report.stale.map((one) => one.table).sort()).toEqual(['a', 'b', 'c']);
  expect(report).toMatchObject({ assets: 4, removed: 0 });
  await deleteTable(world.state.queries, ACCOUNT, 'many', 'd');
  await expect(world.beyond.stale(sourceRef(source), { remove: true })).rejects.toThrow('4 of 4 assets would go');
  await putCatalogTable(world.state, 'many', 'd');
  expect(await world.beyond.stale(sourceRef(source), { remove: true })).toMatchObject({ removed: 3 });
  expect((await asset(world, place, first)).listing).toMatchObject({ listingStatus: 'INACTIVE' });
  await putCatalogTable(world.state, 'many', 'a');
  const again = await run(world, place, source);
  expect(await statuses(world, place, again.id)).toEqual(['a SKIPPED_ARCHIVED', 'd UNCHANGED']);
});

test('wherever a worker is lost, the next one goes on and nothing is counted or made twice', async () => {
  const names = Array.from({ length: 130 }, (_, at) => `t${String(at).padStart(3, '0')}`);
  await putDatabase(world.state, 'many', names);
  const filters = [{ databaseName: 'many' }, { databaseName: 'sales' }];
  const source = await readySource(world, place, { filters });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(4), { maxLength: 4 }),
      fc.subarray(names, { maxLength: 5 }),
      async (losses, changed) => {
        const day = 24 * 3_600_000;
        world.clock.advance(day);
        const description = `at ${world.clock.nowMs()}`;
        for (const name of changed) await putCatalogTable(world.state, 'many', name, { description });
        const { id } = await start(world, place, source);
        for (const steps of losses) {
          for (let step = 0; step < steps; step += 1) await world.step();
          world.replaceWorker();
        }
        await world.settle();
        const ended = await getRun(world, place, id);
        const found = await activities(world, place, id);
        expect(new Set(found.map((one) => `${one.database}.${one.technicalName}`)).size).toBe(132);
        expect(found).toHaveLength(132);
        const { added = 0, updated = 0, unchanged = 0 } = ended.runStatisticsForAssets ?? {};
        expect(added + updated + unchanged).toBe(132);
        if (added === 0) expect(updated).toBe(changed.length);
      },
    ),
    { numRuns: 8 },
  );
});

async function listRuns(dataSourceIdentifier: string) {
  const { domainIdentifier } = place;
  const page = await world.client.send(new ListDataSourceRunsCommand({ domainIdentifier, dataSourceIdentifier }));
  return page.items ?? [];
}
