import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateDataSourceCommand,
  DataZoneClient,
  GetDataSourceCommand,
  GetDataSourceRunCommand,
  StartDataSourceRunCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { COUNTER_OF } from '../src/governance/runs/run-states.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { createSeededRandom } from '../src/simulate/seeded-random.ts';
import { type ServerProcess, startServerProcess } from './crash-server.ts';
import { makeProject, putCatalogTable, putDatabase } from './datazone-world.ts';

// Invariant: however often the server is killed in the middle of runs, every run ends, its statistics are what its activities
// say, every table has one activity in it, no table has two assets, and no asset has a revision that changed nothing.

const KILLS = Number(process.env.CRASH_KILLS ?? 4);
const SEED = Number(process.env.CRASH_SEED ?? 1);
const TABLES = 1500;
const KEY = { accessKeyId: 'AKIATESTPERIPLUS', secretAccessKey: 'a-secret-for-tests' };
const FLAGS = [
  ...['--access-key-id', KEY.accessKeyId, '--secret-access-key', KEY.secretAccessKey],
  ...['--log-level', 'error', '--data-source-runs-max', '0', '--data-source-settle', '1ms'],
];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-datazone-crash-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test(
  `after ${KILLS} kills every run has ended and nothing was imported twice`,
  async () => {
    const random = createSeededRandom(SEED);
    await inState((state) =>
      putDatabase(
        state,
        'sales',
        Array.from({ length: TABLES }, (_, at) => nameOf(at)),
      ),
    );
    let server = await startServerProcess(folder, FLAGS);
    const source = await makeSource(connect(server));
    const runs = new Set<string>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const started = await startRun(connect(server), source);
      if (started !== undefined) runs.add(started);
      await sleep(random.below(1200));
      await server.kill();
      await inState((state) => changeTables(state, random, kill));
      server = await startServerProcess(folder, FLAGS);
    }
    for (const run of runs) await waitForEnd(connect(server), source, run);
    expect(await server.stop()).toBe(0);
    const seen = await inState(readFacts);
    console.log(
      `${KILLS} kills (seed ${SEED}): ${runs.size} runs, ${seen.resumptions} resumed, ${seen.revisions} revisions`,
    );
    expect(seen.faults).toEqual([]);
    expect(seen.assets).toBe(TABLES);
  },
  60_000 + KILLS * 30_000,
);

interface Source {
  readonly domainIdentifier: string;
  readonly dataSourceIdentifier: string;
}

function nameOf(at: number): string {
  return `table_${String(at).padStart(5, '0')}`;
}

async function inState<T>(run: (state: StateStore) => Promise<T>): Promise<T> {
  await using state = openSqlite(join(folder, 'state', 'periplus.sqlite'));
  await state.migrate();
  return await run(state);
}

function connect(server: ServerProcess): DataZoneClient {
  return new DataZoneClient({ endpoint: server.url, region: 'us-west-2', credentials: KEY, maxAttempts: 1 });
}

async function makeSource(client: DataZoneClient): Promise<Source> {
  const place = await makeProject(client);
  const configuration = { glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName: 'sales' }] } };
  const made = await client.send(
    new CreateDataSourceCommand({ ...place, name: 'source', type: 'GLUE', configuration }),
  );
  return { domainIdentifier: place.domainIdentifier, dataSourceIdentifier: made.id ?? '' };
}

/** A new run as soon as the source is READY; undefined while a run that a kill left behind is live. */
async function startRun(client: DataZoneClient, source: Source): Promise<string | undefined> {
  const { domainIdentifier, dataSourceIdentifier: identifier } = source;
  for (;;) {
    const { status } = await client.send(new GetDataSourceCommand({ domainIdentifier, identifier }));
    if (status === 'RUNNING') return undefined;
    if (status === 'READY') return (await client.send(new StartDataSourceRunCommand(source))).id;
    await sleep(20);
  }
}

async function waitForEnd(client: DataZoneClient, { domainIdentifier }: Source, identifier: string): Promise<void> {
  for (;;) {
    const { status } = await client.send(new GetDataSourceRunCommand({ domainIdentifier, identifier }));
    if (status !== 'REQUESTED' && status !== 'RUNNING') return;
    await sleep(50);
  }
}

/** Gives some tables another column, while nobody looks. */
async function changeTables(state: StateStore, random: ReturnType<typeof createSeededRandom>, round: number) {
  for (let count = 0; count < 50; count += 1) {
    const columns = [{ name: `round_${round}_${count}`, type: 'string' }];
    await putCatalogTable(state, 'sales', nameOf(random.below(TABLES)), { columns });
  }
}

async function readFacts(state: StateStore) {
  const { queries } = state;
  const runs = await queries.selectFrom('data_source_runs').selectAll().execute();
  const faults: string[] = [];
  for (const run of runs) {
    const found = await queries
      .selectFrom('run_activities')
      .select('status')
      .where('run_id', '=', run.run_id)
      .execute();
    const counts = { added: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 };
    for (const { status } of found) counts[COUNTER_OF[status as keyof typeof COUNTER_OF]] += 1;
    for (const [name, count] of Object.entries(counts)) {
      const said = run[name as keyof typeof counts];
      if (said !== count) faults.push(`run ${run.run_id} says ${name} ${said}, its activities ${count}`);
    }
    if (run.status !== 'SUCCESS' || found.length !== TABLES)
      faults.push(`run ${run.run_id} is ${run.status} with ${found.length} activities`);
  }
  const revisions = await queries
    .selectFrom('asset_revisions')
    .select(['asset_id', 'forms_json'])
    .orderBy('asset_id')
    .orderBy('revision')
    .execute();
  const contentOf = (text: string) => (JSON.parse(text) as { content: string }[])[0]?.content;
  for (const [at, revision] of revisions.entries()) {
    const before = revisions[at - 1];
    if (before?.asset_id === revision.asset_id && contentOf(before.forms_json) === contentOf(revision.forms_json))
      faults.push(`asset ${revision.asset_id} has a revision that changed nothing`);
  }
  const assets = await queries.selectFrom('assets').select('external_identifier').distinct().execute();
  const resumed = await queries
    .selectFrom('data_source_log')
    .select('run_id')
    .where('message', 'like', 'resumed%')
    .execute();
  return { faults, assets: assets.length, revisions: revisions.length, resumptions: resumed.length };
}
