import type { StateQueries } from '../ports/state/state-store.ts';

/** A column of a table in Hive's terms. */
export interface CatalogColumn {
  readonly name: string;
  readonly type: string;
  readonly comment?: string;
}

export interface CatalogDatabase {
  readonly name: string;
  readonly description?: string;
  readonly locationUri?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
}

export type CatalogTableType = 'EXTERNAL_TABLE' | 'VIRTUAL_VIEW';

export interface StorageFacts {
  readonly compressed: boolean;
  /** -1: the table has no buckets, which is Hive's way to say it. */
  readonly bucketCount: number;
  readonly bucketColumns: readonly string[];
  readonly sortColumns: readonly { readonly column: string; readonly order: number }[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly storedAsSubDirectories: boolean;
}

/** What a table is, apart from its name and dates. */
export interface TableDefinition {
  readonly type: CatalogTableType;
  readonly description?: string;
  readonly columns: readonly CatalogColumn[];
  readonly partitionKeys: readonly CatalogColumn[];
  readonly parameters: Readonly<Record<string, string>>;
  /** Where its files are, `s3://bucket/prefix/`; a view has none. */
  readonly location?: string;
  readonly inputFormat?: string;
  readonly outputFormat?: string;
  readonly serde?: { readonly library: string; readonly parameters: Readonly<Record<string, string>> };
  /** What readers of files may want to know and we do not go by; kept as it was given. */
  readonly storage?: StorageFacts;
  readonly owner?: string;
  readonly retention?: number;
  /** Trino SELECT of a view. */
  readonly viewSql?: string;
  /** The database that unqualified names in `viewSql` belong to; the view's own when left out. */
  readonly viewDatabase?: string;
}

export interface CatalogTable extends TableDefinition {
  readonly database: string;
  readonly name: string;
  /** Raised by every change of the definition, from 0. */
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface CatalogPartition {
  readonly values: readonly string[];
  readonly location: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
}

export interface NamePage {
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Names are kept in lower case and found in any: Hive's rule. */
export function normaliseName(name: string): string {
  return name.toLowerCase();
}

export async function findDatabase(
  queries: StateQueries,
  accountId: string,
  name: string,
): Promise<CatalogDatabase | undefined> {
  const row = await queries
    .selectFrom('catalog_databases')
    .select(['database_name', 'description', 'location_uri', 'parameters_json', 'created_at_ms'])
    .where('account_id', '=', accountId)
    .where('database_name', '=', normaliseName(name))
    .executeTakeFirst();
  return row === undefined ? undefined : readDatabase(row);
}

export async function listDatabases(
  queries: StateQueries,
  accountId: string,
  page: NamePage,
): Promise<CatalogDatabase[]> {
  const rows = await queries
    .selectFrom('catalog_databases')
    .select(['database_name', 'description', 'location_uri', 'parameters_json', 'created_at_ms'])
    .where('account_id', '=', accountId)
    .where('database_name', '>', page.after ?? '')
    .orderBy('database_name')
    .limit(page.limit)
    .execute();
  return rows.map(readDatabase);
}

/** False when a database of that name is there already; it stays as it is. */
export async function insertDatabase(
  queries: StateQueries,
  accountId: string,
  database: CatalogDatabase,
): Promise<boolean> {
  const result = await queries
    .insertInto('catalog_databases')
    .values({
      account_id: accountId,
      database_name: normaliseName(database.name),
      description: database.description ?? null,
      location_uri: database.locationUri ?? null,
      parameters_json: JSON.stringify(database.parameters),
      created_at_ms: database.createdAtMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** The database itself; its tables are gone before. False when there was none. */
export async function deleteDatabase(queries: StateQueries, accountId: string, name: string): Promise<boolean> {
  const result = await queries
    .deleteFrom('catalog_databases')
    .where('account_id', '=', accountId)
    .where('database_name', '=', normaliseName(name))
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

interface DatabaseRow {
  database_name: string;
  description: string | null;
  location_uri: string | null;
  parameters_json: string;
  created_at_ms: number;
}

function readDatabase(row: DatabaseRow): CatalogDatabase {
  return {
    name: row.database_name,
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.location_uri === null ? {} : { locationUri: row.location_uri }),
    parameters: JSON.parse(row.parameters_json) as Record<string, string>,
    createdAtMs: row.created_at_ms,
  };
}
