import type { StateQueries } from '../ports/state/state-store.ts';
import { type CatalogPartition, type NamePage, normaliseName } from './catalog.ts';

export interface TableRef {
  readonly accountId: string;
  readonly database: string;
  readonly table: string;
}

const COLUMNS = ['values_json', 'location', 'parameters_json', 'created_at_ms'] as const;

export async function findPartition(
  queries: StateQueries,
  ref: TableRef,
  values: readonly string[],
): Promise<CatalogPartition | undefined> {
  const row = await select(queries, ref).where('values_json', '=', JSON.stringify(values)).executeTakeFirst();
  return row === undefined ? undefined : readPartition(row);
}

/** Partitions by their values; `after` is `partitionCursor` of the last one seen. */
export async function listPartitions(
  queries: StateQueries,
  ref: TableRef,
  page: NamePage,
): Promise<CatalogPartition[]> {
  const rows = await select(queries, ref)
    .where('values_json', '>', page.after ?? '')
    .orderBy('values_json')
    .limit(page.limit)
    .execute();
  return rows.map(readPartition);
}

export function partitionCursor(partition: CatalogPartition): string {
  return JSON.stringify(partition.values);
}

/** False when a partition with these values is there already. */
export async function insertPartition(
  queries: StateQueries,
  ref: TableRef,
  partition: CatalogPartition,
): Promise<boolean> {
  const result = await queries
    .insertInto('catalog_partitions')
    .values({
      account_id: ref.accountId,
      database_name: normaliseName(ref.database),
      table_name: normaliseName(ref.table),
      values_json: JSON.stringify(partition.values),
      location: partition.location,
      parameters_json: JSON.stringify(partition.parameters),
      created_at_ms: partition.createdAtMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function deletePartition(queries: StateQueries, ref: TableRef, values: readonly string[]): Promise<void> {
  await queries
    .deleteFrom('catalog_partitions')
    .where('account_id', '=', ref.accountId)
    .where('database_name', '=', normaliseName(ref.database))
    .where('table_name', '=', normaliseName(ref.table))
    .where('values_json', '=', JSON.stringify(values))
    .execute();
}

function select(queries: StateQueries, ref: TableRef) {
  return queries
    .selectFrom('catalog_partitions')
    .select(COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('database_name', '=', normaliseName(ref.database))
    .where('table_name', '=', normaliseName(ref.table));
}

function readPartition(row: {
  values_json: string;
  location: string;
  parameters_json: string;
  created_at_ms: number;
}): CatalogPartition {
  return {
    values: JSON.parse(row.values_json) as string[],
    location: row.location,
    parameters: JSON.parse(row.parameters_json) as Record<string, string>,
    createdAtMs: row.created_at_ms,
  };
}
