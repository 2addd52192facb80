import { join } from 'node:path';
import { createDuckdbLakeWriter } from '../src/adapters/duckdb/duckdb-lake-writer.ts';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { systemClock, systemRandom } from '../src/adapters/system.ts';
import { ContinuousExports } from '../src/exports/continuous-exports.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';

// Reads the folder of a server that has stopped, without the server.

const ACCOUNT = '123456789012';
export const SAME = { lost: [], extra: [], repeated: [] };

function openState(folder: string): StateStore {
  return openSqlite(join(folder, 'state', 'periplus.sqlite'));
}

/** Before the first server, so that every file that is ever rolled is delivered too. */
export async function switchExportOn(folder: string): Promise<void> {
  await using state = openState(folder);
  await state.migrate();
  const options = { accountId: ACCOUNT, region: 'us-west-2', onCommand: () => {} };
  await new ContinuousExports({ state, clock: systemClock, random: systemRandom }, options).start();
}

interface Seen {
  readonly rows: readonly string[];
  readonly dead: readonly string[];
}

/** What readers see, by the files that the state names, own and delivered. */
export async function readEverything(folder: string): Promise<{ own: Seen; bucket: Seen; compactions: number }> {
  await using state = openState(folder);
  const own = await state.queries
    .selectFrom('data_files')
    .select(['object_key', 'table_name', 'pass'])
    .where('removed_at_ms', 'is', null)
    .execute();
  const delivered = await state.queries.selectFrom('bucket_objects').select(['key', 'object_key']).execute();
  const ofTable = (table: string) => delivered.filter((object) => object.key.startsWith(`${table}/`));
  return {
    own: await readTables(folder, (table) =>
      own.filter((file) => file.table_name === table).map((file) => file.object_key),
    ),
    bucket: await readTables(folder, (table) => ofTable(table).map((object) => object.object_key)),
    compactions: own.reduce((sum, file) => sum + file.pass, 0),
  };
}

async function readTables(folder: string, keysOf: (table: string) => readonly string[]): Promise<Seen> {
  return {
    rows: await readTexts(folder, keysOf('processes_agent'), 'cmd_line'),
    dead: await readTexts(folder, keysOf('ingest_errors'), `json_extract_string(payload, '$.cmd_line')`),
  };
}

async function readTexts(folder: string, keys: readonly string[], text: string): Promise<string[]> {
  if (keys.length === 0) return [];
  const options = { memoryBytesMax: 2 ** 29, threads: 1, tempDir: join(folder, 'spill') };
  await using reader = await createDuckdbLakeWriter(options);
  const paths = keys.map((key) => `'${join(folder, 'objects', key)}'`).join(', ');
  const rows = await reader.run(`SELECT ${text} AS id FROM read_parquet([${paths}], hive_partitioning = false)`);
  return rows.map((row) => String(row.id));
}

/** What differs between what was acknowledged and what readers see. */
export function compare(acknowledged: ReadonlySet<string>, visible: readonly string[]) {
  const seen = new Set<string>();
  const repeated = visible.filter((id) => seen.size === seen.add(id).size);
  return {
    lost: [...acknowledged].filter((id) => !seen.has(id)),
    extra: [...seen].filter((id) => !acknowledged.has(id)),
    repeated,
  };
}
