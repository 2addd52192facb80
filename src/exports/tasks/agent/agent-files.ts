import { TABLES, type TableName } from '../../../core/records.ts';
import { quoteName, quoteText } from '../../../telemetry/parquet-sql.ts';

/**
 * The CSV files of an agent export as data: which table each holds, and how its columns are called. Order and spelling are
 * what public readers of these files expect (they go by position or by name).
 */
export interface AgentFile {
  /** After the account id and `_`, before `.csv`. */
  readonly name: string;
  readonly table: TableName;
  readonly columns: readonly (readonly [column: string, header: string])[];
}

const CONNECTION_COLUMNS = [
  ['account_number', 'accountNumber'],
  ['agent_id', 'agentId'],
  ['source_ip', 'sourceIp'],
  ['source_port', 'sourcePort'],
  ['destination_ip', 'destinationIp'],
  ['destination_port', 'destinationPort'],
  ['ip_version', 'ipVersion'],
  ['transport_protocol', 'transportProtocol'],
  ['agent_assigned_process_id', 'agentAssignedProcessId'],
  ['agent_creation_date', 'agentCreationDate'],
] as const;

export const AGENT_FILES: readonly AgentFile[] = [
  { name: 'destinationProcessConnection', table: 'inbound_connection_agent', columns: CONNECTION_COLUMNS },
  {
    name: 'networkInterface',
    table: 'network_interface_agent',
    columns: [
      ['account_number', 'accountNumber'],
      ['agent_id', 'agentId'],
      ['name', 'name'],
      ['mac_address', 'macAddress'],
      ['family', 'family'],
      ['ip_address', 'ipAddress'],
      ['gateway', 'gateway'],
      ['net_mask', 'netMask'],
      ['timestamp', 'timestamp'],
    ],
  },
  {
    name: 'osInfo',
    table: 'os_info_agent',
    columns: [
      ['account_number', 'accountNumber'],
      ['agent_id', 'agentId'],
      ['os_name', 'osName'],
      ['os_version', 'osVersion'],
      ['cpu_type', 'cpuType'],
      ['host_name', 'hostName'],
      ['hypervisor', 'hypervisor'],
      ['timestamp', 'timestamp'],
    ],
  },
  {
    name: 'process',
    table: 'processes_agent',
    columns: [
      ['account_number', 'accountNumber'],
      ['agent_id', 'agentId'],
      ['agent_assigned_process_id', 'agentAssignedProcessId'],
      ['is_system', 'isSystem'],
      ['name', 'name'],
      ['cmd_line', 'cmdLine'],
      ['path', 'path'],
      ['agent_provided_timestamp', 'agentProvidedTimeStamp'],
    ],
  },
  { name: 'sourceProcessConnection', table: 'outbound_connection_agent', columns: CONNECTION_COLUMNS },
  {
    name: 'systemPerformance',
    table: 'sys_performance_agent',
    columns: [
      ['account_number', 'accountNumber'],
      ['agent_id', 'agentId'],
      ['total_disk_bytes_read_per_sec_in_kbps', 'totalDiskBytesReadPerSecond (Kbps)'],
      ['total_disk_bytes_written_per_sec_in_kbps', 'totalDiskBytesWrittenPerSecond (Kbps)'],
      ['total_disk_read_ops_per_sec', 'totalDiskReadOpsPerSecond'],
      ['total_disk_write_ops_per_sec', 'totalDiskWriteOpsPerSecond'],
      ['total_network_bytes_read_per_sec_in_kbps', 'totalNetworkBytesReadPerSecond (Kbps)'],
      ['total_network_bytes_written_per_sec_in_kbps', 'totalNetworkBytesWrittenPerSecond (Kbps)'],
      ['total_num_logical_processors', 'totalNumLogicalProcessors'],
      ['total_num_cores', 'totalNumCores'],
      ['total_num_cpus', 'totalNumCpus'],
      ['total_num_disks', 'totalNumDisks'],
      ['total_num_network_cards', 'totalNumNetworkCards'],
      ['total_cpu_usage_pct', 'totalCpuUsagePct'],
      ['total_disk_size_in_gb', 'totalDiskSize (GB)'],
      ['total_disk_free_size_in_gb', 'totalDiskFreeSize (GB)'],
      ['total_ram_in_mb', 'totalRAM (MB)'],
      ['free_ram_in_mb', 'freeRAM (MB)'],
      ['timestamp', 'timestamp'],
    ],
  },
];

/** The rows of one agent in some files. Times are epoch milliseconds: from, inclusive, to, exclusive. */
export interface AgentRows {
  readonly table: TableName;
  readonly paths: readonly string[];
  readonly accountId: string;
  readonly agentId: string;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** How many rows there are, and the first and last event: `rows`, `first_ms`, `last_ms`. */
export function composeSpan(rows: AgentRows): string {
  const event = quoteName(TABLES[rows.table].eventTime);
  return `SELECT count(*) AS rows, epoch_ms(min(${event})) AS first_ms, epoch_ms(max(${event})) AS last_ms ${fromWhere(rows)}`;
}

/** The statement that writes the rows as CSV: RFC 4180, a header line, empty for null. */
export function composeCsvCopy(file: AgentFile, rows: AgentRows, target: string): string {
  const selected = file.columns.map(
    ([column, header]) => `${selectionOf(file.table, column, rows)} AS ${quoteName(header)}`,
  );
  return `COPY (SELECT ${selected.join(', ')} ${fromWhere(rows)}) TO ${quoteText(target)}
    (FORMAT csv, HEADER true, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR '')`;
}

function selectionOf(table: TableName, name: string, rows: AgentRows): string {
  // Printed as people write it: the number of the lake has lost its leading zeros.
  if (name === 'account_number') return quoteText(rows.accountId);
  const quoted = quoteName(name);
  const type = TABLES[table].columns.find((column) => column.name === name)?.type;
  if (type !== 'timestamp') return quoted;
  // `2016-10-28 23:44:00.0`: as many digits as there are, but at least one.
  return `CASE WHEN ${quoted} = date_trunc('second', ${quoted}) THEN ${quoted}::VARCHAR || '.0' ELSE ${quoted}::VARCHAR END`;
}

function fromWhere({ table, paths, agentId, fromMs, toMs }: AgentRows): string {
  const event = quoteName(TABLES[table].eventTime);
  const conditions = [
    `agent_id = ${quoteText(agentId)}`,
    ...(fromMs === undefined ? [] : [`${event} >= make_timestamp_ms(${fromMs})`]),
    ...(toMs === undefined ? [] : [`${event} < make_timestamp_ms(${toMs})`]),
  ];
  return `FROM read_parquet([${paths.map(quoteText).join(', ')}], union_by_name = true, hive_partitioning = false)
    WHERE ${conditions.join(' AND ')}`;
}
