/**
 * What is in projects and domains, as data, and how a chunk of it goes. Removing a project or a domain takes as many
 * transactions as it needs; each begins with the first table again, so that what came in meanwhile goes as well, and the
 * one that finds nothing left takes the container itself.
 */

import { type RawBuilder, sql } from 'kysely';
import type { GovernanceSchema } from '../../ports/state/governance-schema.ts';
import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import { deleteSearchDocuments } from '../search/search-documents.ts';

type Table = keyof GovernanceSchema;

interface Rows {
  readonly table: Table;
  /** Account and domain are in front of every key. */
  readonly key: readonly string[];
}

/** Rows of a table, with what belongs to each by the first column of its key. */
interface Holding extends Rows {
  readonly children?: readonly Rows[];
  /** Of rows whose words are found. */
  readonly searchKind?: 'ASSET' | 'LISTING';
  /** Goes with its container, but does not keep it from being deleted. */
  readonly isMinor?: boolean;
}

export interface Container {
  readonly accountId: string;
  readonly domainId: string;
  /** Absent: the whole domain. */
  readonly projectId?: string | undefined;
}

/** In a project. Runs go before sources, and those that outlived their source are no reason to keep a project. */
const PROJECT_HOLDINGS: readonly Holding[] = [
  {
    table: 'data_source_runs',
    key: ['run_id'],
    children: [{ table: 'run_activities', key: ['run_id', 'database_name', 'technical_name'] }],
    isMinor: true,
  },
  {
    table: 'data_sources',
    key: ['data_source_id'],
    children: [{ table: 'data_source_log', key: ['data_source_id', 'line_no'] }],
  },
  {
    table: 'listings',
    key: ['listing_id'],
    children: [{ table: 'listing_revisions', key: ['listing_id', 'revision'] }],
    searchKind: 'LISTING',
  },
  {
    table: 'assets',
    key: ['asset_id'],
    children: [{ table: 'asset_revisions', key: ['asset_id', 'revision'] }],
    searchKind: 'ASSET',
  },
  { table: 'asset_types', key: ['name', 'revision'] },
  { table: 'form_types', key: ['name', 'revision'] },
  { table: 'connections', key: ['connection_id'] },
  { table: 'environments', key: ['environment_id'] },
  { table: 'environment_profiles', key: ['profile_id'] },
  { table: 'project_memberships', key: ['project_id', 'member_type', 'member_id'], isMinor: true },
];

/** Of a domain: projects, and then what is in none, or was left by what is gone. */
const DOMAIN_HOLDINGS: readonly Holding[] = [
  ...PROJECT_HOLDINGS,
  { table: 'projects', key: ['project_id'] },
  { table: 'data_source_log', key: ['data_source_id', 'line_no'], isMinor: true },
  { table: 'blueprint_configurations', key: ['blueprint_id'], isMinor: true },
  {
    table: 'lineage_edges',
    key: ['upstream_node_id', 'downstream_node_id'],
    isMinor: true,
  },
  { table: 'lineage_node_versions', key: ['node_id', 'event_time_ms'], isMinor: true },
  { table: 'lineage_facets', key: ['node_id', 'facet', 'event_time_ms'], isMinor: true },
  { table: 'lineage_nodes', key: ['node_id'], isMinor: true },
  { table: 'lineage_events', key: ['event_id'], isMinor: true },
  { table: 'client_tokens', key: ['operation', 'token'], isMinor: true },
];

/** Every table that a domain's removal empties; tested against the schema. */
export const REMOVED_TABLES: ReadonlySet<Table> = new Set(
  DOMAIN_HOLDINGS.flatMap(({ table, children = [], searchKind }) => [
    table,
    ...children.map((child) => child.table),
    ...(searchKind === undefined ? [] : (['search_documents'] as const)),
  ]),
);

const PARENTS_AT_ONCE_MAX = 50;
const ROWS_AT_ONCE_MAX = 250;

/** Whether there is anything that a check before deletion has to tell of. What is in a DELETING project goes anyway. */
export async function hasHoldings(queries: StateQueries, container: Container): Promise<boolean> {
  for (const { table, isMinor } of holdingsOf(container)) {
    if (isMinor === true) continue;
    const { rows } = await sql`select 1 as found from ${sql.table(table)}
      where ${isWithin(container)} and ${isLasting(container)} limit 1`.execute(queries);
    if (rows.length > 0) return true;
  }
  return false;
}

/** Takes a chunk away. False: nothing was left. */
export async function removeChunk(tx: StateTransaction, container: Container): Promise<boolean> {
  for (const holding of holdingsOf(container)) {
    const isFound =
      holding.children === undefined
        ? await removeRows(tx, container, holding, sql`true`)
        : await removeParents(tx, container, holding);
    if (isFound) return true;
  }
  return false;
}

function holdingsOf({ projectId }: Container): readonly Holding[] {
  return projectId === undefined ? DOMAIN_HOLDINGS : PROJECT_HOLDINGS;
}

async function removeParents(tx: StateTransaction, container: Container, holding: Holding): Promise<boolean> {
  const id = sql.ref(holding.key[0] ?? '');
  const { rows } = await sql<{ id: string }>`select ${id} as id from ${sql.table(holding.table)}
    where ${isWithin(container)} limit ${PARENTS_AT_ONCE_MAX}`.execute(tx);
  if (rows.length === 0) return false;
  const ids = rows.map((row) => row.id);
  const domain = { accountId: container.accountId, domainId: container.domainId };
  const areOfThese = sql`${id} in (${sql.join(ids)})`;
  for (const child of holding.children ?? []) if (await removeRows(tx, domain, child, areOfThese)) return true;
  if (holding.searchKind !== undefined) await deleteSearchDocuments(tx, { ...domain, kind: holding.searchKind }, ids);
  return removeRows(tx, domain, holding, areOfThese);
}

/** False: there were none. */
async function removeRows(
  tx: StateTransaction,
  container: Container,
  { table, key }: Rows,
  condition: RawBuilder<unknown>,
): Promise<boolean> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const result = await sql`delete from ${sql.table(table)}
    where account_id = ${container.accountId} and domain_id = ${container.domainId} and (${columns}) in
      (select ${columns} from ${sql.table(table)} where ${isWithin(container)} and ${condition}
       limit ${ROWS_AT_ONCE_MAX})`.execute(tx);
  return (result.numAffectedRows ?? 0n) > 0n;
}

function isWithin({ accountId, domainId, projectId }: Container): RawBuilder<unknown> {
  const project = projectId === undefined ? sql`` : sql` and project_id = ${projectId}`;
  return sql`account_id = ${accountId} and domain_id = ${domainId}${project}`;
}

/** Not in a project that goes already. A connection of the whole domain is in none. */
function isLasting({ accountId, domainId, projectId }: Container): RawBuilder<unknown> {
  if (projectId !== undefined) return sql`true`;
  return sql`(project_id is null or project_id not in (select project_id from projects
    where account_id = ${accountId} and domain_id = ${domainId} and status = 'DELETING'))`;
}
