import type { CatalogTable } from '../../catalog/catalog.ts';
import { findDatabase } from '../../catalog/catalog.ts';
import { findTable } from '../../catalog/tables.ts';
import { type ResultColumn, SqlError } from '../../ports/sql-engine.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { TableName } from './statement.ts';

/** What a statement of our own answers: lines of text, and what it changes once its result is stored. */
export interface StatementAnswer {
  readonly columns: readonly ResultColumn[];
  readonly lines: readonly string[];
  /** Part of the transaction that makes the query succeed, so that it happens once. @throws SqlError */
  readonly apply?: (tx: StateQueries) => Promise<void>;
}

export interface StatementScope {
  readonly queries: StateQueries;
  readonly accountId: string;
  /** What names without a database belong to. */
  readonly database: string;
}

export const NO_ROWS: StatementAnswer = { columns: [], lines: [] };

export function answerLines(columns: readonly string[], lines: readonly string[]): StatementAnswer {
  return { columns: columns.map((name) => ({ name, type: 'string', precision: 0, scale: 0 })), lines };
}

/** @throws SqlError when it is not there */
export async function requireDatabase(scope: StatementScope, name: string): Promise<void> {
  if ((await findDatabase(scope.queries, scope.accountId, name)) !== undefined) return;
  throw new SqlError('user', `SCHEMA_NOT_FOUND: line 1:1: Schema '${name}' does not exist`);
}

/** @throws SqlError when it is not there */
export async function requireTable(scope: StatementScope, name: TableName): Promise<CatalogTable> {
  const database = name.database ?? scope.database;
  const found = await findTable(scope.queries, scope.accountId, database, name.table);
  if (found !== undefined) return found;
  await requireDatabase(scope, database);
  throw tableNotFound(name);
}

export function tableNotFound(name: TableName): SqlError {
  return new SqlError('user', `FAILED: SemanticException [Error 10001]: Table not found ${formatName(name)}`);
}

export function formatName({ database, table }: TableName): string {
  return database === undefined ? table : `${database}.${table}`;
}

/** Hive pads the fields of its listings. */
export function pad(text: string): string {
  return text.padEnd(20);
}
