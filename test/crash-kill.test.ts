import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDuckdbLakeWriter } from '../src/adapters/duckdb/duckdb-lake-writer.ts';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { systemClock, systemRandom } from '../src/adapters/system.ts';
import { ContinuousExports } from '../src/exports/continuous-exports.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { createSeededRandom } from '../src/simulate/seeded-random.ts';
import { LedgerAgents } from './crash-agents.ts';
import { type ServerProcess, startServerProcess } from './crash-server.ts';

// Invariant: rows visible = rows acknowledged, each once, in our own copy and in the export's bucket, dead letters
// included. The server is killed while it ingests, rolls, delivers and compacts (it compacts finished days when it starts).

const KILLS = Number(process.env.CRASH_KILLS ?? 6);
const SEED = Number(process.env.CRASH_SEED ?? 1);
const TOKEN = 'a-token-for-tests';
const ACCOUNT = '123456789012';
const FLAGS = ['--enrollment-token', TOKEN, '--roll-interval', '100ms', '--log-level', 'error'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-crash-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test(
  `after ${KILLS} kills every acknowledged row is visible once`,
  async () => {
    await switchExportOn();
    const random = createSeededRandom(SEED);
    const agents = new LedgerAgents(6, TOKEN);
    let server = await startServerProcess(folder, FLAGS);
    agents.endpoint = server.url;
    await agents.enroll();
    const running = agents.run();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await Promise.race([sleep(200 + random.below(1800)), running]);
      server = await killAndRestart(server);
      agents.endpoint = server.url;
    }
    agents.finish();
    await running;
    expect(await server.stop()).toBe(0);
    const seen = await readEverything();
    console.log(
      `${KILLS} kills (seed ${SEED}): ${agents.acknowledged.size} rows and ${agents.refused.size} dead letters acknowledged, ${agents.attempts} sends, ${agents.repeated} answered as repeats, ${seen.compactions} compactions`,
    );
    for (const place of ['own', 'bucket'] as const) {
      expect(compare(agents.acknowledged, seen[place].rows), `rows in ${place}`).toEqual({
        lost: [],
        extra: [],
        repeated: [],
      });
      expect(compare(agents.refused, seen[place].dead), `dead letters in ${place}`).toEqual({
        lost: [],
        extra: [],
        repeated: [],
      });
    }
    expect(agents.acknowledged.size).toBeGreaterThan(0);
  },
  60_000 + KILLS * 30_000,
);

async function killAndRestart(server: ServerProcess): Promise<ServerProcess> {
  await server.kill();
  return startServerProcess(folder, FLAGS);
}

function openState(): StateStore {
  return openSqlite(join(folder, 'state', 'periplus.sqlite'));
}

/** Before the first server, so that every file that is ever rolled is delivered too. */
async function switchExportOn(): Promise<void> {
  await using state = openState();
  await state.migrate();
  const options = { accountId: ACCOUNT, region: 'us-west-2', onCommand: () => {} };
  await new ContinuousExports({ state, clock: systemClock, random: systemRandom }, options).start();
}

interface Seen {
  readonly rows: readonly string[];
  readonly dead: readonly string[];
}

/** What readers see, by the files that the state names, own and delivered. */
async function readEverything(): Promise<{ own: Seen; bucket: Seen; compactions: number }> {
  await using state = openState();
  const own = await state.queries
    .selectFrom('data_files')
    .select(['object_key', 'table_name', 'pass'])
    .where('removed_at_ms', 'is', null)
    .execute();
  const delivered = await state.queries.selectFrom('bucket_objects').select(['key', 'object_key']).execute();
  const ofTable = (table: string) => delivered.filter((object) => object.key.startsWith(`${table}/`));
  return {
    own: await readTables((table) => own.filter((file) => file.table_name === table).map((file) => file.object_key)),
    bucket: await readTables((table) => ofTable(table).map((object) => object.object_key)),
    compactions: own.reduce((sum, file) => sum + file.pass, 0),
  };
}

async function readTables(keysOf: (table: string) => readonly string[]): Promise<Seen> {
  return {
    rows: await readTexts(keysOf('processes_agent'), 'cmd_line'),
    dead: await readTexts(keysOf('ingest_errors'), `json_extract_string(payload, '$.cmd_line')`),
  };
}

async function readTexts(keys: readonly string[], text: string): Promise<string[]> {
  if (keys.length === 0) return [];
  const options = { memoryBytesMax: 2 ** 29, threads: 1, tempDir: join(folder, 'spill') };
  await using reader = await createDuckdbLakeWriter(options);
  const paths = keys.map((key) => `'${join(folder, 'objects', key)}'`).join(', ');
  const rows = await reader.run(`SELECT ${text} AS id FROM read_parquet([${paths}], hive_partitioning = false)`);
  return rows.map((row) => String(row.id));
}

function compare(acknowledged: ReadonlySet<string>, visible: readonly string[]) {
  const seen = new Set<string>();
  const repeated = visible.filter((id) => seen.size === seen.add(id).size);
  return {
    lost: [...acknowledged].filter((id) => !seen.has(id)),
    extra: [...seen].filter((id) => !acknowledged.has(id)),
    repeated,
  };
}
