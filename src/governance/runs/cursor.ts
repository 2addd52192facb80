/** Where a reading of the catalogue stands: databases by name, their tables by name, some at a time. */

import { type CatalogTable, listDatabases } from '../../catalog/catalog.ts';
import { listTables } from '../../catalog/tables.ts';
import { compareCodePoints } from '../../core/canonical-json.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { chooseDatabases, compileFilter, type GlueConfiguration } from '../data-sources/configuration.ts';
import type { Failure } from '../data-sources/failure.ts';
import type { TablePosition } from './activity-store.ts';

/** Tables of one transaction: nobody else gets a turn while it is written. */
export const CHUNK_TABLES = 25;
/** Of their columns, or one table that has more: wide tables take as long as many. */
export const CHUNK_CHARACTERS = 100_000;
const DATABASES_PAGE = 1000;

export interface Cursor {
  readonly configuration: GlueConfiguration;
  readonly databases: readonly string[];
  /** Named one by one, and not there. */
  readonly missing: readonly string[];
  readonly takes: (database: string, table: string) => boolean;
  /** Index of the database that is being read. */
  at: number;
  /** The last table that was read of it. */
  after: string | undefined;
}

/** Why there is nothing to read: of catalogues there is the account's own, without nested ones. */
export function findMissingCatalog(accountId: string, { catalogName }: GlueConfiguration): Failure | undefined {
  if (catalogName === undefined || catalogName === accountId) return undefined;
  return { type: 'RESOURCE_NOT_FOUND_EXCEPTION', detail: `Catalog '${catalogName}' was not found.` };
}

export function missingDatabases(missing: readonly string[]): Failure {
  return { type: 'RESOURCE_NOT_FOUND_EXCEPTION', detail: `Databases were not found: ${missing.join(', ')}.` };
}

/** At the first table, or behind the last one that was dealt with. */
export async function openCursor(
  queries: StateQueries,
  accountId: string,
  configuration: GlueConfiguration,
  last?: TablePosition,
): Promise<Cursor> {
  const { found, missing } = chooseDatabases(configuration, await listDatabaseNames(queries, accountId));
  const cursor = { configuration, databases: found, missing, takes: compileFilter(configuration) };
  if (last === undefined) return { ...cursor, at: 0, after: undefined };
  const at = found.findIndex((database) => compareCodePoints(database, last.database) >= 0);
  const isInside = found[at] === last.database;
  return { ...cursor, at: at < 0 ? found.length : at, after: isInside ? last.table : undefined };
}

/** Some tables that the source takes, which may be none of a chunk; undefined at the end. Does not move. */
export async function readChunk(
  queries: StateQueries,
  accountId: string,
  cursor: Cursor,
): Promise<{ readonly taken: readonly CatalogTable[]; readonly move: () => void } | undefined> {
  const database = cursor.databases[cursor.at];
  if (database === undefined) return undefined;
  const tables = cutWide(await listTables(queries, accountId, database, { after: cursor.after, limit: CHUNK_TABLES }));
  const taken = tables.filter((table) => cursor.takes(database, table.name));
  const move = () => {
    const last = tables.at(-1);
    if (last !== undefined) cursor.after = last.name;
    else {
      cursor.at += 1;
      cursor.after = undefined;
    }
  };
  return { taken, move };
}

/** As many from the front as are read in one turn of the event loop. */
function cutWide(tables: readonly CatalogTable[]): readonly CatalogTable[] {
  let characters = 0;
  const end = tables.findIndex((table, at) => {
    for (const { name, type, comment = '' } of table.columns) characters += name.length + type.length + comment.length;
    return characters > CHUNK_CHARACTERS && at > 0;
  });
  return end < 0 ? tables : tables.slice(0, end);
}

async function listDatabaseNames(queries: StateQueries, accountId: string): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const page = await listDatabases(queries, accountId, { after: names.at(-1), limit: DATABASES_PAGE });
    names.push(...page.map(({ name }) => name));
    if (page.length < DATABASES_PAGE) return names;
  }
}
