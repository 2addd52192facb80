/** DuckDB inside a sandbox: made ready ahead of the statement, then closed off and given the one statement. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type SqlCatalogListing, SqlError } from '../../ports/sql-engine.ts';
import { writeCsv } from './csv-file.ts';
import { namedTables, qualifyTables } from './dialect/table-names.ts';
import { parseStatement, printDuckdb } from './dialect/translation.ts';
import { quoteName, quoteText } from './hive-types.ts';
import { resultColumns } from './result-columns.ts';
import type { SandboxJob, SandboxOutcome, TableAnswer, TableName } from './sandbox-protocol.ts';
import { selectOfTable } from './table-view.ts';

/** What a sandbox may ask the server for. */
export interface CatalogLookups {
  resolve(names: readonly TableName[]): Promise<readonly TableAnswer[]>;
  listCatalog(): Promise<SqlCatalogListing>;
}

export class SandboxSession {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(): Promise<SandboxSession> {
    const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'; ATTACH ':memory:' AS awsdatacatalog");
    return new SandboxSession(connection);
  }

  async run(job: SandboxJob, lookups: CatalogLookups): Promise<SandboxOutcome> {
    const tree = parseStatement(job.sql);
    qualifyTables(tree, job.database);
    const names = namedTables(tree);
    const answers = await lookups.resolve(names);
    const paths: string[] = [];
    for (const [i, name] of names.entries()) {
      const table = answers[i]?.table;
      if (table?.kind !== 'files') throw new SqlError('user', `TABLE_NOT_FOUND: Table '${name.table}' does not exist`);
      paths.push(...table.partitions.flatMap((partition) => partition.paths));
      const schema = `awsdatacatalog.${quoteName(name.database)}`;
      await this.#connection.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
      await this.#connection.run(`CREATE VIEW ${schema}.${quoteName(name.table)} AS ${selectOfTable(table, false)}`);
    }
    await this.#closeOff(job, paths);
    const result = await this.#connection.stream(printDuckdb(tree));
    const { rows, bytes } = await writeCsv(result, job.resultPath, job.limits.resultBytesMax);
    return { columns: resultColumns(result), rows, resultBytes: bytes, scannedBytes: 0 };
  }

  // After this the connection reaches the files of the named tables and nothing else, and no setting can change.
  async #closeOff(job: SandboxJob, paths: readonly string[]): Promise<void> {
    const { memoryBytesMax, threadsMax } = job.limits;
    const settings = [
      `memory_limit = '${Math.floor(memoryBytesMax / 1024)}KiB'`,
      `threads = ${threadsMax}`,
      "temp_directory = ''",
      'autoload_known_extensions = false',
      `allowed_paths = [${paths.map(quoteText).join(', ')}]`,
      'enable_external_access = false',
      'lock_configuration = true',
    ];
    await this.#connection.run(settings.map((setting) => `SET ${setting}`).join('; '));
  }
}
