import { findTable, putTable } from '../../catalog/tables.ts';
import { type ResultColumn, SqlError } from '../../ports/sql-engine.ts';
import { NO_ROWS, requireDatabase, type StatementAnswer, type StatementScope } from './answer.ts';
import type { CreateView } from './statement.ts';

export interface ViewProbe {
  readonly columns: readonly ResultColumn[];
  /** Whether the SELECT reads this table or view, itself or through other views. */
  readonly reads: (database: string, table: string) => boolean;
}

/** Makes the view that `probe` found to be sound. Its SELECT is kept as written and translated at every use. */
export function createView(
  statement: CreateView,
  scope: StatementScope & { nowMs: number },
  probe: ViewProbe,
): StatementAnswer {
  const database = statement.name.database ?? scope.database;
  const name = statement.name.table;
  if (probe.reads(database, name)) {
    throw new SqlError('user', 'VIEW_IS_RECURSIVE: line 1:1: Statement would create a recursive view');
  }
  return {
    ...NO_ROWS,
    apply: async (queries) => {
      await requireDatabase({ ...scope, queries }, database);
      const known = await findTable(queries, scope.accountId, database, name);
      if (known !== undefined && !(statement.replaces && known.type === 'VIRTUAL_VIEW')) throw alreadyExists(name);
      const { accountId, nowMs } = scope;
      await putTable(queries, { accountId, database, name, definition: define(statement, scope, probe), nowMs });
    },
  };
}

function define(statement: CreateView, scope: StatementScope, probe: ViewProbe) {
  return {
    type: 'VIRTUAL_VIEW',
    ...(statement.comment === undefined ? {} : { description: statement.comment }),
    columns: probe.columns.map((column) => ({ name: column.name.toLowerCase(), type: hiveType(column) })),
    partitionKeys: [],
    parameters: { presto_view: 'true', comment: 'Presto View' },
    viewSql: statement.sql,
    viewDatabase: scope.database,
  } as const;
}

function alreadyExists(name: string): SqlError {
  const cause = `AlreadyExistsException(message:Table ${name} already exists)`;
  return new SqlError('user', `FAILED: Execution Error, return code 1. ${cause}`);
}

// The answer of a query does not tell what is inside arrays, maps and rows: the catalogue says text.
const HIVE_TYPES: Readonly<Record<string, string>> = {
  integer: 'int',
  varchar: 'string',
  char: 'string',
  varbinary: 'binary',
  time: 'string',
  json: 'string',
  'timestamp with time zone': 'timestamp',
  array: 'array<string>',
  map: 'map<string,string>',
  row: 'string',
};

function hiveType({ type, precision, scale }: ResultColumn): string {
  if (type === 'decimal') return `decimal(${precision},${scale})`;
  return HIVE_TYPES[type] ?? type;
}
