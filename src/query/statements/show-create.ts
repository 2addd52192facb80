import type { CatalogColumn, CatalogTable } from '../../catalog/catalog.ts';
import { SqlError } from '../../ports/sql-engine.ts';
import { answerLines, formatName, requireTable, type StatementAnswer, type StatementScope } from './answer.ts';
import type { TableName } from './statement.ts';

/** The statement that would make the table, a line a row. */
export async function showCreateTable(name: TableName, scope: StatementScope): Promise<StatementAnswer> {
  const table = await requireTable(scope, name);
  if (table.type === 'VIRTUAL_VIEW') throw wrongKind(name, 'a view: use SHOW CREATE VIEW');
  return answerLines(
    ['createtab_stmt'],
    [
      `CREATE EXTERNAL TABLE \`${table.database}.${table.name}\`(`,
      ...columnLines(table.columns),
      ...(table.description === undefined ? [] : ['COMMENT', `  ${quote(table.description)}`]),
      ...(table.partitionKeys.length === 0 ? [] : ['PARTITIONED BY ( ', ...columnLines(table.partitionKeys)]),
      ...formatLines(table),
      ...(table.location === undefined ? [] : ['LOCATION', `  ${quote(table.location)}`]),
      ...parameterLines('TBLPROPERTIES (', table.parameters),
    ],
  );
}

export async function showCreateView(name: TableName, scope: StatementScope): Promise<StatementAnswer> {
  const table = await requireTable(scope, name);
  if (table.type !== 'VIRTUAL_VIEW') throw wrongKind(name, 'a table: use SHOW CREATE TABLE');
  const text = `CREATE VIEW ${table.database}.${table.name} AS\n${table.viewSql ?? ''}`;
  return answerLines(['Create View'], text.split('\n'));
}

function wrongKind(name: TableName, text: string): SqlError {
  return new SqlError('user', `FAILED: SemanticException ${formatName(name)} is ${text}`);
}

function columnLines(columns: readonly CatalogColumn[]): string[] {
  return columns.map(({ name, type, comment }, i) => {
    const end = i === columns.length - 1 ? ')' : ', ';
    return `  \`${name}\` ${type}${comment === undefined ? '' : ` COMMENT ${quote(comment)}`}${end}`;
  });
}

function formatLines({ serde, inputFormat, outputFormat }: CatalogTable): string[] {
  return [
    ...(serde === undefined ? [] : ['ROW FORMAT SERDE ', `  ${quote(serde.library)} `]),
    ...parameterLines('WITH SERDEPROPERTIES ( ', serde?.parameters ?? {}),
    ...(inputFormat === undefined ? [] : ['STORED AS INPUTFORMAT ', `  ${quote(inputFormat)} `]),
    ...(outputFormat === undefined ? [] : ['OUTPUTFORMAT ', `  ${quote(outputFormat)}`]),
  ];
}

function parameterLines(opening: string, parameters: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(parameters).sort();
  if (names.length === 0) return [];
  const lines = names.map((name, i) => {
    return `  ${quote(name)}=${quote(parameters[name] ?? '')}${i === names.length - 1 ? ')' : ', '}`;
  });
  return [opening, ...lines];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}
