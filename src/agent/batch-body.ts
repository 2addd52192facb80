import { LAKE_TABLES, type LakeRows } from './lake-rows.ts';

/**
 * The decoded body of a batch: one line a table that has rows, `{"table":…,"columns":{…}}` exactly as JSON.stringify
 * makes it, every column of the same length. Empty text when there are no rows.
 */
export function encodeBatchBody(rows: LakeRows): string {
  const lines: string[] = [];
  for (const table of LAKE_TABLES) {
    const tableRows: readonly object[] = rows[table];
    if (tableRows.length > 0) lines.push(`${JSON.stringify({ table, columns: toColumns(tableRows) })}\n`);
  }
  return lines.join('');
}

function toColumns(rows: readonly object[]): Record<string, unknown[]> {
  const columns: Record<string, unknown[]> = {};
  for (const name of Object.keys(rows[0] ?? {})) columns[name] = [];
  for (const row of rows) {
    const values = row as Readonly<Record<string, unknown>>;
    for (const [name, list] of Object.entries(columns)) list.push(values[name] ?? null);
  }
  return columns;
}
