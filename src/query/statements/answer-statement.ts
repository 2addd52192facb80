import { normaliseName } from '../../catalog/catalog.ts';
import { deleteTable } from '../../catalog/tables.ts';
import { SqlError } from '../../ports/sql-engine.ts';
import { listAllDatabases, listAllPartitions, listAllTables } from '../catalog-listing.ts';
import {
  answerLines,
  formatName,
  NO_ROWS,
  pad,
  requireDatabase,
  requireTable,
  type StatementAnswer,
  type StatementScope,
} from './answer.ts';
import { describeTable } from './describe-table.ts';
import { matchesPattern } from './name-pattern.ts';
import { showCreateTable, showCreateView } from './show-create.ts';
import type { CreateView, Statement, TableName } from './statement.ts';

type Answered = Exclude<Statement, { kind: 'read' } | CreateView>;

/** Answers a statement about the catalogue. @throws SqlError */
export function answerStatement(statement: Answered, scope: StatementScope): Promise<StatementAnswer> {
  switch (statement.kind) {
    case 'show-databases':
      return showDatabases(statement.pattern, scope);
    case 'show-tables':
      return showTables(statement, scope);
    case 'show-columns':
      return showColumns(statement.name, scope);
    case 'show-partitions':
      return showPartitions(statement.name, scope);
    case 'show-properties':
      return showProperties(statement, scope);
    case 'show-create-table':
      return showCreateTable(statement.name, scope);
    case 'show-create-view':
      return showCreateView(statement.name, scope);
    case 'describe':
      return describeTable(statement, scope);
    case 'drop-view':
      return dropView(statement, scope);
  }
}

async function showDatabases(pattern: string | undefined, scope: StatementScope): Promise<StatementAnswer> {
  const all = await listAllDatabases(scope.queries, scope.accountId);
  return answerLines(
    ['database_name'],
    all.map(({ name }) => name).filter((name) => matchesPattern(name, pattern)),
  );
}

async function showTables(
  asked: Extract<Statement, { kind: 'show-tables' }>,
  scope: StatementScope,
): Promise<StatementAnswer> {
  const database = asked.database ?? scope.database;
  await requireDatabase(scope, database);
  const all = await listAllTables(scope.queries, scope.accountId, database);
  const shown = all.filter(({ type, name }) => {
    return (!asked.viewsOnly || type === 'VIRTUAL_VIEW') && matchesPattern(name, asked.pattern);
  });
  return answerLines(
    [asked.viewsOnly ? 'views' : 'tab_name'],
    shown.map(({ name }) => name),
  );
}

async function showColumns(name: TableName, scope: StatementScope): Promise<StatementAnswer> {
  const table = await requireTable(scope, name);
  return answerLines(
    ['field'],
    [...table.columns, ...table.partitionKeys].map((column) => pad(column.name)),
  );
}

async function showPartitions(name: TableName, scope: StatementScope): Promise<StatementAnswer> {
  const table = await requireTable(scope, name);
  if (table.partitionKeys.length === 0) {
    throw new SqlError(
      'user',
      `FAILED: Execution Error, return code 1. Table ${formatName(name)} is not a partitioned table`,
    );
  }
  const ref = { accountId: scope.accountId, database: table.database, table: table.name };
  const partitions = await listAllPartitions(scope.queries, ref);
  const lines = partitions.map(({ values }) =>
    table.partitionKeys.map((key, i) => `${key.name}=${escapeValue(values[i] ?? '')}`).join('/'),
  );
  return answerLines(['partition'], lines.sort());
}

/** As Hive writes a value into a path: what would break one is `%XX`. */
function escapeValue(value: string): string {
  return value.replace(/[\u0000-\u001f"#%'*/:=?\\{[\]^\u007f]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

async function showProperties(
  asked: Extract<Statement, { kind: 'show-properties' }>,
  scope: StatementScope,
): Promise<StatementAnswer> {
  const { parameters } = await requireTable(scope, asked.name);
  const lines = Object.entries(parameters)
    .filter(([name]) => asked.property === undefined || name === asked.property)
    .map(([name, value]) => `${name}\t${value}`);
  return answerLines(['prpt_name', 'prpt_value'], lines.sort());
}

/** Everything happens in `apply`: what it looks at is what it changes. */
async function dropView(
  asked: Extract<Statement, { kind: 'drop-view' }>,
  scope: StatementScope,
): Promise<StatementAnswer> {
  return {
    ...NO_ROWS,
    apply: async (queries) => {
      const inside = { ...scope, queries };
      const found = await requireTable(inside, asked.name).catch((error: unknown) => {
        if (asked.ifExists && error instanceof SqlError) return undefined;
        throw error;
      });
      if (found === undefined) return;
      if (found.type !== 'VIRTUAL_VIEW') {
        throw new SqlError('user', `FAILED: SemanticException ${formatName(asked.name)} is a table, not a view`);
      }
      await deleteTable(queries, scope.accountId, normaliseName(found.database), found.name);
    },
  };
}
