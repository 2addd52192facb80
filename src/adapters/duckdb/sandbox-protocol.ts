/**
 * What the server and a sandbox say to each other. The sandbox drives: it parses, asks for the meaning of the names it
 * found, translates, runs. The server only answers, so no user text is ever parsed inside the server process.
 */
import type { ResultColumn, SqlCatalogListing, SqlErrorCategory, SqlLimits, SqlTable } from '../../ports/sql-engine.ts';

export interface SandboxJob {
  readonly sql: string;
  readonly database: string;
  readonly parameters: readonly string[];
  readonly resultPath: string;
  readonly limits: SqlLimits;
  readonly listsCatalog: boolean;
}

export interface TableName {
  readonly database: string;
  readonly table: string;
}

export interface TableAnswer {
  readonly table?: SqlTable;
  readonly databaseExists: boolean;
}

export type ToSandbox =
  | { readonly kind: 'run'; readonly job: SandboxJob }
  | { readonly kind: 'resolved'; readonly answers: readonly TableAnswer[] }
  | { readonly kind: 'catalog'; readonly listing: SqlCatalogListing }
  | { readonly kind: 'refused'; readonly message: string };

export type FromSandbox =
  | { readonly kind: 'ready' }
  | { readonly kind: 'resolve'; readonly names: readonly TableName[] }
  | { readonly kind: 'list-catalog' }
  | { readonly kind: 'done'; readonly outcome: SandboxOutcome }
  | { readonly kind: 'failed'; readonly category: SqlErrorCategory; readonly message: string };

export interface SandboxOutcome {
  readonly columns: readonly ResultColumn[];
  readonly rows: number;
  readonly resultBytes: number;
  readonly scannedBytes: number;
}
