/**
 * What the columns of the lake mean and in which unit, for the reference page. A key is a column of every table, or
 * `table.column` where one table differs.
 */

import type { RejectReason, TableName } from '../src/core/records.ts';

export const TABLE_MEANINGS: Readonly<Record<TableName, string>> = {
  os_info_agent: 'The operating system of a host: on change, and at least once a day.',
  network_interface_agent: 'One row an address of an interface: on change, and at least once a day.',
  sys_performance_agent:
    'Load of a host, one row a sample. Rates are means over the time since the sample before, and null in the first.',
  processes_agent: 'Programs that run: at first sight, then once an hour while they live.',
  inbound_connection_agent:
    'Connections that others opened to a host: at first sight, then once an hour while they are open.',
  outbound_connection_agent: 'Connections that a host opened: at first sight, then once an hour while they are open.',
  id_mapping_agent: 'Which server an agent stands for: with the first kept rows of an agent on each UTC day.',
  ingest_errors: 'Dead letters: rows that came and could not be placed, with the reason. They count as acknowledged.',
};

export const COLUMN_MEANINGS: Readonly<Record<string, string>> = {
  account_number: 'account',
  agent_id: 'agent the row is of',
  timestamp: 'when it was observed',
  host_name: 'name of the host',
  os_name: 'operating system',
  os_version: 'version of the operating system',
  cpu_type: 'kind of processor',
  hypervisor: 'kind of hypervisor; null on bare metal or where unknown',
  'network_interface_agent.name': 'name of the interface',
  mac_address: 'MAC address',
  family: '`IPv4` or `IPv6`',
  ip_address: 'address',
  gateway: "gateway of the address's network",
  net_mask: "mask of the address's network",
  total_disk_bytes_read_per_sec_in_kbps: 'read from all disks, kilobits per second (bytes per second × 8 / 1000)',
  total_disk_bytes_written_per_sec_in_kbps: 'written to all disks, kilobits per second',
  total_disk_read_ops_per_sec: 'read operations per second',
  total_disk_write_ops_per_sec: 'write operations per second',
  total_network_bytes_read_per_sec_in_kbps: 'received by all network cards, kilobits per second',
  total_network_bytes_written_per_sec_in_kbps: 'sent by all network cards, kilobits per second',
  total_num_logical_processors: 'cores × threads a core',
  total_num_cores: 'processing units within the processors',
  total_num_cpus: 'processors',
  total_num_disks: 'physical disks',
  total_num_network_cards: 'network cards',
  total_cpu_usage_pct: 'processor time used since the sample before, percent of all processors',
  total_disk_size_in_gb: 'capacity of all disks, GiB (2^30 bytes)',
  total_disk_free_size_in_gb: 'free space of all disks, GiB',
  total_ram_in_mb: 'memory, MiB (2^20 bytes)',
  free_ram_in_mb: 'memory that is free or can be freed at once, MiB',
  agent_assigned_process_id: "the agent's id of the process; joins with `agent_id`",
  is_system: 'whether it is a process of the operating system',
  'processes_agent.name': 'name of the process',
  cmd_line: 'command line',
  path: 'path of the program; null without the right to see it',
  agent_provided_timestamp: 'when it was observed',
  source_ip: 'address of the side that opened the connection',
  source_port: 'its port',
  destination_ip: 'address of the side that accepted it',
  destination_port: 'its port',
  ip_version: '`IPv4` or `IPv6`',
  transport_protocol: '`TCP` or `UDP`',
  agent_creation_date: 'when it was observed',
  server_id: 'the server, `d-server-` and 14 characters',
  'id_mapping_agent.timestamp': 'when the mapping was made or confirmed',
  error_id: 'hash of source, batch, table and row: a repeat has the same',
  source: 'protocol it came by: `native`',
  table_name: 'table the row named',
  reason: 'code, see below',
  message: 'which column and what is wrong with it',
  payload: 'the row as JSON text, or the line when all its rows were refused; at most 64 KiB',
  payload_truncated: 'whether the payload was cut',
  event_timestamp: 'event time, where it could be read',
  batch_producer: 'who numbered the batch: the agent',
  batch_epoch: 'epoch of the batch number',
  batch_seq: 'sequence in the epoch',
  'ingest_errors.timestamp': 'when it was received',
};

export const REASON_MEANINGS: Readonly<Record<RejectReason, string>> = {
  UNDECODABLE: 'a value is not of the type of its column',
  MISSING_TIMESTAMP: 'no usable event time',
  FUTURE: 'a time more than 10 minutes ahead of the server',
  VALUE_OUT_OF_RANGE: 'a number of the right type outside the bounds above',
  SCHEMA_MISMATCH: 'a table or column that agents do not send, or a required value that is missing',
  TOO_LARGE: 'a row above 64 KiB',
  AGENT_REFUSED: 'an administrator refuses the agent',
};
