import type { CatalogColumn, CatalogTable } from '../../catalog/catalog.ts';
import { formatIsoSeconds } from '../../core/time.ts';
import { answerLines, pad, requireTable, type StatementAnswer, type StatementScope } from './answer.ts';
import type { TableName } from './statement.ts';

/** An empty row of three fields, as Hive prints it. */
const GAP = '\t \t ';

/** Hive's layout: columns, partition keys once more under their own heading, and with FORMATTED everything else. */
export async function describeTable(
  asked: { name: TableName; formatted: boolean },
  scope: StatementScope,
): Promise<StatementAnswer> {
  const table = await requireTable(scope, asked.name);
  const heading = [row('# col_name', 'data_type', 'comment')];
  const lines = [
    ...(asked.formatted ? [...heading, GAP] : []),
    ...table.columns.map(columnRow),
    ...table.partitionKeys.map(columnRow),
    ...partitionBlock(table, heading),
    ...(asked.formatted ? detailBlock(table) : []),
  ];
  return answerLines(['col_name', 'data_type', 'comment'], lines);
}

function partitionBlock({ partitionKeys }: CatalogTable, heading: readonly string[]): string[] {
  if (partitionKeys.length === 0) return [];
  return [GAP, title('# Partition Information'), ...heading, GAP, ...partitionKeys.map(columnRow)];
}

function detailBlock(table: CatalogTable): string[] {
  return [
    GAP,
    title('# Detailed Table Information'),
    fact('Database:', table.database),
    fact('CreateTime:', formatIsoSeconds(table.createdAtMs)),
    ...(table.location === undefined ? [] : [fact('Location:', table.location)]),
    fact('Table Type:', table.type),
    title('Table Parameters:'),
    ...parameterRows(table.parameters),
    GAP,
    ...(table.type === 'VIRTUAL_VIEW' ? viewBlock(table) : storageBlock(table)),
  ];
}

function viewBlock(table: CatalogTable): string[] {
  return [title('# View Information'), fact('View Original Text:', table.viewSql ?? '')];
}

function storageBlock({ serde, inputFormat, outputFormat }: CatalogTable): string[] {
  return [
    title('# Storage Information'),
    fact('SerDe Library:', serde?.library ?? ''),
    fact('InputFormat:', inputFormat ?? ''),
    fact('OutputFormat:', outputFormat ?? ''),
    title('Storage Desc Params:'),
    ...parameterRows(serde?.parameters ?? {}),
  ];
}

function columnRow({ name, type, comment }: CatalogColumn): string {
  return row(name, type, comment ?? '');
}

function row(...fields: readonly string[]): string {
  return fields.map(pad).join('\t');
}

function title(text: string): string {
  return `${text}\t \t `;
}

function fact(name: string, value: string): string {
  return `${pad(name)}\t${pad(value)}\t `;
}

function parameterRows(parameters: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(parameters).sort();
  return names.map((name) => `\t${pad(name)}\t${pad(parameters[name] ?? '')}`);
}
