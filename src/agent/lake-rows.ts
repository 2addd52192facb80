/** Rows the agent sends: the columns of the lake without those the server sets (account_number, agent_id, dt). */

type Text = string | null;
type Num = number | null;

export interface OsInfoRow {
  os_name: Text;
  os_version: Text;
  cpu_type: Text;
  host_name: Text;
  hypervisor: Text;
  timestamp: string;
}

export interface NetworkInterfaceRow {
  name: string;
  mac_address: Text;
  family: string;
  ip_address: string;
  gateway: Text;
  net_mask: Text;
  timestamp: string;
}

export interface SysPerformanceRow {
  total_disk_bytes_read_per_sec_in_kbps: Num;
  total_disk_bytes_written_per_sec_in_kbps: Num;
  total_disk_read_ops_per_sec: Num;
  total_disk_write_ops_per_sec: Num;
  total_network_bytes_read_per_sec_in_kbps: Num;
  total_network_bytes_written_per_sec_in_kbps: Num;
  total_num_logical_processors: Num;
  total_num_cores: Num;
  total_num_cpus: Num;
  total_num_disks: Num;
  total_num_network_cards: Num;
  total_cpu_usage_pct: Num;
  total_disk_size_in_gb: Num;
  total_disk_free_size_in_gb: Num;
  total_ram_in_mb: Num;
  free_ram_in_mb: Num;
  timestamp: string;
}

export interface ProcessRow {
  agent_assigned_process_id: string;
  is_system: boolean | null;
  name: Text;
  cmd_line: Text;
  path: Text;
  agent_provided_timestamp: string;
}

export interface ConnectionRow {
  source_ip: string;
  source_port: number;
  destination_ip: string;
  destination_port: number;
  ip_version: string;
  transport_protocol: string;
  agent_assigned_process_id: Text;
  agent_creation_date: string;
}

export interface LakeRows {
  os_info_agent: OsInfoRow[];
  network_interface_agent: NetworkInterfaceRow[];
  sys_performance_agent: SysPerformanceRow[];
  processes_agent: ProcessRow[];
  inbound_connection_agent: ConnectionRow[];
  outbound_connection_agent: ConnectionRow[];
}

export type LakeTable = keyof LakeRows;

export const LAKE_TABLES = [
  'os_info_agent',
  'network_interface_agent',
  'sys_performance_agent',
  'processes_agent',
  'inbound_connection_agent',
  'outbound_connection_agent',
] as const satisfies readonly LakeTable[];

export function createLakeRows(): LakeRows {
  return {
    os_info_agent: [],
    network_interface_agent: [],
    sys_performance_agent: [],
    processes_agent: [],
    inbound_connection_agent: [],
    outbound_connection_agent: [],
  };
}

/** `2026-01-02T03:04:05.678Z`. */
export function formatSampleTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
