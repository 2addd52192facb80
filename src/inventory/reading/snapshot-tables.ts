import type { LakeWriter } from '../../ports/sql-engine.ts';

/**
 * The tables of the reading engine. Texts are kept once, in dictionaries whose numbers ascend as the texts do: sorting by
 * a text, joining on it and holding a million of it is then a matter of integers. Rows are numbered in the order of their
 * ids for the same reason. A number means something within one load only; what leaves the engine are ids and texts.
 */
export const DICTIONARIES = ['names', 'command_lines', 'paths', 'addresses'] as const;
export type Dictionary = (typeof DICTIONARIES)[number];

/** Where the Parquet of the two snapshots is; undefined: there is none yet. */
export interface SnapshotFiles {
  readonly processes: string | undefined;
  readonly connections: string | undefined;
}

const PROCESS_COLUMNS = `process_id VARCHAR, server_id VARCHAR, agent_id VARCHAR, name VARCHAR, path VARCHAR,
  command_line VARCHAR, first_ms BIGINT`;
const CONNECTION_COLUMNS = `connection_id VARCHAR, source_server_id VARCHAR, destination_server_id VARCHAR,
  source_process_id VARCHAR, destination_process_id VARCHAR, source_ip VARCHAR, destination_ip VARCHAR,
  destination_port INTEGER, transport_protocol VARCHAR, ip_version VARCHAR, occurrence BIGINT, latest_ms BIGINT`;

/** Makes the database that is loaded into: compressed, because a snapshot is read often and changed rarely. */
export async function openTables(engine: LakeWriter): Promise<void> {
  await engine.run(`ATTACH ':memory:' AS inventory (COMPRESS)`);
  await engine.run('USE inventory');
  await engine.run(`CREATE TABLE server_rows (server_no INTEGER, server_id VARCHAR, agent_id VARCHAR,
    host_name VARCHAR, os_name VARCHAR, os_version VARCHAR)`);
  await rankServers(engine);
}

/** `servers`: the live ones with the ranks of their texts. Made anew after each change of `server_rows`. */
export async function rankServers(engine: LakeWriter): Promise<void> {
  const rank = (column: string, name: string) =>
    `CASE WHEN ${column} IS NOT NULL THEN dense_rank() OVER (ORDER BY ${column} NULLS LAST) END::INTEGER AS ${name}`;
  await engine.run(`CREATE OR REPLACE TABLE servers AS SELECT *, ${rank('host_name', 'host_no')},
    ${rank('os_name', 'os_no')}, ${rank('os_version', 'os_version_no')} FROM server_rows`);
}

/**
 * Loads the snapshots, as far as they are about servers that live: a process goes with its server, an end of a connection
 * becomes unknown with it, and a connection without a known end is gone. One thread, because somebody is being answered
 * meanwhile. Returns the ids of servers that snapshots speak of and that are not there.
 */
export async function loadSnapshots(engine: LakeWriter, files: SnapshotFiles, threads: number): Promise<string[]> {
  await engine.run('SET threads = 1');
  await engine.run(viewOf('process_rows', PROCESS_COLUMNS, files.processes));
  await engine.run(viewOf('connection_rows', CONNECTION_COLUMNS, files.connections));
  await engine.run(dictionaryOf('names', 'SELECT name AS value FROM process_rows'));
  await engine.run(dictionaryOf('command_lines', 'SELECT command_line AS value FROM process_rows'));
  await engine.run(dictionaryOf('paths', 'SELECT path AS value FROM process_rows'));
  await engine.run(
    dictionaryOf(
      'addresses',
      'SELECT source_ip AS value FROM connection_rows UNION ALL SELECT destination_ip FROM connection_rows',
    ),
  );
  await engine.run(LOAD_PROCESSES);
  await engine.run(LOAD_CONNECTIONS);
  const absent = await engine.run(ABSENT_SERVERS);
  await engine.run('CHECKPOINT inventory');
  for (const [table, number] of INDEXED) await engine.run(`CREATE UNIQUE INDEX ${table}_by_no ON ${table} (${number})`);
  await engine.run(`SET threads = ${threads}`);
  return absent.map(({ server_id }) => String(server_id));
}

/** Rows of a page are looked up by number; without an index that is a look at a million of them. */
const INDEXED = [
  ['processes', 'process_no'],
  ['connections', 'connection_no'],
  ['command_lines', 'text_no'],
] as const;

function viewOf(name: string, columns: string, file: string | undefined): string {
  const names = columns.split(',').map((column) => column.trim().split(' ')[0]);
  if (file === undefined) return `CREATE TABLE ${name} (${columns})`;
  return `CREATE VIEW ${name} AS SELECT ${names.join(', ')} FROM read_parquet('${file.replaceAll("'", "''")}')`;
}

function dictionaryOf(name: Dictionary, values: string): string {
  return `CREATE TABLE ${name} AS SELECT (row_number() OVER (ORDER BY value))::INTEGER AS text_no, value
    FROM (SELECT DISTINCT value FROM (${values}) WHERE value IS NOT NULL) ORDER BY value`;
}

const LOAD_PROCESSES = `CREATE TABLE processes AS
  SELECT (row_number() OVER (ORDER BY process_id))::INTEGER AS process_no, process_id, server_no,
    n.text_no AS name_no, c.text_no AS command_no, p.text_no AS path_no, first_ms
  FROM process_rows JOIN server_rows USING (server_id)
  LEFT JOIN names n ON n.value = process_rows.name
  LEFT JOIN command_lines c ON c.value = process_rows.command_line
  LEFT JOIN paths p ON p.value = process_rows.path
  ORDER BY process_id`;

const LOAD_CONNECTIONS = `CREATE TABLE connections AS
  SELECT (row_number() OVER (ORDER BY connection_id))::INTEGER AS connection_no, connection_id,
    ss.server_no AS source_server_no, ds.server_no AS destination_server_no,
    sp.process_no AS source_process_no, sp.name_no AS source_name_no, sp.command_no AS source_command_no,
    dp.process_no AS destination_process_no, dp.name_no AS destination_name_no, dp.command_no AS destination_command_no,
    sa.text_no AS source_ip_no, da.text_no AS destination_ip_no,
    destination_port, transport_protocol, ip_version, occurrence, latest_ms
  FROM connection_rows c
  LEFT JOIN server_rows ss ON ss.server_id = c.source_server_id
  LEFT JOIN server_rows ds ON ds.server_id = c.destination_server_id
  LEFT JOIN processes sp ON sp.process_id = c.source_process_id
  LEFT JOIN processes dp ON dp.process_id = c.destination_process_id
  LEFT JOIN addresses sa ON sa.value = c.source_ip
  LEFT JOIN addresses da ON da.value = c.destination_ip
  WHERE ss.server_no IS NOT NULL OR ds.server_no IS NOT NULL
  ORDER BY connection_id`;

const ABSENT_SERVERS = `SELECT DISTINCT server_id FROM (
    SELECT server_id FROM process_rows
    UNION ALL SELECT source_server_id FROM connection_rows UNION ALL SELECT destination_server_id FROM connection_rows)
  WHERE server_id IS NOT NULL AND server_id NOT IN (SELECT server_id FROM server_rows)`;

/** What goes with servers that were deleted; the same as if they had not been there when the snapshots were loaded. */
export async function removeServers(engine: LakeWriter, serverNos: readonly number[]): Promise<void> {
  const gone = serverNos.join(', ');
  await engine.run(`DELETE FROM server_rows WHERE server_no IN (${gone})`);
  await engine.run(`DELETE FROM processes WHERE server_no IN (${gone})`);
  for (const end of ['source', 'destination'])
    await engine.run(`UPDATE connections SET ${end}_server_no = NULL, ${end}_process_no = NULL, ${end}_name_no = NULL,
      ${end}_command_no = NULL WHERE ${end}_server_no IN (${gone})`);
  await engine.run('DELETE FROM connections WHERE source_server_no IS NULL AND destination_server_no IS NULL');
}
