/** DuckDB inside a sandbox: made ready ahead of the statement, then closed off and given the one statement. */
import { type DuckDBConnection, DuckDBInstance, type DuckDBPreparedStatement } from '@duckdb/node-api';
import type { SqlError } from '../../ports/sql-engine.ts';
import { bindFirst } from './binding.ts';
import { writeCsv, writeLines } from './csv-file.ts';
import { PRELUDE } from './dialect/prelude.ts';
import { scalarFunctions } from './dialect/scalar-functions.ts';
import { type ReadStatement, readStatement } from './dialect/statement.ts';
import { CATALOG, qualifyTables } from './dialect/table-names.ts';
import { tokenize } from './dialect/tokens.ts';
import { parseQuery, translations } from './dialect/translation.ts';
import { failureOf } from './failure.ts';
import { quoteText } from './hive-types.ts';
import { planLines } from './plan-text.ts';
import { resultColumns } from './result-columns.ts';
import type { SandboxJob, SandboxOutcome } from './sandbox-protocol.ts';
import { countBytesRead } from './scanned-bytes.ts';
import { patternOf } from './table-view.ts';
import { type CatalogLookups, ViewBuilder } from './view-builder.ts';

// Touches the common paths of parser, printer and binder once, so that the statement does not pay for the first time.
const REHEARSAL = `WITH w AS (SELECT "a" AS x, 5 / 2 AS y, CAST('1' AS varchar) AS z FROM (VALUES ('p', 1)) AS v("a", "b")
  WHERE "a" LIKE 'p%' AND "b" IN (1, 2)) SELECT x, count(*), max(y) AS m, date_trunc('day', current_timestamp) AS d
  FROM w LEFT JOIN (SELECT DISTINCT z FROM w) AS u ON u.z = w.z WHERE y > 1 OR y IS NULL
  GROUP BY 1 HAVING count(*) > 0 ORDER BY m DESC LIMIT 10`;

/** A connection that understands translated SQL: time zone, catalogue, functions and macros in place, nothing closed off. */
export async function openConnection(): Promise<DuckDBConnection> {
  return (await openDatabase()).connection;
}

async function openDatabase(): Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> {
  const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' });
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'; ATTACH ':memory:' AS ${CATALOG}`);
  for (const scalar of scalarFunctions()) connection.registerScalarFunction(scalar);
  await connection.run(PRELUDE);
  return { instance, connection };
}

export class SandboxSession {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #builder: ViewBuilder | undefined;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(): Promise<SandboxSession> {
    const { instance, connection } = await openDatabase();
    return new SandboxSession(instance, connection);
  }

  /** Warms the process up, before its first statement. */
  async rehearse(): Promise<void> {
    const { statement } = await bindFirst(this.#connection, translations(parseQuery(REHEARSAL)));
    await statement.run();
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async run(job: SandboxJob, lookups: CatalogLookups): Promise<SandboxOutcome> {
    const read = readStatement(job.sql, job.parameters);
    const tree = parseQuery(read.query);
    qualifyTables(tree, job.database);
    const withPath = tokenize(read.query).some((token) => token.text.toLowerCase() === '"$path"');
    this.#builder = new ViewBuilder(this.#connection, lookups, { withPath, listsCatalog: job.listsCatalog });
    await this.#builder.build(tree);
    await this.#closeOff(job, this.#builder.paths);
    const bytesRead = countBytesRead(this.#builder.paths);
    const { statement, text } = await bindFirst(this.#connection, translations(tree));
    const written = read.kind === 'query' ? await this.#answer(statement, job) : await this.#explain(read, text, job);
    return { ...written, scannedBytes: bytesRead() };
  }

  failure(error: unknown, job: SandboxJob): SqlError {
    const { sql, limits } = job;
    return failureOf(error, { sql, paths: this.#builder?.paths ?? [], memoryBytesMax: limits.memoryBytesMax });
  }

  async #answer(statement: DuckDBPreparedStatement, job: SandboxJob): Promise<Omit<SandboxOutcome, 'scannedBytes'>> {
    const result = await statement.stream();
    const columns = resultColumns(result);
    const { rows, bytes } = await writeCsv(result, columns, {
      path: job.resultPath,
      bytesMax: job.limits.resultBytesMax,
    });
    return { columns, rows, resultBytes: bytes };
  }

  /** The plan, a line a row, with the files' names but not their places. */
  async #explain(read: ReadStatement, text: string, job: SandboxJob): Promise<Omit<SandboxOutcome, 'scannedBytes'>> {
    const options = read.kind === 'explain analyze' ? '(ANALYZE, FORMAT JSON)' : '(FORMAT JSON)';
    const result = await this.#connection.runAndReadAll(`EXPLAIN ${options} ${text}`);
    const json = String(result.getRows()[0]?.at(-1));
    const lines = planLines(json, this.#builder?.paths ?? []);
    const column = { name: 'Query Plan', type: 'varchar', precision: 2 ** 31 - 1, scale: 0 };
    const file = { path: job.resultPath, bytesMax: job.limits.resultBytesMax };
    const { rows, bytes } = writeLines(column.name, lines, file);
    return { columns: [column], rows, resultBytes: bytes };
  }

  // After this the connection reaches the files of the named tables and nothing else, and no setting can change.
  async #closeOff(job: SandboxJob, paths: readonly string[]): Promise<void> {
    const { memoryBytesMax, threadsMax } = job.limits;
    const settings = [
      `memory_limit = '${Math.floor(memoryBytesMax / 1024)}KiB'`,
      `threads = ${threadsMax}`,
      "temp_directory = ''",
      'autoload_known_extensions = false',
      'allow_community_extensions = false',
      `allowed_paths = [${paths.flatMap(spellings).map(quoteText).join(', ')}]`,
      'enable_external_access = false',
      'lock_configuration = true',
    ];
    await this.#connection.run(settings.map((setting) => `SET ${setting}`).join('; '));
  }
}

// DuckDB checks both what it is asked to open and what that turns out to be.
function spellings(path: string): string[] {
  const pattern = patternOf(path);
  return pattern === path ? [path] : [path, pattern];
}
