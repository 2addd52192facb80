/**
 * Finds out what every name in a statement means, views within views included, and makes a DuckDB view for each. Views
 * are made innermost first, as DuckDB binds a view when it is made.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { SqlCatalogListing, SqlError, SqlView } from '../../ports/sql-engine.ts';
import { bindFirst } from './binding.ts';
import { DialectError, notSupported } from './dialect/dialect-error.ts';
import { readStatement } from './dialect/statement.ts';
import { CATALOG, INFORMATION_SCHEMA, namedTables, qualifyTables } from './dialect/table-names.ts';
import { parseQuery, translations } from './dialect/translation.ts';
import type { Json } from './dialect/tree.ts';
import { quoteName } from './hive-types.ts';
import { selectOfInformationSchema } from './information-schema.ts';
import type { TableAnswer, TableName } from './sandbox-protocol.ts';
import { selectOfTable } from './table-view.ts';

const VIEW_DEPTH_MAX = 16;
const TABLES_MAX = 500;

/** What a sandbox may ask the server for. */
export interface CatalogLookups {
  resolve(names: readonly TableName[]): Promise<readonly TableAnswer[]>;
  listCatalog(): Promise<SqlCatalogListing>;
}

export class ViewBuilder {
  readonly #connection: DuckDBConnection;
  readonly #lookups: CatalogLookups;
  readonly #withPath: boolean;
  readonly #listsCatalog: boolean;
  readonly #made = new Set<string>();
  /** Every file of every table found so far. */
  readonly paths: string[] = [];

  constructor(
    connection: DuckDBConnection,
    lookups: CatalogLookups,
    options: { withPath: boolean; listsCatalog: boolean },
  ) {
    this.#connection = connection;
    this.#lookups = lookups;
    this.#withPath = options.withPath;
    this.#listsCatalog = options.listsCatalog;
  }

  /** Makes what the tables of a qualified tree stand for. */
  async build(tree: Json, depth = 0): Promise<void> {
    const names = namedTables(tree).filter((name) => !this.#made.has(keyOf(name)));
    if (names.length + this.#made.size > TABLES_MAX)
      throw notSupported(`more than ${TABLES_MAX} tables in one statement`);
    const listed = names.filter(({ database }) => database === INFORMATION_SCHEMA);
    for (const name of listed) await this.#makeListing(name);
    const asked = names.filter(({ database }) => database !== INFORMATION_SCHEMA);
    const answers = asked.length === 0 ? [] : await this.#lookups.resolve(asked);
    for (const [i, name] of asked.entries()) await this.#make(name, answers[i], depth);
  }

  async #make(name: TableName, answer: TableAnswer | undefined, depth: number): Promise<void> {
    if (this.#made.has(keyOf(name))) return;
    if (answer?.table === undefined) throw missing(name, answer?.databaseExists ?? false);
    const { table } = answer;
    if (table.kind === 'view') return this.#makeView(name, table, depth);
    for (const { paths } of table.partitions) for (const path of paths) this.paths.push(path);
    await this.#create(name, selectOfTable(table, this.#withPath));
  }

  async #makeView(name: TableName, view: SqlView, depth: number): Promise<void> {
    if (depth >= VIEW_DEPTH_MAX) {
      throw new DialectError(
        'VIEW_IS_RECURSIVE',
        `View '${name.database}.${name.table}' is nested too deep`,
        name.table,
      );
    }
    const { query } = readStatement(view.sql, []);
    const tree = parseQuery(query);
    qualifyTables(tree, view.database);
    await this.build(tree, depth + 1);
    if (this.#made.has(keyOf(name))) return;
    const { text } = await bindFirst(this.#connection, translations(tree));
    await this.#create(name, text);
  }

  async #makeListing(name: TableName): Promise<void> {
    if (!this.#listsCatalog) throw notSupported('information_schema', 'information_schema');
    const select = selectOfInformationSchema(name.table, await this.#lookups.listCatalog());
    if (select === undefined) throw missing({ ...name, database: 'information_schema' }, true);
    await this.#create(name, select);
  }

  async #create(name: TableName, select: string): Promise<void> {
    const schema = `${CATALOG}.${quoteName(name.database)}`;
    await this.#connection.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await this.#connection.run(`CREATE VIEW ${schema}.${quoteName(name.table)} AS ${select}`);
    this.#made.add(keyOf(name));
  }
}

function keyOf({ database, table }: TableName): string {
  return `${database}\n${table}`;
}

function missing({ database, table }: TableName, databaseExists: boolean): DialectError | SqlError {
  if (!databaseExists) return new DialectError('SCHEMA_NOT_FOUND', `Schema '${database}' does not exist`, database);
  return new DialectError('TABLE_NOT_FOUND', `Table '${CATALOG}.${database}.${table}' does not exist`, table);
}
