import { type CatalogDatabase, type CatalogPartition, type CatalogTable, listDatabases } from '../catalog/catalog.ts';
import { listPartitions, partitionCursor, type TableRef } from '../catalog/partitions.ts';
import { listTables } from '../catalog/tables.ts';
import type { SqlCatalogListing } from '../ports/sql-engine.ts';
import type { StateQueries } from '../ports/state/state-store.ts';

const PAGE = 1000;

/** Whole listings of the catalogue, read page by page. */

export async function listAllDatabases(queries: StateQueries, accountId: string): Promise<CatalogDatabase[]> {
  return readAll(
    (after) => listDatabases(queries, accountId, { after, limit: PAGE }),
    (last) => last.name,
  );
}

export async function listAllTables(
  queries: StateQueries,
  accountId: string,
  database: string,
): Promise<CatalogTable[]> {
  return readAll(
    (after) => listTables(queries, accountId, database, { after, limit: PAGE }),
    (last) => last.name,
  );
}

export async function listAllPartitions(queries: StateQueries, ref: TableRef): Promise<CatalogPartition[]> {
  return readAll((after) => listPartitions(queries, ref, { after, limit: PAGE }), partitionCursor);
}

/** Everything there is, for `information_schema`. */
export async function listCatalog(queries: StateQueries, accountId: string): Promise<SqlCatalogListing> {
  const databases = (await listAllDatabases(queries, accountId)).map(({ name }) => name);
  const tables: CatalogTable[] = [];
  for (const database of databases) tables.push(...(await listAllTables(queries, accountId, database)));
  return {
    databases,
    tables: tables.map((table) => ({
      database: table.database,
      table: table.name,
      columns: [...table.columns, ...table.partitionKeys].map(({ name, type }) => ({ name, type })),
      ...(table.viewSql === undefined ? {} : { viewSql: table.viewSql }),
    })),
  };
}

async function readAll<T>(read: (after: string | undefined) => Promise<T[]>, keyOf: (last: T) => string): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | undefined; ; ) {
    const page = await read(after);
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return all;
    after = keyOf(last);
  }
}
