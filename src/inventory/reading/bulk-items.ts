import { sql } from 'kysely';
import { formatTenths } from '../../core/time.ts';
import type { LakeWriter } from '../../ports/sql-engine.ts';
import { chunksOf } from '../chunks.ts';
import { type Attributes, attributesOf } from './attributes.ts';
import type { BulkSource } from './bulk-fields.ts';
import {
  type BulkRow,
  type BulkTable,
  composePage,
  composePlaces,
  composeRows,
  joinAll,
  joinDictionary,
  joinServers,
} from './bulk-sql.ts';
import { KnownPlaces } from './known-places.ts';
import { runLakeSql } from './lake-sql.ts';
import type { ListedItem, Question } from './read-question.ts';

/** What processes and connections show, and how a row becomes attributes (discovery.md §4.2). */
export interface BulkType extends BulkTable {
  readonly describe: (row: BulkRow, lookedUp: LookedUp) => Attributes;
}

/** Ids and texts by number, of the numbers that rows have in columns that end as these names do. */
interface LookedUp {
  readonly processIds: NumberedTexts;
  readonly commandLines: NumberedTexts;
}

type NumberedTexts = ReadonlyMap<unknown, string>;

export const PROCESSES: BulkType = {
  name: 'processes',
  no: 'process_no',
  id: 'process_id',
  shown: sql`t.process_id as id, t.first_ms, s.server_id, s.agent_id, n.value as name, t.command_no, p.value as path`,
  joins: joinAll([
    joinServers('s', 'server_no'),
    joinDictionary('names', 'n', 'name_no'),
    joinDictionary('paths', 'p', 'path_no'),
  ]),
  describe: (row, { commandLines }) =>
    attributesOf({
      'process.configurationId': row.id,
      'process.timeOfCreation': formatTenths(Number(row.first_ms)),
      'process.name': row.name,
      'process.commandLine': commandLines.get(row.command_no),
      'process.path': row.path,
      'server.configurationId': row.server_id,
      'server.agentId': row.agent_id,
    }),
};

export const CONNECTIONS: BulkType = {
  name: 'connections',
  no: 'connection_no',
  id: 'connection_id',
  shown: sql`t.connection_id as id, sa.value as source_ip, da.value as destination_ip, t.destination_port,
    t.transport_protocol, t.ip_version, t.occurrence, t.latest_ms,
    ss.server_id as source_server_id, ss.host_name as source_host, t.source_process_no,
    sn.value as source_process_name, ds.server_id as destination_server_id, ds.host_name as destination_host,
    t.destination_process_no, dn.value as destination_process_name`,
  joins: joinAll([
    joinDictionary('addresses', 'sa', 'source_ip_no'),
    joinDictionary('addresses', 'da', 'destination_ip_no'),
    joinServers('ss', 'source_server_no'),
    joinServers('ds', 'destination_server_no'),
    joinDictionary('names', 'sn', 'source_name_no'),
    joinDictionary('names', 'dn', 'destination_name_no'),
  ]),
  describe: (row, { processIds }) =>
    attributesOf({
      'connection.sourceIp': row.source_ip,
      'connection.destinationIp': row.destination_ip,
      'connection.destinationPort': row.destination_port,
      'connection.transportProtocol': row.transport_protocol,
      'connection.ipVersion': row.ip_version,
      'connection.occurrence': row.occurrence,
      'connection.latestTimestamp': formatTenths(Number(row.latest_ms)),
      'sourceServer.configurationId': row.source_server_id,
      'sourceServer.hostName': row.source_host,
      'sourceProcess.configurationId': processIds.get(row.source_process_no),
      'sourceProcess.name': row.source_process_name,
      'destinationServer.configurationId': row.destination_server_id,
      'destinationServer.hostName': row.destination_host,
      'destinationProcess.configurationId': processIds.get(row.destination_process_no),
      'destinationProcess.name': row.destination_process_name,
    }),
};

/** The first items that fit, in the order asked for. Nothing may change the tables between its statements. */
export async function listBulkItems(
  engine: LakeWriter,
  type: BulkType,
  question: Question<BulkSource>,
): Promise<ListedItem[]> {
  const { sorts, after } = question;
  const known = KnownPlaces.of(engine);
  const [found] = after === undefined ? [] : await runLakeSql(engine, composePlaces(type, sorts, after, known));
  const places = found && [...sorts, type.id].map((_, index) => found[`place_${index}`] ?? null);
  const nos = (await runLakeSql(engine, composePage(type, question, places))).map(({ row_no }) => row_no);
  if (nos.length === 0) return [];
  const rows = await runLakeSql(engine, composeRows(type, { nos }, sorts));
  const lookedUp = await lookUp(engine, rows);
  const byNo = new Map(rows.map((row) => [row.row_no, row]));
  // The last item of what was asked for is the first of the next page: the page ends with the one before.
  for (const no of nos.slice(-2)) keepPlaces(known, type, byNo.get(no), lookedUp);
  return nos.flatMap((no) => {
    const row = byNo.get(no);
    if (row === undefined) return [];
    const sortValues = sorts.map(
      (_, index) => row[`value_${index}`] ?? lookedUp.commandLines.get(row[`value_no_${index}`]) ?? null,
    );
    return { position: { id: String(row.id), sortValues }, attributes: type.describe(row, lookedUp) };
  });
}

function keepPlaces(known: KnownPlaces, type: BulkType, row: BulkRow | undefined, { commandLines }: LookedUp): void {
  if (row === undefined) return;
  known.keep(type.name, String(row.id), Number(row.row_no));
  for (const [name, number] of Object.entries(row)) {
    const text = name.startsWith('value_no_') ? commandLines.get(number) : undefined;
    if (text !== undefined) known.keep('command_lines', text, Number(number));
  }
}

/** Items by id; ids that nobody has are missing. */
export async function describeBulkItems(
  engine: LakeWriter,
  type: BulkType,
  ids: readonly string[],
): Promise<Map<string, Attributes>> {
  const rows = await runLakeSql(engine, composeRows(type, { ids }));
  const lookedUp = await lookUp(engine, rows);
  return new Map(rows.map((row) => [String(row.id), type.describe(row, lookedUp)]));
}

async function lookUp(engine: LakeWriter, rows: readonly BulkRow[]): Promise<LookedUp> {
  const processNos = numbersIn(rows, /_process_no$/);
  const commandNos = numbersIn(rows, /^(command_no|value_no_\d+)$/);
  return {
    processIds: await readNumbered(engine, ['processes', 'process_no', 'process_id'], processNos),
    commandLines: await readNumbered(engine, ['command_lines', 'text_no', 'value'], commandNos),
  };
}

function numbersIn(rows: readonly BulkRow[], names: RegExp): number[] {
  const columns = Object.keys(rows[0] ?? {}).filter((name) => names.test(name));
  const numbers = rows.flatMap((row) => columns.map((name) => row[name]));
  return [...new Set(numbers)].filter((number) => typeof number === 'number');
}

/** The numbers stand in the text of the statement: that is what an index is used for. */
async function readNumbered(
  engine: LakeWriter,
  [table, number, text]: readonly [table: string, number: string, text: string],
  nos: readonly number[],
): Promise<NumberedTexts> {
  if (nos.length === 0) return new Map();
  const rows = await runLakeSql(
    engine,
    sql<{ no: number; text: string }>`select ${sql.ref(number)} as no, ${sql.ref(text)} as text
      from ${sql.table(table)} where ${sql.ref(number)} in (${sql.raw(nos.join(', '))})`,
  );
  return new Map(rows.map((row) => [row.no, row.text]));
}

/** Those of the ids that are there. */
export async function listExistingIds(engine: LakeWriter, type: BulkType, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const some of chunksOf(ids)) {
    const id = sql.ref(type.id);
    const query = sql<{
      id: string;
    }>`select ${id} as id from ${sql.table(type.name)} where ${id} in (${sql.join(some)})`;
    found.push(...(await runLakeSql(engine, query)).map((row) => row.id));
  }
  return found;
}
