/**
 * Runs SQL that users wrote. The engine sees the files of the tables a statement names and nothing else: no other file,
 * no network, no settings. Two implementations: DuckDB in a child process, and (at scale) Trino.
 */
export interface SqlEngine extends AsyncDisposable {
  /**
   * Runs one statement to its end and writes its rows to `request.resultPath`.
   * @throws SqlError when the statement is wrong, breaks a limit, or was cancelled through `signal`.
   */
  run(request: SqlRequest, signal: AbortSignal): Promise<SqlOutcome>;
}

export interface SqlRequest {
  /** Trino-dialect text, as the user sent it: one statement that reads (SELECT, WITH, VALUES, TABLE, EXPLAIN). */
  readonly sql: string;
  /** The database that unqualified names belong to. */
  readonly database: string;
  /** Literal texts for the `?` marks, in order. */
  readonly parameters: readonly string[];
  /** Looks up what a name in the statement means; undefined: no such table. Called before anything runs. */
  readonly resolveTable: (database: string, table: string) => Promise<SqlTable | undefined>;
  /** Whether a database of that name exists, to tell a missing schema from a missing table. */
  readonly hasDatabase: (database: string) => Promise<boolean>;
  /** Everything the user may see, for `information_schema`; without it statements that read that schema are refused. */
  readonly listCatalog?: () => Promise<SqlCatalogListing>;
  /** Local file the CSV result is written to (created, must not exist). */
  readonly resultPath: string;
  readonly limits: SqlLimits;
}

export interface SqlLimits {
  readonly timeoutMs: number;
  readonly memoryBytesMax: number;
  readonly threadsMax: number;
  readonly resultBytesMax: number;
}

export type SqlTable = SqlFileTable | SqlView;

export interface SqlFileTable {
  readonly kind: 'files';
  readonly format: 'parquet';
  /** Columns in catalogue order with their Hive types (`bigint`, `string`, `array<int>`), partition keys apart. */
  readonly columns: readonly SqlColumn[];
  readonly partitionKeys: readonly SqlColumn[];
  /** Files with the values of their partition keys. An unpartitioned table has one entry with no values. */
  readonly partitions: readonly { readonly values: readonly string[]; readonly paths: readonly string[] }[];
}

export interface SqlView {
  readonly kind: 'view';
  /** Trino-dialect SELECT. */
  readonly sql: string;
  /** The database its unqualified names belong to. */
  readonly database: string;
}

export interface SqlCatalogListing {
  readonly databases: readonly string[];
  readonly tables: readonly SqlCatalogEntry[];
}

export interface SqlCatalogEntry {
  readonly database: string;
  readonly table: string;
  /** Columns in catalogue order, partition keys last, with their Hive types. */
  readonly columns: readonly SqlColumn[];
  /** The Trino-dialect SELECT of a view; absent for a table. */
  readonly viewSql?: string;
}

export interface SqlColumn {
  readonly name: string;
  readonly type: string;
}

/** A column of an answer, in Athena's terms (glue-athena reference, 7.2). */
export interface ResultColumn {
  readonly name: string;
  readonly type: string;
  readonly precision: number;
  readonly scale: number;
}

export interface SqlOutcome {
  readonly columns: readonly ResultColumn[];
  /** Rows written, the header line not counted. */
  readonly rows: number;
  readonly resultBytes: number;
  /** Bytes of the files that were opened. */
  readonly scannedBytes: number;
}

export type SqlErrorCategory = 'system' | 'user' | 'cancelled';

/** Why a statement did not succeed; `message` is what the user reads (`COLUMN_NOT_FOUND: line 1:8: …`). */
export class SqlError extends Error {
  readonly category: SqlErrorCategory;

  constructor(category: SqlErrorCategory, message: string) {
    super(message);
    this.name = 'SqlError';
    this.category = category;
  }
}

/**
 * Runs SQL that Periplus wrote over files it owns: rolls and compactions. Trusted text, so no sandbox; one statement
 * at a time. DuckDB is the only implementation, whatever engine answers users (it writes all Parquet).
 */
export interface LakeWriter extends AsyncDisposable {
  /** Runs one statement; returns its rows as JSON-like objects. `values` stand for `$1`, `$2` …, whatever they hold. */
  run(sql: string, values?: readonly LakeValue[]): Promise<readonly Record<string, unknown>[]>;
}

export type LakeValue = string | number | boolean | null;
