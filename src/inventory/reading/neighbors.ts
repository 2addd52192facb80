import { sql } from 'kysely';
import type { LakeWriter } from '../../ports/sql-engine.ts';
import { isAfter, orderOf } from './keyset.ts';
import { runLakeSql } from './lake-sql.ts';

/** Connections of a server with one neighbour, or with one port of it. */
export interface Neighbor {
  readonly sourceServerId: string;
  readonly destinationServerId: string;
  /** With ports only. */
  readonly destinationPort: number | undefined;
  readonly transportProtocol: string | undefined;
  readonly connections: number;
}

/** The last neighbour before a page: both ids, then port and protocol where they are asked for. */
export type NeighborPosition = readonly (string | number)[];

export interface NeighborsQuestion {
  readonly serverId: string;
  readonly withPorts: boolean;
  /** Undefined: all servers are looked at. */
  readonly neighborIds: readonly string[] | undefined;
  readonly after: NeighborPosition | undefined;
  readonly limit: number;
}

interface NeighborRow {
  readonly servers: string;
  /** Null, as the others, in the only row of a page without neighbours. */
  readonly source_id: string | null;
  readonly destination_id: string;
  readonly destination_port: number;
  readonly transport_protocol: string;
  readonly connections: string;
}

/**
 * Servers one hop away, by source, destination, port and protocol, and how many there are beside the page. A server is no
 * neighbour of its own.
 */
export async function listNeighbors(
  engine: LakeWriter,
  question: NeighborsQuestion,
): Promise<{ neighbors: Neighbor[]; servers: number }> {
  const { serverId, withPorts, neighborIds, after, limit } = question;
  const names = ['source_id', 'destination_id', ...(withPorts ? ['destination_port', 'transport_protocol'] : [])];
  const columns = names.map((name) => ({ ref: sql.ref(name), isDescending: false }));
  const among = neighborIds && sql`and ${neighborOf(serverId)} in (${sql.join(neighborIds)})`;
  // One look at the connections for both answers.
  const rows = await runLakeSql(
    engine,
    sql<NeighborRow>`with edges as materialized (${edgesOf(serverId)}),
      known as (select count(distinct ${neighborOf(serverId)}) as servers from edges),
      page as (select ${sql.join(columns.map(({ ref }) => ref))}, sum(occurrence)::bigint as connections from edges
        where ${after === undefined ? sql`true` : isAfter(columns, after)} ${among ?? sql``}
        group by all order by ${orderOf(columns)} limit ${sql.lit(limit)})
      select known.servers, page.* from known left join page on true order by ${orderOf(columns)}`,
  );
  const neighbors = rows.filter((row) => row.source_id !== null);
  return { neighbors: neighbors.map((row) => readNeighbor(row, withPorts)), servers: Number(rows[0]?.servers ?? 0) };
}

function readNeighbor(row: NeighborRow, withPorts: boolean): Neighbor {
  return {
    sourceServerId: String(row.source_id),
    destinationServerId: row.destination_id,
    destinationPort: withPorts ? row.destination_port : undefined,
    transportProtocol: withPorts ? row.transport_protocol : undefined,
    connections: Number(row.connections),
  };
}

function neighborOf(serverId: string) {
  return sql`(case when source_id = ${serverId} then destination_id else source_id end)`;
}

function edgesOf(serverId: string) {
  return sql`select ss.server_id as source_id, ds.server_id as destination_id, t.destination_port,
      coalesce(t.transport_protocol, '') as transport_protocol, t.occurrence
    from connections t
    join servers ss on ss.server_no = t.source_server_no
    join servers ds on ds.server_no = t.destination_server_no
    where t.source_server_no <> t.destination_server_no
      and (t.source_server_no = (select server_no from servers where server_id = ${serverId})
        or t.destination_server_no = (select server_no from servers where server_id = ${serverId}))`;
}
