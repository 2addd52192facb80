import { SERVER_TYPES } from '../server-attributes.ts';
import { EQUALITY, ORDER, TEXT } from './conditions.ts';
import type { Field, Fields } from './read-question.ts';

/**
 * Where a filter of servers looks: a column of the server, or things of it in another table, of which one that fits is
 * enough. Processes are not in the state store.
 */
export type ServerSource =
  | { readonly in: 'server'; readonly column: ServerColumn }
  | { readonly in: 'interfaces'; readonly column: InterfaceColumn }
  | { readonly in: 'tags'; readonly column: 'tag_key' | 'tag_value' }
  | { readonly in: 'applications'; readonly column: 'application_id' | 'name' | 'description' }
  | { readonly in: 'processes'; readonly column: ProcessColumn }
  | { readonly in: 'nothing' };

export type ServerColumn =
  | 'server_id'
  | 'agent_id'
  | 'host_name'
  | 'os_name'
  | 'os_version'
  | 'server_type'
  | 'moref_id'
  | 'vcenter_id'
  | 'vm_host_id'
  | 'avg_cpu_usage_pct'
  | 'total_disk_free_kb'
  | 'avg_free_ram_kb';
type InterfaceColumn = 'ip_address' | 'mac_address' | 'port_group_id' | 'port_group_name' | 'virtual_switch_name';
export type ProcessColumn = 'process_id' | 'name' | 'command_line';

type ServerField = Field<ServerSource>;

const inServer = (column: ServerColumn): ServerSource => ({ in: 'server', column });
const equality = (source: ServerSource): ServerField => ({
  conditions: EQUALITY,
  values: 'text',
  isSortable: false,
  source,
});
const text = (source: ServerSource): ServerField => ({ conditions: TEXT, values: 'text', isSortable: false, source });
const sortable = (column: ServerColumn): ServerField => ({ ...text(inServer(column)), isSortable: true });
const number = (column: ServerColumn): ServerField => ({
  conditions: ORDER,
  values: 'number',
  isSortable: false,
  source: inServer(column),
});

export const SERVER_FIELDS: Fields<ServerSource> = {
  'server.configurationId': equality(inServer('server_id')),
  'server.agentId': equality(inServer('agent_id')),
  // Connectors are refused since 2025; our agents report on their own.
  'server.connectorId': equality({ in: 'nothing' }),
  'server.hostName': sortable('host_name'),
  'server.osName': sortable('os_name'),
  'server.osVersion': sortable('os_version'),
  'server.type': { ...equality(inServer('server_type')), values: SERVER_TYPES },
  'server.vmWareInfo.morefId': text(inServer('moref_id')),
  'server.vmWareInfo.vcenterId': text(inServer('vcenter_id')),
  'server.vmWareInfo.hostId': text(inServer('vm_host_id')),
  'server.networkInterfaceInfo.portGroupId': text({ in: 'interfaces', column: 'port_group_id' }),
  'server.networkInterfaceInfo.portGroupName': text({ in: 'interfaces', column: 'port_group_name' }),
  'server.networkInterfaceInfo.virtualSwitchName': text({ in: 'interfaces', column: 'virtual_switch_name' }),
  'server.networkInterfaceInfo.ipAddress': text({ in: 'interfaces', column: 'ip_address' }),
  'server.networkInterfaceInfo.macAddress': text({ in: 'interfaces', column: 'mac_address' }),
  'server.performance.avgCpuUsagePct': number('avg_cpu_usage_pct'),
  'server.performance.totalDiskFreeSizeInKB': number('total_disk_free_kb'),
  'server.performance.avgFreeRAMInKB': number('avg_free_ram_kb'),
  'server.tag.key': text({ in: 'tags', column: 'tag_key' }),
  'server.tag.value': text({ in: 'tags', column: 'tag_value' }),
  'server.application.name': text({ in: 'applications', column: 'name' }),
  'server.application.description': text({ in: 'applications', column: 'description' }),
  'server.application.configurationId': equality({ in: 'applications', column: 'application_id' }),
  'server.process.configurationId': equality({ in: 'processes', column: 'process_id' }),
  'server.process.name': text({ in: 'processes', column: 'name' }),
  'server.process.commandLine': text({ in: 'processes', column: 'command_line' }),
};
