import type { TableName } from '../../core/records.ts';
import { composeRead, quoteText } from '../../telemetry/parquet-sql.ts';
import type { SnapshotName } from './projection-store.ts';

/**
 * The statements of a projection, for a DuckDB that is opened for one step and closed after it. Text only: nothing runs
 * here. Every sum is exact (integers and decimals), so rows give the same answer in one step or in many.
 */

/** Addresses of the host itself, and those that are unique on one link only: every host has the same ones. */
const isLoopback = (column: string) =>
  `(starts_with(${column}, '127.') OR starts_with(${column}, '0.') OR ${column} IN ('::1', '::') OR starts_with(lower(${column}), '::ffff:127.'))`;
const isLinkLocal = (column: string) =>
  `(starts_with(${column}, '169.254.') OR lower(${column}[:3]) IN ('fe8', 'fe9', 'fea', 'feb'))`;

/** Of the telemetry a step reads. */
export const PROJECTED_TABLES = [
  'os_info_agent',
  'network_interface_agent',
  'sys_performance_agent',
  'processes_agent',
  'inbound_connection_agent',
  'outbound_connection_agent',
] as const satisfies readonly TableName[];

/** Local files with a line for each agent, and for each address that names a server. */
export interface PlaceFiles {
  readonly agents: string;
  readonly addresses: string;
}

/**
 * `new_<table>`: the rows of the files of a step, without those an agent observed before its server was deleted.
 * `ignored` has the agents of which some are to be left out.
 */
export function composeNews(paths: ReadonlyMap<TableName, readonly string[]>, ignored: string): string[] {
  const marks = `CREATE TABLE ignored AS SELECT * FROM read_json(${quoteText(ignored)}, format = 'newline_delimited',
    columns = {agent_id: 'VARCHAR', through_ms: 'BIGINT'})`;
  return [
    marks,
    ...PROJECTED_TABLES.map((table) => {
      const event = EVENT_COLUMNS[table];
      return `CREATE VIEW new_${table} AS SELECT r.*, epoch_ms(r."${event}") AS event_ms
        FROM ${composeRead(table, paths.get(table) ?? [])} r LEFT JOIN ignored i ON i.agent_id = r.agent_id
        WHERE i.agent_id IS NULL OR epoch_ms(r."${event}") > i.through_ms`;
    }),
  ];
}

const EVENT_COLUMNS: Readonly<Record<(typeof PROJECTED_TABLES)[number], string>> = {
  os_info_agent: 'timestamp',
  network_interface_agent: 'timestamp',
  sys_performance_agent: 'timestamp',
  processes_agent: 'agent_provided_timestamp',
  inbound_connection_agent: 'agent_creation_date',
  outbound_connection_agent: 'agent_creation_date',
};

/** Every agent that has new rows. */
export const SELECT_AGENTS = `${PROJECTED_TABLES.map((table) => `SELECT DISTINCT agent_id FROM new_${table}`).join(' UNION ')}
  ORDER BY agent_id`;

/** The newest row of each agent. */
export const SELECT_OS = `SELECT agent_id, max(event_ms)::DOUBLE AS observed_ms, unnest(arg_max({host_name: host_name, os_name: os_name,
  os_version: os_version, cpu_type: cpu_type, hypervisor: hypervisor}, event_ms)) FROM new_os_info_agent GROUP BY agent_id`;

/** Rows of one look at the interfaces have nearly the same time. */
const ONE_LOOK_MS = 5000;

/** The newest list of each agent. */
export const SELECT_NETWORK = `WITH newest AS (SELECT agent_id, max(event_ms) AS newest_ms FROM new_network_interface_agent GROUP BY agent_id),
  latest AS (SELECT DISTINCT r.agent_id, newest_ms, name, mac_address, family, ip_address, gateway, net_mask
    FROM new_network_interface_agent r JOIN newest n ON n.agent_id = r.agent_id AND r.event_ms >= newest_ms - ${ONE_LOOK_MS})
  SELECT agent_id, newest_ms::DOUBLE AS observed_ms, list({name: name, mac_address: mac_address, family: family, ip_address: ip_address,
    gateway: gateway, net_mask: net_mask} ORDER BY name, family, ip_address, mac_address) AS addresses
  FROM latest GROUP BY agent_id, newest_ms`;

/** The macro that names items: the same text gives the same id, for ever. */
export const CREATE_ITEM_ID = `CREATE MACRO item_id(kind, said) AS
  kind || '0' || lpad(lower(to_base((md5_number_lower(said) >> 1)::BIGINT, 36)), 13, '0')`;

/** `old_<snapshot>`: what the snapshot before this step holds, or nothing. */
export function composeOld(name: SnapshotName, path: string | undefined): string {
  const { columns } = SNAPSHOTS[name];
  const empty = `SELECT ${Object.entries(columns).map(([column, type]) => `NULL::${type} AS ${column}`)} WHERE false`;
  return `CREATE VIEW old_${name} AS ${path === undefined ? empty : `SELECT * FROM read_parquet(${quoteText(path)})`}`;
}

export function composePlaces(files: PlaceFiles): string[] {
  const read = (path: string, columns: string) =>
    `read_json(${quoteText(path)}, format = 'newline_delimited', columns = ${columns})`;
  return [
    `CREATE TABLE agents AS SELECT * FROM ${read(files.agents, `{agent_id: 'VARCHAR', server_id: 'VARCHAR', through_ms: 'BIGINT'}`)}`,
    `CREATE TABLE addresses AS SELECT * FROM ${read(files.addresses, `{address: 'VARCHAR', server_id: 'VARCHAR'}`)}`,
  ];
}

/** Rows a row group: small enough that a reader of a few skips most. */
const ROW_GROUP_ROWS = 61_440;

export function composeSnapshotCopy(name: SnapshotName, target: string): string {
  return `COPY (FROM next_${name} ORDER BY ${SNAPSHOTS[name].order}) TO ${quoteText(target)}
    (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`;
}

interface SnapshotShape {
  readonly columns: Readonly<Record<string, string>>;
  readonly order: string;
}

const EDGE = 'source_ip, destination_ip, destination_port, transport_protocol, ip_version';
const EDGE_COLUMNS = {
  source_ip: 'VARCHAR',
  destination_ip: 'VARCHAR',
  destination_port: 'INTEGER',
  transport_protocol: 'VARCHAR',
  ip_version: 'VARCHAR',
};

/** What is averaged, with the factor to the unit of the attribute: kilobits to KB, MB to KB. */
const AVERAGED = {
  total_cpu_usage_pct: { name: 'CpuUsagePct', factor: 1 },
  total_disk_read_ops_per_sec: { name: 'DiskReadIops', factor: 1 },
  total_disk_write_ops_per_sec: { name: 'DiskWriteIops', factor: 1 },
  total_disk_bytes_read_per_sec_in_kbps: { name: 'DiskReadsPerSecondKb', factor: 1000 / 8 / 1024 },
  total_disk_bytes_written_per_sec_in_kbps: { name: 'DiskWritesPerSecondKb', factor: 1000 / 8 / 1024 },
  total_network_bytes_read_per_sec_in_kbps: { name: 'NetworkReadsPerSecondKb', factor: 1000 / 8 / 1024 },
  total_network_bytes_written_per_sec_in_kbps: { name: 'NetworkWritesPerSecondKb', factor: 1000 / 8 / 1024 },
  free_ram_in_mb: { name: 'FreeRamKb', factor: 1024 },
} as const;

/** What is a fact of the host: its newest value. */
const NEWEST = {
  total_num_cpus: { name: 'numCpus', factor: 1 },
  total_num_cores: { name: 'numCores', factor: 1 },
  total_num_logical_processors: { name: 'numLogicalProcessors', factor: 1 },
  total_num_disks: { name: 'numDisks', factor: 1 },
  total_num_network_cards: { name: 'numNetworkCards', factor: 1 },
  total_ram_in_mb: { name: 'totalRamKb', factor: 1024 },
  total_disk_size_in_gb: { name: 'totalDiskSizeKb', factor: 1024 * 1024 },
  total_disk_free_size_in_gb: { name: 'totalDiskFreeSizeKb', factor: 1024 * 1024 },
} as const;

/** Of the one average whose worst is its smallest. */
const isSmallestWorst = (column: string) => column === 'free_ram_in_mb';

const SUM_COLUMNS = Object.fromEntries(
  Object.keys(AVERAGED).flatMap((column) => [
    [`${column}_n`, 'BIGINT'],
    [`${column}_sum`, 'DECIMAL(38,6)'],
    [`${column}_worst`, 'DOUBLE'],
  ]),
);

export const SNAPSHOTS: Readonly<Record<SnapshotName, SnapshotShape>> = {
  processes: {
    columns: {
      process_id: 'VARCHAR',
      server_id: 'VARCHAR',
      agent_id: 'VARCHAR',
      name: 'VARCHAR',
      path: 'VARCHAR',
      command_line: 'VARCHAR',
      first_ms: 'BIGINT',
    },
    order: 'process_id',
  },
  connections: {
    columns: {
      connection_id: 'VARCHAR',
      source_server_id: 'VARCHAR',
      destination_server_id: 'VARCHAR',
      source_process_id: 'VARCHAR',
      destination_process_id: 'VARCHAR',
      ...EDGE_COLUMNS,
      occurrence: 'BIGINT',
      latest_ms: 'BIGINT',
    },
    order: 'connection_id',
  },
  process_ids: {
    columns: {
      agent_id: 'VARCHAR',
      assigned_id: 'VARCHAR',
      process_id: 'VARCHAR',
      first_ms: 'BIGINT',
      last_ms: 'BIGINT',
    },
    order: 'agent_id, assigned_id, first_ms',
  },
  observations: {
    columns: {
      server_id: 'VARCHAR',
      is_outbound: 'BOOLEAN',
      ...EDGE_COLUMNS,
      process_id: 'VARCHAR',
      process_ms: 'BIGINT',
      occurrence: 'BIGINT',
      latest_ms: 'BIGINT',
    },
    order: `server_id, ${EDGE}, is_outbound`,
  },
  performance: {
    columns: {
      agent_id: 'VARCHAR',
      through_ms: 'BIGINT',
      observed_ms: 'BIGINT',
      ...SUM_COLUMNS,
      ...Object.fromEntries(Object.keys(NEWEST).map((column) => [column, 'DOUBLE'])),
    },
    order: 'agent_id',
  },
};

/** Sums of all samples of an agent since its server was made: averages come of all samples, never of averages. */
export function composePerformance(): string {
  const averaged = Object.keys(AVERAGED);
  const newest = Object.keys(NEWEST);
  const worst = (column: string) => (isSmallestWorst(column) ? 'min' : 'max');
  const sums = averaged.map(
    (
      column,
    ) => `count(try_cast(${column} AS DECIMAL(38,6))) AS ${column}_n, sum(try_cast(${column} AS DECIMAL(38,6))) AS ${column}_sum,
      ${worst(column)}(${column}) AS ${column}_worst`,
  );
  const added = averaged.map(
    (column) => `sum(${column}_n)::BIGINT AS ${column}_n, sum(${column}_sum) AS ${column}_sum,
      ${worst(column)}(${column}_worst) AS ${column}_worst`,
  );
  return `CREATE TABLE next_performance AS
    WITH fresh AS (SELECT r.agent_id, coalesce(any_value(i.through_ms), 0) AS through_ms, max(event_ms) AS observed_ms, ${sums},
        ${newest.map((column) => `arg_max(${column}, event_ms)::DOUBLE AS ${column}`)}
      FROM new_sys_performance_agent r LEFT JOIN ignored i ON i.agent_id = r.agent_id GROUP BY r.agent_id),
    kept AS (SELECT o.* FROM old_performance o LEFT JOIN ignored i ON i.agent_id = o.agent_id WHERE o.through_ms = coalesce(i.through_ms, 0))
    SELECT agent_id, through_ms, max(observed_ms) AS observed_ms, ${added}, ${newest.map((column) => `arg_max(${column}, observed_ms) AS ${column}`)}
    FROM (FROM kept UNION ALL BY NAME FROM fresh) merged GROUP BY agent_id, through_ms`;
}

/** As the attributes of a server (server-attributes.ts), for the agents that have new samples. */
export function composePerformanceAttributes(): string {
  const averages = Object.entries(AVERAGED).map(([column, { name, factor }]) => {
    const worst = `${isSmallestWorst(column) ? 'min' : 'max'}${name}`;
    return `${column}_sum::DOUBLE / nullif(${column}_n, 0) * ${factor} AS "avg${name}", ${column}_worst * ${factor} AS "${worst}"`;
  });
  const newest = Object.entries(NEWEST).map(([column, { name, factor }]) => `round(${column} * ${factor}) AS "${name}"`);
  return `SELECT agent_id, observed_ms::DOUBLE AS observed_ms, ${[...averages, ...newest].join(', ')} FROM next_performance
    WHERE agent_id IN (SELECT DISTINCT agent_id FROM new_sys_performance_agent)`;
}

/** One item for each different process of a server: the same program with the same command line is the same process. */
export const CREATE_PROCESSES = [
  `CREATE TABLE seen_processes AS SELECT a.server_id, r.agent_id, agent_assigned_process_id AS assigned_id, r.name, r.path, r.cmd_line AS command_line,
      item_id('d-process-', concat_ws(chr(31), a.server_id, coalesce(r.name, ''), coalesce(r.path, ''), coalesce(r.cmd_line, ''))) AS process_id,
      min(event_ms) AS first_ms, max(event_ms) AS last_ms
    FROM new_processes_agent r JOIN agents a ON a.agent_id = r.agent_id WHERE a.server_id <> '' GROUP BY ALL`,
  `CREATE VIEW next_processes AS SELECT process_id, any_value(server_id) AS server_id, arg_min(agent_id, first_ms) AS agent_id,
      any_value(name) AS name, any_value(path) AS path, any_value(command_line) AS command_line, min(first_ms) AS first_ms
    FROM (SELECT * FROM old_processes WHERE server_id IN (SELECT server_id FROM agents)
      UNION ALL BY NAME SELECT process_id, server_id, agent_id, name, path, command_line, first_ms FROM seen_processes) merged
    GROUP BY process_id`,
  `CREATE TABLE next_process_ids AS SELECT agent_id, assigned_id, process_id, min(first_ms) AS first_ms, max(last_ms) AS last_ms
    FROM (FROM old_process_ids UNION ALL BY NAME SELECT agent_id, assigned_id, process_id, first_ms, last_ms FROM seen_processes) merged
    WHERE agent_id IN (SELECT agent_id FROM agents WHERE server_id <> '') GROUP BY agent_id, assigned_id, process_id`,
];

/** How many processes the step would add, move back in time, or drop: none means that the snapshot may stay. */
export const COUNT_PROCESS_CHANGES = `SELECT
  (SELECT count(*) FROM (SELECT process_id, min(first_ms) AS first_ms FROM seen_processes GROUP BY process_id) s
    LEFT JOIN (SELECT process_id, first_ms FROM old_processes) o ON o.process_id = s.process_id
    WHERE o.process_id IS NULL OR s.first_ms < o.first_ms)::DOUBLE AS added,
  (SELECT count(*) FROM old_processes WHERE server_id NOT IN (SELECT server_id FROM agents))::DOUBLE AS gone`;

/** A connection may be seen a moment before the process that has it. */
const PROCESS_LATER_MS = 60_000;

/**
 * What each server saw of an edge, summed up: the source's end and the destination's end see the same edge. The process
 * is the newest one that had the connection; a number the system gives out again names the one that had it then.
 */
export const CREATE_OBSERVATIONS = [
  `CREATE TABLE seen_edges AS SELECT a.server_id, r.agent_id, is_outbound, agent_assigned_process_id AS assigned_id, ${EDGE},
      count(*) AS occurrence, max(event_ms) AS latest_ms
    FROM (SELECT true AS is_outbound, * FROM new_outbound_connection_agent
      UNION ALL BY NAME SELECT false AS is_outbound, * FROM new_inbound_connection_agent) r
    JOIN agents a ON a.agent_id = r.agent_id WHERE a.server_id <> '' GROUP BY ALL`,
  `CREATE TABLE seen_observations AS SELECT e.server_id, e.is_outbound, ${EDGE.split(', ').map((column) => `e.${column}`)},
      p.process_id, CASE WHEN p.process_id IS NULL THEN NULL ELSE e.latest_ms END AS process_ms, e.occurrence, e.latest_ms
    FROM seen_edges e ASOF LEFT JOIN next_process_ids p
      ON p.agent_id = e.agent_id AND p.assigned_id = e.assigned_id AND p.first_ms <= e.latest_ms + ${PROCESS_LATER_MS}`,
  `CREATE VIEW next_observations AS SELECT server_id, is_outbound, ${EDGE}, arg_max(process_id, process_ms) AS process_id,
      max(process_ms) AS process_ms, sum(occurrence)::BIGINT AS occurrence, max(latest_ms) AS latest_ms
    FROM (SELECT * FROM old_observations WHERE server_id IN (SELECT server_id FROM agents)
      UNION ALL BY NAME FROM seen_observations) merged
    GROUP BY server_id, is_outbound, ${EDGE}`,
];

/** One item for each edge, its ends found by who saw them, else by address. Reads the observations of this step. */
export function composeConnections(observations: string): string {
  return `CREATE VIEW next_connections AS WITH marked AS (
      SELECT *, ${isLoopback('source_ip')} OR ${isLoopback('destination_ip')} AS is_loopback,
        is_loopback OR ${isLinkLocal('source_ip')} OR ${isLinkLocal('destination_ip')} AS is_local
      FROM read_parquet(${quoteText(observations)})),
    scoped AS (SELECT *, CASE WHEN is_local THEN server_id ELSE '' END AS scope, CASE WHEN is_loopback THEN server_id END AS host FROM marked),
    edges AS (SELECT scope, any_value(host) AS host, ${EDGE}, sum(occurrence)::BIGINT AS occurrence, max(latest_ms) AS latest_ms,
        arg_max(server_id, latest_ms) FILTER (is_outbound) AS out_server, arg_max(server_id, latest_ms) FILTER (NOT is_outbound) AS in_server,
        arg_max(process_id, process_ms) FILTER (is_outbound) AS source_process_id,
        arg_max(process_id, process_ms) FILTER (NOT is_outbound) AS destination_process_id
      FROM scoped GROUP BY scope, ${EDGE})
    SELECT item_id('d-connection-', concat_ws(chr(31), scope, source_ip, destination_ip, destination_port::VARCHAR, transport_protocol, ip_version))
        AS connection_id,
      coalesce(out_server, host, s.server_id) AS source_server_id,
      coalesce(in_server, host, d.server_id) AS destination_server_id,
      source_process_id, destination_process_id, ${EDGE}, occurrence, latest_ms
    FROM edges LEFT JOIN addresses s ON s.address = lower(source_ip) LEFT JOIN addresses d ON d.address = lower(destination_ip)`;
}
