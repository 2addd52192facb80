import type { TableName } from '../core/records.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedHost } from './simulated-host.ts';

/** Rows of one table as the protocol sends them: equally long lists, by column. */
export type Columns = Readonly<Record<string, readonly unknown[]>>;
export type TableColumns = readonly [table: TableName, columns: Columns];

/** What an agent says of its host when it starts. */
export function hostFacts(host: SimulatedHost, nowMs: number): TableColumns[] {
  const timestamp = [new Date(nowMs).toISOString()];
  return [
    [
      'os_info_agent',
      {
        os_name: [host.osName],
        os_version: [host.osVersion],
        cpu_type: [host.cpuType],
        host_name: [host.hostName],
        hypervisor: [host.hypervisor],
        timestamp,
      },
    ],
    [
      'network_interface_agent',
      {
        name: ['eth0'],
        mac_address: [host.mac],
        family: ['IPv4'],
        ip_address: [host.ip],
        gateway: [host.gateway],
        net_mask: ['255.255.255.0'],
        timestamp,
      },
    ],
  ];
}

/** `rows` rows as agents send them in the long run: mostly connections and processes, a few samples of performance. */
export function periodicRows(host: SimulatedHost, random: SeededRandom, nowMs: number, rows: number): TableColumns[] {
  const samples = Math.max(1, Math.round(rows * 0.01));
  const processes = Math.round((rows - samples) * 0.4);
  const inbound = Math.round((rows - samples) * 0.3);
  const outbound = rows - samples - processes - inbound;
  const tables: TableColumns[] = [
    ['sys_performance_agent', performanceColumns(host, random, nowMs, samples)],
    ['processes_agent', processColumns(host, random, nowMs, processes)],
    ['inbound_connection_agent', connectionColumns({ host, random, nowMs, rows: inbound, inbound: true })],
    ['outbound_connection_agent', connectionColumns({ host, random, nowMs, rows: outbound, inbound: false })],
  ];
  return tables.filter(([, columns]) => Object.values(columns)[0]?.length !== 0);
}

const SAMPLE_MS = 15_000;

function performanceColumns(host: SimulatedHost, random: SeededRandom, nowMs: number, rows: number): Columns {
  const all = (make: () => unknown) => Array.from({ length: rows }, make);
  const rate = (to: number) => all(() => Math.round(random.between(0, to) * 100) / 100);
  return {
    total_disk_bytes_read_per_sec_in_kbps: rate(20_000),
    total_disk_bytes_written_per_sec_in_kbps: rate(40_000),
    total_disk_read_ops_per_sec: rate(800),
    total_disk_write_ops_per_sec: rate(1600),
    total_network_bytes_read_per_sec_in_kbps: rate(9000),
    total_network_bytes_written_per_sec_in_kbps: rate(12_000),
    total_num_logical_processors: all(() => host.cores),
    total_num_cores: all(() => host.cores),
    total_num_cpus: all(() => 1),
    total_num_disks: all(() => 1),
    total_num_network_cards: all(() => 1),
    total_cpu_usage_pct: rate(100),
    total_disk_size_in_gb: all(() => host.diskGb),
    total_disk_free_size_in_gb: rate(host.diskGb),
    total_ram_in_mb: all(() => host.ramMb),
    free_ram_in_mb: rate(host.ramMb),
    timestamp: Array.from({ length: rows }, (_, row) => new Date(nowMs - (rows - 1 - row) * SAMPLE_MS).toISOString()),
  };
}

function processColumns(host: SimulatedHost, random: SeededRandom, nowMs: number, rows: number): Columns {
  const chosen = Array.from({ length: rows }, () => host.programs[random.below(host.programs.length)]);
  const timestamp = new Date(nowMs).toISOString();
  return {
    agent_assigned_process_id: chosen.map(() => String(random.below(65_536))),
    is_system: chosen.map((program) => program?.path.startsWith('/usr/lib/systemd') ?? false),
    name: chosen.map((program) => program?.name ?? null),
    cmd_line: chosen.map((program) => `${program?.cmdLine} --worker ${random.below(64)}`),
    path: chosen.map((program) => program?.path ?? null),
    agent_provided_timestamp: chosen.map(() => timestamp),
  };
}

interface ConnectionsWanted {
  readonly host: SimulatedHost;
  readonly random: SeededRandom;
  readonly nowMs: number;
  readonly rows: number;
  readonly inbound: boolean;
}

function connectionColumns({ host, random, nowMs, rows, inbound }: ConnectionsWanted): Columns {
  const ports = host.programs.flatMap((program) => (inbound ? program.listens : program.calls));
  const timestamp = new Date(nowMs).toISOString();
  const all = <T>(make: () => T): T[] => Array.from({ length: rows }, make);
  const own = all(() => host.ip);
  const peers = all(() => random.pick(host.peers));
  return {
    source_ip: inbound ? peers : own,
    source_port: all(() => 32_768 + random.below(28_000)),
    destination_ip: inbound ? own : peers,
    destination_port: all(() => ports[random.below(ports.length)] ?? 443),
    ip_version: all(() => 'IPv4'),
    transport_protocol: all(() => 'TCP'),
    agent_assigned_process_id: all(() => String(random.below(65_536))),
    agent_creation_date: all(() => timestamp),
  };
}

/** The NDJSON body of a batch: one line a table. */
export function formatBody(tables: readonly TableColumns[]): string {
  return tables.map(([table, columns]) => `${JSON.stringify({ table, columns })}\n`).join('');
}
