import { EQUALITY, TEXT } from './conditions.ts';
import type { Field, Fields } from './read-question.ts';
import type { Dictionary } from './snapshot-tables.ts';

/** Where a filter or sort of processes and connections looks: in the row, or in what a number of the row stands for. */
export type BulkSource =
  | { readonly in: 'row'; readonly column: 'process_id' | 'destination_port' }
  | { readonly in: 'dictionary'; readonly column: string; readonly dictionary: Dictionary }
  | {
      readonly in: 'server';
      readonly column: string;
      readonly of: keyof typeof SERVER_RANKS | 'server_id' | 'agent_id';
    }
  | { readonly in: 'process'; readonly column: string };

/** Texts of servers that items are sorted by, and the columns of their ranks. */
export const SERVER_RANKS = { host_name: 'host_no', os_name: 'os_no', os_version: 'os_version_no' } as const;

type BulkField = Field<BulkSource>;

const equality = (source: BulkSource): BulkField => ({
  conditions: EQUALITY,
  values: 'text',
  isSortable: false,
  source,
});
const text = (source: BulkSource): BulkField => ({ conditions: TEXT, values: 'text', isSortable: false, source });
const sortable = (source: BulkSource): BulkField => ({ ...text(source), isSortable: true });

const server = (column: string, of: Extract<BulkSource, { in: 'server' }>['of']): BulkSource => ({
  in: 'server',
  column,
  of,
});
const inDictionary = (column: string, dictionary: Dictionary): BulkSource => ({ in: 'dictionary', column, dictionary });

export const PROCESS_FIELDS: Fields<BulkSource> = {
  'process.configurationId': equality({ in: 'row', column: 'process_id' }),
  'server.configurationId': equality(server('server_no', 'server_id')),
  'process.name': sortable(inDictionary('name_no', 'names')),
  'process.commandLine': sortable(inDictionary('command_no', 'command_lines')),
  'server.hostName': sortable(server('server_no', 'host_name')),
  'server.osName': sortable(server('server_no', 'os_name')),
  'server.osVersion': sortable(server('server_no', 'os_version')),
  'server.agentId': text(server('server_no', 'agent_id')),
};

const destinationCommandLine = sortable(inDictionary('destination_command_no', 'command_lines'));

export const CONNECTION_FIELDS: Fields<BulkSource> = {
  'connection.sourceIp': sortable(inDictionary('source_ip_no', 'addresses')),
  'connection.destinationIp': sortable(inDictionary('destination_ip_no', 'addresses')),
  'connection.destinationPort': {
    conditions: EQUALITY,
    values: 'integer',
    isSortable: true,
    source: { in: 'row', column: 'destination_port' },
  },
  'sourceServer.configurationId': equality(server('source_server_no', 'server_id')),
  'sourceServer.hostName': sortable(server('source_server_no', 'host_name')),
  'sourceProcess.configurationId': equality({ in: 'process', column: 'source_process_no' }),
  'sourceProcess.name': sortable(inDictionary('source_name_no', 'names')),
  'sourceProcess.commandLine': sortable(inDictionary('source_command_no', 'command_lines')),
  // The published table lacks the id and the host name of the destination; we have them.
  'destinationServer.configurationId': equality(server('destination_server_no', 'server_id')),
  'destinationServer.hostName': sortable(server('destination_server_no', 'host_name')),
  'destinationServer.osName': sortable(server('destination_server_no', 'os_name')),
  'destinationServer.osVersion': sortable(server('destination_server_no', 'os_version')),
  'destinationServer.agentId': text(server('destination_server_no', 'agent_id')),
  'destinationProcess.configurationId': equality({ in: 'process', column: 'destination_process_no' }),
  'destinationProcess.name': sortable(inDictionary('destination_name_no', 'names')),
  // Published with a small p, so scripts have it so; nobody would guess it, so the other one works too.
  'destinationprocess.commandLine': destinationCommandLine,
  'destinationProcess.commandLine': destinationCommandLine,
};
