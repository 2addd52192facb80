import type { StateQueries } from '../ports/state/state-store.ts';
import {
  type CatalogTable,
  type CatalogTableType,
  type NamePage,
  normaliseName,
  type TableDefinition,
} from './catalog.ts';

const COLUMNS = [
  'database_name',
  'table_name',
  'table_type',
  'version',
  'definition_json',
  'created_at_ms',
  'updated_at_ms',
] as const;

export async function findTable(
  queries: StateQueries,
  accountId: string,
  database: string,
  name: string,
): Promise<CatalogTable | undefined> {
  const row = await queries
    .selectFrom('catalog_tables')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('database_name', '=', normaliseName(database))
    .where('table_name', '=', normaliseName(name))
    .executeTakeFirst();
  return row === undefined ? undefined : readTable(row);
}

export async function listTables(
  queries: StateQueries,
  accountId: string,
  database: string,
  page: NamePage,
): Promise<CatalogTable[]> {
  const rows = await queries
    .selectFrom('catalog_tables')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('database_name', '=', normaliseName(database))
    .where('table_name', '>', page.after ?? '')
    .orderBy('table_name')
    .limit(page.limit)
    .execute();
  return rows.map(readTable);
}

/** Creates the table, or gives it a new definition and the next version. The same definition changes nothing. */
export async function putTable(
  queries: StateQueries,
  table: { accountId: string; database: string; name: string; definition: TableDefinition; nowMs: number },
): Promise<void> {
  const known = await findTable(queries, table.accountId, table.database, table.name);
  const definitionJson = encodeDefinition(table.definition);
  if (known !== undefined && encodeDefinition(known) === definitionJson) return;
  await queries
    .insertInto('catalog_tables')
    .values({
      account_id: table.accountId,
      database_name: normaliseName(table.database),
      table_name: normaliseName(table.name),
      table_type: table.definition.type,
      version: 0,
      definition_json: definitionJson,
      created_at_ms: table.nowMs,
      updated_at_ms: table.nowMs,
    })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'database_name', 'table_name']).doUpdateSet((eb) => ({
        table_type: table.definition.type,
        version: eb('catalog_tables.version', '+', 1),
        definition_json: definitionJson,
        updated_at_ms: table.nowMs,
      })),
    )
    .execute();
}

/** Adds to a table's parameters without a new version: for what we publish about a table, not what it is. */
export async function mergeTableParameters(
  queries: StateQueries,
  ref: { accountId: string; database: string; name: string },
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const known = await findTable(queries, ref.accountId, ref.database, ref.name);
  if (known === undefined) return;
  await queries
    .updateTable('catalog_tables')
    .set({ definition_json: encodeDefinition({ ...known, parameters: { ...known.parameters, ...parameters } }) })
    .where('account_id', '=', ref.accountId)
    .where('database_name', '=', known.database)
    .where('table_name', '=', known.name)
    .execute();
}

/** False when there was no such table. Its partitions go with it; its files stay where they are. */
export async function deleteTable(
  queries: StateQueries,
  accountId: string,
  database: string,
  name: string,
): Promise<boolean> {
  await queries
    .deleteFrom('catalog_partitions')
    .where('account_id', '=', accountId)
    .where('database_name', '=', normaliseName(database))
    .where('table_name', '=', normaliseName(name))
    .execute();
  const result = await queries
    .deleteFrom('catalog_tables')
    .where('account_id', '=', accountId)
    .where('database_name', '=', normaliseName(database))
    .where('table_name', '=', normaliseName(name))
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

function encodeDefinition(definition: TableDefinition): string {
  const { type, description, columns, partitionKeys, parameters, location, inputFormat, outputFormat, serde } =
    definition;
  const { storage, owner, retention, viewSql, viewDatabase } = definition;
  return JSON.stringify({
    type,
    description,
    columns,
    partitionKeys,
    parameters,
    location,
    inputFormat,
    outputFormat,
    serde,
    storage,
    owner,
    retention,
    viewSql,
    viewDatabase,
  });
}

interface TableRow {
  database_name: string;
  table_name: string;
  table_type: string;
  version: number;
  definition_json: string;
  created_at_ms: number;
  updated_at_ms: number;
}

function readTable(row: TableRow): CatalogTable {
  return {
    ...(JSON.parse(row.definition_json) as TableDefinition),
    type: row.table_type as CatalogTableType,
    database: row.database_name,
    name: row.table_name,
    version: row.version,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}
