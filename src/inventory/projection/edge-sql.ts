import { quoteText } from '../../telemetry/parquet-sql.ts';
import { EDGE } from './projection-sql.ts';

/** The statements that sum connections up, in the database of one projection step (projection-sql.ts). */

/** Addresses of the host itself, and those that are unique on one link only: every host has the same ones. */
const isLoopback = (column: string) =>
  `(starts_with(${column}, '127.') OR starts_with(${column}, '0.') OR ${column} IN ('::1', '::') OR starts_with(lower(${column}), '::ffff:127.'))`;
const isLinkLocal = (column: string) =>
  `(starts_with(${column}, '169.254.') OR lower(${column}[:3]) IN ('fe8', 'fe9', 'fea', 'feb'))`;

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
    FROM seen_edges e ASOF LEFT JOIN known_process_ids p
      ON p.agent_id = e.agent_id AND p.assigned_id = e.assigned_id AND p.first_ms <= e.latest_ms + ${PROCESS_LATER_MS}`,
  `CREATE VIEW next_observations AS SELECT server_id, is_outbound, ${EDGE}, arg_max(process_id, process_ms) AS process_id,
      max(process_ms) AS process_ms, sum(occurrence)::BIGINT AS occurrence, max(latest_ms) AS latest_ms
    FROM (SELECT * FROM old_observations WHERE server_id IN (SELECT server_id FROM agents)
      UNION ALL BY NAME FROM seen_observations) merged
    GROUP BY server_id, is_outbound, ${EDGE}`,
];

/** What an edge is known by. What is absent has a sign of its own: without one, edges that lack different things were alike. */
const IDENTITY = ['scope', ...EDGE.split(', ')].map((column) => `coalesce(${column}::VARCHAR, chr(30))`).join(', ');

/** One item for each edge, its ends found by who saw them last, else by address. Reads the observations of this step. */
export function composeConnections(observations: string): string {
  return `CREATE VIEW next_connections AS WITH marked AS (
      SELECT *, ${isLoopback('source_ip')} OR ${isLoopback('destination_ip')} AS is_loopback,
        is_loopback OR ${isLinkLocal('source_ip')} OR ${isLinkLocal('destination_ip')} AS is_local
      FROM read_parquet(${quoteText(observations)})),
    scoped AS (SELECT *, CASE WHEN is_local THEN server_id ELSE '' END AS scope, CASE WHEN is_loopback THEN server_id END AS host FROM marked),
    edges AS (SELECT scope, any_value(host) AS host, ${EDGE}, sum(occurrence)::BIGINT AS occurrence, max(latest_ms) AS latest_ms,
        arg_max({server_id: server_id, process_id: process_id}, latest_ms) FILTER (is_outbound) AS source,
        arg_max({server_id: server_id, process_id: process_id}, latest_ms) FILTER (NOT is_outbound) AS destination
      FROM scoped GROUP BY scope, ${EDGE})
    SELECT item_id('d-connection-', concat_ws(chr(31), ${IDENTITY})) AS connection_id,
      coalesce(source.server_id, host, s.server_id) AS source_server_id,
      coalesce(destination.server_id, host, d.server_id) AS destination_server_id,
      source.process_id AS source_process_id, destination.process_id AS destination_process_id, ${EDGE}, occurrence, latest_ms
    FROM edges LEFT JOIN addresses s ON s.address = lower(source_ip) LEFT JOIN addresses d ON d.address = lower(destination_ip)`;
}
