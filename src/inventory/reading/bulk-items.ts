import { sql } from 'kysely';
import { formatTenths } from '../../core/time.ts';
import type { LakeWriter } from '../../ports/sql-engine.ts';
import { chunksOf } from '../chunks.ts';
import { type Attributes, attributesOf } from './attributes.ts';
import type { BulkSource } from './bulk-fields.ts';
import {
  type BulkTable,
  composeById,
  composePage,
  composePlaces,
  joinAll,
  joinDictionary,
  joinServers,
} from './bulk-sql.ts';
import { runLakeSql } from './lake-sql.ts';
import type { ListedItem, Question } from './read-question.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** What processes and connections show, and how a row becomes attributes (discovery.md §4.2). */
export interface BulkType extends BulkTable {
  readonly describe: (row: Row) => Attributes;
}

export const PROCESSES: BulkType = {
  name: 'processes',
  no: 'process_no',
  id: 'process_id',
  shown: sql`t.process_id as id, t.first_ms, s.server_id, s.agent_id, n.value as name, c.value as command_line, p.value as path`,
  joins: joinAll([
    joinServers('s', 'server_no'),
    joinDictionary('names', 'n', 'name_no'),
    joinDictionary('command_lines', 'c', 'command_no'),
    joinDictionary('paths', 'p', 'path_no'),
  ]),
  describe: (row) =>
    attributesOf({
      'process.configurationId': row.id,
      'process.timeOfCreation': formatTenths(Number(row.first_ms)),
      'process.name': row.name,
      'process.commandLine': row.command_line,
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
    ss.server_id as source_server_id, ss.host_name as source_host, sp.process_id as source_process_id,
    sn.value as source_process_name, ds.server_id as destination_server_id, ds.host_name as destination_host,
    dp.process_id as destination_process_id, dn.value as destination_process_name`,
  joins: joinAll([
    joinDictionary('addresses', 'sa', 'source_ip_no'),
    joinDictionary('addresses', 'da', 'destination_ip_no'),
    joinServers('ss', 'source_server_no'),
    joinServers('ds', 'destination_server_no'),
    sql` left join processes sp on sp.process_no = t.source_process_no`,
    sql` left join processes dp on dp.process_no = t.destination_process_no`,
    joinDictionary('names', 'sn', 'source_name_no'),
    joinDictionary('names', 'dn', 'destination_name_no'),
  ]),
  describe: (row) =>
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
      'sourceProcess.configurationId': row.source_process_id,
      'sourceProcess.name': row.source_process_name,
      'destinationServer.configurationId': row.destination_server_id,
      'destinationServer.hostName': row.destination_host,
      'destinationProcess.configurationId': row.destination_process_id,
      'destinationProcess.name': row.destination_process_name,
    }),
};

/** The first items that fit, in the order asked for. Nothing may change the tables between its two statements. */
export async function listBulkItems(
  engine: LakeWriter,
  type: BulkType,
  question: Question<BulkSource>,
): Promise<ListedItem[]> {
  const { sorts, after } = question;
  const [found] = after === undefined ? [] : await runLakeSql(engine, composePlaces(type, sorts, after));
  const places = found && [...sorts, type.id].map((_, index) => found[`place_${index}`] ?? null);
  const rows = await runLakeSql(engine, composePage(type, question, places));
  return rows.map((row) => ({
    position: { id: String(row.id), sortValues: sorts.map((_, index) => row[`value_${index}`] ?? null) },
    attributes: type.describe(row),
  }));
}

/** Items by id; ids that nobody has are missing. */
export async function describeBulkItems(
  engine: LakeWriter,
  type: BulkType,
  ids: readonly string[],
): Promise<Map<string, Attributes>> {
  const described = new Map<string, Attributes>();
  for (const some of chunksOf(ids))
    for (const row of await runLakeSql(engine, composeById(type, some)))
      described.set(String(row.id), type.describe(row));
  return described;
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
