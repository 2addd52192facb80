import type { CatalogColumn, CatalogTable } from '../../catalog/catalog.ts';

/** A view as Athena keeps it in Glue: its definition is JSON in base64 inside a comment, its columns have Presto's types. */

/** By these two parameters Trino and Athena know a view of their own. */
export const PRESTO_VIEW_PARAMETERS = { presto_view: 'true', comment: 'Presto View' } as const;

export function encodePrestoView(table: CatalogTable, viewSql: string): string {
  const definition = {
    originalSql: viewSql,
    catalog: 'awsdatacatalog',
    schema: table.viewDatabase ?? table.database,
    columns: table.columns.map(({ name, type }: CatalogColumn) => ({ name, type: prestoType(type) })),
  };
  return `/* Presto View: ${Buffer.from(JSON.stringify(definition), 'utf8').toString('base64')} */`;
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'varchar',
  int: 'integer',
  float: 'real',
  binary: 'varbinary',
};

/** `array<struct<a:int>>` is `array(row(a integer))`. */
export function prestoType(hiveType: string): string {
  const type = hiveType.trim();
  const open = type.indexOf('<');
  if (open < 0 || !type.endsWith('>')) return SCALARS[type.toLowerCase()] ?? type.toLowerCase();
  const parts = splitTopLevel(type.slice(open + 1, -1));
  const kind = type.slice(0, open).toLowerCase();
  if (kind === 'struct') return `row(${parts.map(prestoField).join(', ')})`;
  return `${kind}(${parts.map(prestoType).join(', ')})`;
}

function prestoField(field: string): string {
  const colon = field.indexOf(':');
  return `${field.slice(0, colon).trim()} ${prestoType(field.slice(colon + 1))}`;
}

/** Cuts at the commas that are inside no bracket. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if ('<('.includes(character)) depth += 1;
    else if ('>)'.includes(character)) depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
