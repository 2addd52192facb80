/** Nodes, versions, facets and edges. Every write is the same in whatever order events come. */

import type { Insertable } from 'kysely';
import type {
  LineageEdgesTable,
  LineageFacetsTable,
  LineageNodeVersionsTable,
} from '../../ports/state/lineage-schema.ts';
import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';

export interface NodeRef extends DomainRef {
  readonly nodeId: string;
}

export interface LineageNode extends NodeRef {
  readonly sourceIdentifier: string;
  readonly typeName: string;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Rows of one statement: well below what a statement of SQLite may bind. */
const ROWS_A_STATEMENT = 500;

const NODE_COLUMNS = [
  'account_id',
  'domain_id',
  'node_id',
  'source_identifier',
  'type_name',
  'created_by',
  'created_at_ms',
  'updated_at_ms',
] as const;

export async function findNode(queries: StateQueries, ref: NodeRef): Promise<LineageNode | undefined> {
  const row = await queries
    .selectFrom('lineage_nodes')
    .select(NODE_COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('node_id', '=', ref.nodeId)
    .executeTakeFirst();
  return row === undefined ? undefined : readNode(row);
}

/** In the order of their types, where things of several types are known by one identifier. */
export async function listNodesBySource(
  queries: StateQueries,
  domain: DomainRef,
  sourceIdentifiers: readonly string[],
): Promise<LineageNode[]> {
  const nodes: LineageNode[] = [];
  for (const some of inChunks(sourceIdentifiers)) {
    const rows = await queries
      .selectFrom('lineage_nodes')
      .select(NODE_COLUMNS)
      .where('account_id', '=', domain.accountId)
      .where('domain_id', '=', domain.domainId)
      .where('source_identifier', 'in', some)
      .orderBy('source_identifier')
      .orderBy('type_name')
      .execute();
    nodes.push(...rows.map(readNode));
  }
  return nodes;
}

export async function insertNodes(tx: StateTransaction, nodes: readonly LineageNode[]): Promise<void> {
  for (const some of inChunks(nodes)) {
    await tx
      .insertInto('lineage_nodes')
      .values(
        some.map((node) => ({
          account_id: node.accountId,
          domain_id: node.domainId,
          node_id: node.nodeId,
          source_identifier: node.sourceIdentifier,
          type_name: node.typeName,
          created_by: node.createdBy,
          created_at_ms: node.createdAtMs,
          updated_at_ms: node.updatedAtMs,
        })),
      )
      .execute();
  }
}

export async function touchNodes(
  tx: StateTransaction,
  domain: DomainRef,
  nodeIds: readonly string[],
  nowMs: number,
): Promise<void> {
  for (const some of inChunks(nodeIds)) {
    await tx
      .updateTable('lineage_nodes')
      .set({ updated_at_ms: nowMs })
      .where('account_id', '=', domain.accountId)
      .where('domain_id', '=', domain.domainId)
      .where('node_id', 'in', some)
      .execute();
  }
}

/** Events of one time are one version. */
export async function putVersions(
  tx: StateTransaction,
  rows: readonly Insertable<LineageNodeVersionsTable>[],
): Promise<void> {
  for (const some of inChunks(rows)) {
    await tx
      .insertInto('lineage_node_versions')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'domain_id', 'node_id', 'event_time_ms']).doUpdateSet((eb) => ({
          has_upstream: eb
            .case()
            .when('excluded.has_upstream', '=', 1)
            .then(1)
            .else(eb.ref('lineage_node_versions.has_upstream'))
            .end(),
          has_downstream: eb
            .case()
            .when('excluded.has_downstream', '=', 1)
            .then(1)
            .else(eb.ref('lineage_node_versions.has_downstream'))
            .end(),
        })),
      )
      .execute();
  }
}

/** Of two contents of one time, the greater precedence holds, then the greater text. */
export async function putFacets(tx: StateTransaction, rows: readonly Insertable<LineageFacetsTable>[]): Promise<void> {
  for (const some of inChunks(rows)) {
    await tx
      .insertInto('lineage_facets')
      .values(some)
      .onConflict((conflict) =>
        conflict
          .columns(['account_id', 'domain_id', 'node_id', 'facet', 'event_time_ms'])
          .doUpdateSet((eb) => ({ precedence: eb.ref('excluded.precedence'), content: eb.ref('excluded.content') }))
          .where((eb) =>
            eb.or([
              eb('lineage_facets.precedence', '<', eb.ref('excluded.precedence')),
              eb.and([
                eb('lineage_facets.precedence', '=', eb.ref('excluded.precedence')),
                eb('lineage_facets.content', '<', eb.ref('excluded.content')),
              ]),
            ]),
          ),
      )
      .execute();
  }
}

/** An edge is as old as the oldest event that draws it. */
export async function putEdges(tx: StateTransaction, rows: readonly Insertable<LineageEdgesTable>[]): Promise<void> {
  for (const some of inChunks(rows)) {
    await tx
      .insertInto('lineage_edges')
      .values(some)
      .onConflict((conflict) =>
        conflict
          .columns(['account_id', 'domain_id', 'upstream_node_id', 'downstream_node_id'])
          .doUpdateSet((eb) => ({ first_event_ms: eb.ref('excluded.first_event_ms') }))
          .where((eb) => eb('lineage_edges.first_event_ms', '>', eb.ref('excluded.first_event_ms'))),
      )
      .execute();
  }
}

export function* inChunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += ROWS_A_STATEMENT) yield items.slice(at, at + ROWS_A_STATEMENT);
}

interface NodeRow {
  account_id: string;
  domain_id: string;
  node_id: string;
  source_identifier: string;
  type_name: string;
  created_by: string;
  created_at_ms: number;
  updated_at_ms: number;
}

function readNode(row: NodeRow): LineageNode {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    nodeId: row.node_id,
    sourceIdentifier: row.source_identifier,
    typeName: row.type_name,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}
