import type { TableName } from '../../core/records.ts';
import { DAY_MS } from '../../core/time.ts';
import { composeRead, quoteText } from '../../telemetry/parquet-sql.ts';
import { PERFORMANCE_COLUMNS } from './performance-sql.ts';
import type { SnapshotName } from './projection-store.ts';

/**
 * The statements of a projection, for a DuckDB that is opened for one step and closed after it. Text only: nothing runs
 * here. Every sum is exact (integers and decimals), so rows give the same answer in one step or in many.
 */

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

/** `said_<section>`: a row an agent, so that what agents say can be read some agents at a time. */
export function composeSaid(section: string, rows: string): string {
  return `CREATE TABLE said_${section} AS SELECT * FROM (${rows}) ORDER BY agent_id`;
}

/** Of the agents from the first value to the second, both included. */
export function composeSaidBetween(section: string): string {
  return `SELECT * FROM said_${section} WHERE agent_id BETWEEN $1 AND $2`;
}

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
    // Servers may have been deleted since the step began.
    'CREATE OR REPLACE TABLE ignored AS SELECT agent_id, through_ms FROM agents WHERE through_ms > 0',
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

export const EDGE = 'source_ip, destination_ip, destination_port, transport_protocol, ip_version';
const EDGE_COLUMNS = {
  source_ip: 'VARCHAR',
  destination_ip: 'VARCHAR',
  destination_port: 'INTEGER',
  transport_protocol: 'VARCHAR',
  ip_version: 'VARCHAR',
};

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
    columns: PERFORMANCE_COLUMNS,
    order: 'agent_id',
  },
};

/**
 * What the number of a process stands for is kept for this long after its agent last saw it, agents say it every hour, and
 * hosts give out new ones for ever.
 */
const NUMBER_KEPT_MS = 7 * DAY_MS;

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
  `CREATE TABLE known_process_ids AS SELECT o.agent_id, assigned_id, process_id, min(first_ms) AS first_ms, max(last_ms) AS last_ms
    FROM (FROM old_process_ids UNION ALL BY NAME SELECT agent_id, assigned_id, process_id, first_ms, last_ms FROM seen_processes) o
    JOIN agents a ON a.agent_id = o.agent_id WHERE a.server_id <> '' AND first_ms > coalesce(a.through_ms, 0)
    GROUP BY o.agent_id, assigned_id, process_id`,
  `CREATE VIEW next_process_ids AS SELECT k.* FROM known_process_ids k
    JOIN (SELECT agent_id, max(last_ms) AS newest_ms FROM known_process_ids GROUP BY agent_id) n ON n.agent_id = k.agent_id
    WHERE k.last_ms >= n.newest_ms - ${NUMBER_KEPT_MS}`,
];

/** How many processes the step would add, move back in time, or drop: none means that the snapshot may stay. */
export const COUNT_PROCESS_CHANGES = `SELECT
  (SELECT count(*) FROM (SELECT process_id, min(first_ms) AS first_ms FROM seen_processes GROUP BY process_id) s
    LEFT JOIN (SELECT process_id, first_ms FROM old_processes) o ON o.process_id = s.process_id
    WHERE o.process_id IS NULL OR s.first_ms < o.first_ms)::DOUBLE AS added,
  (SELECT count(*) FROM old_processes WHERE server_id NOT IN (SELECT server_id FROM agents))::DOUBLE AS gone`;
