/** What was known of a node at a time: its version, its facets, its neighbours. */

import type { StateQueries } from '../../ports/state/state-store.ts';
import type { NodeRef } from './lineage-store.ts';

/** Asked for nothing earlier: everything that is known. */
export const ANY_TIME = Number.MAX_SAFE_INTEGER;
export const NEIGHBOURS_MAX = 100;
/** Distinct facets of a node over all its events; a client that makes up names all the time gets the first ones. */
const FACETS_READ_MAX = 200;

export type Direction = 'UPSTREAM' | 'DOWNSTREAM';

export interface NodeVersion {
  readonly eventTimeMs: number;
}

/** The newest version at or before a time. */
export async function findVersion(queries: StateQueries, ref: NodeRef, atMs: number): Promise<NodeVersion | undefined> {
  const [version] = await listVersions(queries, ref, { toMs: atMs, limit: 1, isAscending: false });
  return version;
}

export interface VersionPage {
  readonly direction?: Direction | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** The last one seen. */
  readonly afterMs?: number | undefined;
  readonly isAscending: boolean;
  readonly limit: number;
}

export async function listVersions(queries: StateQueries, ref: NodeRef, page: VersionPage): Promise<NodeVersion[]> {
  const { direction, fromMs, toMs, afterMs, isAscending } = page;
  let query = queries
    .selectFrom('lineage_node_versions')
    .select('event_time_ms')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('node_id', '=', ref.nodeId)
    .orderBy('event_time_ms', isAscending ? 'asc' : 'desc')
    .limit(page.limit);
  if (direction === 'UPSTREAM') query = query.where('has_upstream', '=', 1);
  if (direction === 'DOWNSTREAM') query = query.where('has_downstream', '=', 1);
  if (fromMs !== undefined) query = query.where('event_time_ms', '>=', fromMs);
  if (toMs !== undefined) query = query.where('event_time_ms', '<=', toMs);
  if (afterMs !== undefined) query = query.where('event_time_ms', isAscending ? '>' : '<', afterMs);
  return (await query.execute()).map((row) => ({ eventTimeMs: row.event_time_ms }));
}

/** The last content of every facet at or before a time: a facet holds until another one takes its place. */
export async function readFacetsAt(queries: StateQueries, ref: NodeRef, atMs: number): Promise<Map<string, unknown>> {
  const facets = new Map<string, unknown>();
  let after = '';
  for (let count = 0; count < FACETS_READ_MAX; count++) {
    const facet = await findNextFacet(queries, ref, after);
    if (facet === undefined) break;
    after = facet;
    const found = await findFacetAt(queries, ref, facet, atMs);
    if (found !== undefined) facets.set(facet, JSON.parse(found.content));
  }
  return facets;
}

/** One seek in the index a name, however many events said something of it. */
async function findNextFacet(queries: StateQueries, ref: NodeRef, after: string): Promise<string | undefined> {
  const row = await queries
    .selectFrom('lineage_facets')
    .select('facet')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('node_id', '=', ref.nodeId)
    .where('facet', '>', after)
    .orderBy('facet')
    .limit(1)
    .executeTakeFirst();
  return row?.facet;
}

export async function findFacetAt(
  queries: StateQueries,
  ref: NodeRef,
  facet: string,
  atMs: number,
): Promise<{ readonly content: string; readonly eventTimeMs: number } | undefined> {
  const row = await queries
    .selectFrom('lineage_facets')
    .select(['content', 'event_time_ms'])
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('node_id', '=', ref.nodeId)
    .where('facet', '=', facet)
    .where('event_time_ms', '<=', atMs)
    .orderBy('event_time_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { content: row.content, eventTimeMs: row.event_time_ms };
}

export interface NodeReference {
  readonly nodeId: string;
  readonly eventTimeMs: number;
}

/** Neighbours there were at a time, the newest first, each with the version it had then. */
export async function listNeighbours(
  queries: StateQueries,
  ref: NodeRef,
  { direction, atMs }: { readonly direction: Direction; readonly atMs: number },
): Promise<NodeReference[]> {
  const ids = direction === 'UPSTREAM' ? await listAbove(queries, ref, atMs) : await listBelow(queries, ref, atMs);
  const references: NodeReference[] = [];
  for (const nodeId of ids) {
    const version = await findVersion(queries, { ...ref, nodeId }, atMs);
    if (version !== undefined) references.push({ nodeId, eventTimeMs: version.eventTimeMs });
  }
  return references;
}

async function listAbove(queries: StateQueries, ref: NodeRef, atMs: number): Promise<string[]> {
  const rows = await queries
    .selectFrom('lineage_edges')
    .select('upstream_node_id')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('downstream_node_id', '=', ref.nodeId)
    .where('first_event_ms', '<=', atMs)
    .orderBy('first_event_ms', 'desc')
    .orderBy('upstream_node_id')
    .limit(NEIGHBOURS_MAX)
    .execute();
  return rows.map((row) => row.upstream_node_id);
}

async function listBelow(queries: StateQueries, ref: NodeRef, atMs: number): Promise<string[]> {
  const rows = await queries
    .selectFrom('lineage_edges')
    .select('downstream_node_id')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('upstream_node_id', '=', ref.nodeId)
    .where('first_event_ms', '<=', atMs)
    .orderBy('first_event_ms', 'desc')
    .orderBy('downstream_node_id')
    .limit(NEIGHBOURS_MAX)
    .execute();
  return rows.map((row) => row.downstream_node_id);
}
