/**
 * The tables of the lake as data: what an agent may send, what Parquet holds, what the catalogue says. Columns and
 * their meaning: docs/reference/tables.md. A column is only ever added, at the end.
 */

export type ColumnType = 'text' | 'integer' | 'bigint' | 'double' | 'boolean' | 'timestamp';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Inclusive bounds of a number. */
  readonly min?: number;
  readonly max?: number;
  /** A row without it is refused. */
  readonly required?: boolean;
  /** The server fills it; an agent does not send it. */
  readonly server?: boolean;
}

export interface TableSchema {
  readonly name: TableName;
  readonly columns: readonly Column[];
  /** The timestamp column that decides a row's day. */
  readonly eventTime: string;
  /** Whether agents send it; the others are made by the server. */
  readonly fromAgents: boolean;
}

export const TABLE_NAMES = [
  'os_info_agent',
  'network_interface_agent',
  'sys_performance_agent',
  'processes_agent',
  'inbound_connection_agent',
  'outbound_connection_agent',
  'id_mapping_agent',
  'ingest_errors',
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/** Text of a day, `YYYY-MM-DD`: the only partition key of every table. */
export const PARTITION_KEY = 'dt';

const text = (name: string): Column => ({ name, type: 'text' });
const required = (name: string): Column => ({ name, type: 'text', required: true });
const count = (name: string): Column => ({ name, type: 'integer', min: 0, max: 2_147_483_647 });
const amount = (name: string): Column => ({ name, type: 'double', min: 0 });
const port = (name: string): Column => ({ name, type: 'integer', min: 0, max: 65_535 });
const time = (name: string): Column => ({ name, type: 'timestamp', required: true });

const ACCOUNT: Column = { name: 'account_number', type: 'bigint', server: true };
const AGENT: Column = { name: 'agent_id', type: 'text', server: true };

const CONNECTION_COLUMNS: readonly Column[] = [
  ACCOUNT,
  AGENT,
  required('source_ip'),
  port('source_port'),
  required('destination_ip'),
  port('destination_port'),
  text('ip_version'),
  text('transport_protocol'),
  text('agent_assigned_process_id'),
  time('agent_creation_date'),
];

const SYS_PERFORMANCE_COLUMNS: readonly Column[] = [
  ACCOUNT,
  AGENT,
  amount('total_disk_bytes_read_per_sec_in_kbps'),
  amount('total_disk_bytes_written_per_sec_in_kbps'),
  amount('total_disk_read_ops_per_sec'),
  amount('total_disk_write_ops_per_sec'),
  amount('total_network_bytes_read_per_sec_in_kbps'),
  amount('total_network_bytes_written_per_sec_in_kbps'),
  count('total_num_logical_processors'),
  count('total_num_cores'),
  count('total_num_cpus'),
  count('total_num_disks'),
  count('total_num_network_cards'),
  { name: 'total_cpu_usage_pct', type: 'double', min: 0, max: 100 },
  amount('total_disk_size_in_gb'),
  amount('total_disk_free_size_in_gb'),
  amount('total_ram_in_mb'),
  amount('free_ram_in_mb'),
  time('timestamp'),
];

const INGEST_ERROR_COLUMNS: readonly Column[] = [
  required('error_id'),
  ACCOUNT,
  AGENT,
  text('source'),
  text('table_name'),
  text('reason'),
  text('message'),
  text('payload'),
  { name: 'payload_truncated', type: 'boolean' },
  { name: 'event_timestamp', type: 'timestamp' },
  text('batch_producer'),
  { name: 'batch_epoch', type: 'bigint' },
  { name: 'batch_seq', type: 'bigint' },
  time('timestamp'),
];

const agentTable = (name: TableName, columns: readonly Column[], eventTime = 'timestamp'): TableSchema => ({
  name,
  columns,
  eventTime,
  fromAgents: true,
});

export const TABLES: Readonly<Record<TableName, TableSchema>> = {
  os_info_agent: agentTable('os_info_agent', [
    ACCOUNT,
    AGENT,
    text('os_name'),
    text('os_version'),
    text('cpu_type'),
    required('host_name'),
    text('hypervisor'),
    time('timestamp'),
  ]),
  network_interface_agent: agentTable('network_interface_agent', [
    ACCOUNT,
    AGENT,
    text('name'),
    text('mac_address'),
    text('family'),
    text('ip_address'),
    text('gateway'),
    text('net_mask'),
    time('timestamp'),
  ]),
  sys_performance_agent: agentTable('sys_performance_agent', SYS_PERFORMANCE_COLUMNS),
  processes_agent: agentTable(
    'processes_agent',
    [
      ACCOUNT,
      AGENT,
      required('agent_assigned_process_id'),
      { name: 'is_system', type: 'boolean' },
      text('name'),
      text('cmd_line'),
      text('path'),
      time('agent_provided_timestamp'),
    ],
    'agent_provided_timestamp',
  ),
  inbound_connection_agent: agentTable('inbound_connection_agent', CONNECTION_COLUMNS, 'agent_creation_date'),
  outbound_connection_agent: agentTable('outbound_connection_agent', CONNECTION_COLUMNS, 'agent_creation_date'),
  id_mapping_agent: {
    name: 'id_mapping_agent',
    columns: [AGENT, required('server_id'), ACCOUNT, time('timestamp')],
    eventTime: 'timestamp',
    fromAgents: false,
  },
  ingest_errors: { name: 'ingest_errors', columns: INGEST_ERROR_COLUMNS, eventTime: 'timestamp', fromAgents: false },
};

/** Hive's name of a type, for the catalogue. */
export const HIVE_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'string',
  integer: 'int',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamp',
};

export function isTableName(name: string): name is TableName {
  return Object.hasOwn(TABLES, name);
}

/** Why a row became a dead letter. */
export const REJECT_REASONS = [
  'UNDECODABLE',
  'MISSING_TIMESTAMP',
  'FUTURE',
  'VALUE_OUT_OF_RANGE',
  'SCHEMA_MISMATCH',
  'TOO_LARGE',
  'AGENT_REFUSED',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];
