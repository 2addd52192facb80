/** The four tables of `information_schema`, filled from the catalogue, with the columns Trino gives them. */
import type { SqlCatalogEntry, SqlCatalogListing } from '../../ports/sql-engine.ts';
import { trinoType } from './dialect/scalar-functions.ts';
import { CATALOG } from './dialect/table-names.ts';
import { duckdbTypeOf, quoteName, quoteText } from './hive-types.ts';

type Cell = string | number | null;

interface Listing {
  readonly columns: readonly string[];
  readonly rows: (listing: SqlCatalogListing) => Cell[][];
}

const PLACE = ['table_catalog', 'table_schema', 'table_name'];
const placeOf = ({ database, table }: SqlCatalogEntry): Cell[] => [CATALOG, database, table];

const LISTINGS: Readonly<Record<string, Listing>> = {
  schemata: {
    columns: ['catalog_name', 'schema_name'],
    rows: ({ databases }) => databases.map((database) => [CATALOG, database]),
  },
  tables: {
    columns: [...PLACE, 'table_type'],
    rows: ({ tables }) =>
      tables.map((entry) => [...placeOf(entry), entry.viewSql === undefined ? 'BASE TABLE' : 'VIEW']),
  },
  columns: {
    columns: [...PLACE, 'column_name', 'ordinal_position', 'column_default', 'is_nullable', 'data_type'],
    rows: ({ tables }) =>
      tables.flatMap((entry) =>
        entry.columns.map(({ name, type }, i) => [...placeOf(entry), name, i + 1, null, 'YES', typeText(type)]),
      ),
  },
  views: {
    columns: [...PLACE, 'view_definition'],
    rows: ({ tables }) =>
      tables.flatMap((entry) => (entry.viewSql === undefined ? [] : [[...placeOf(entry), entry.viewSql]])),
  },
};

/** The SELECT that answers that table; undefined when information_schema has none of the name. */
export function selectOfInformationSchema(table: string, listing: SqlCatalogListing): string | undefined {
  const found = LISTINGS[table];
  if (found === undefined) return undefined;
  const rows = found.rows(listing);
  const typed = found.columns.map(
    (name) => `CAST(${quoteName(name)} AS ${name === 'ordinal_position' ? 'BIGINT' : 'VARCHAR'}) AS ${quoteName(name)}`,
  );
  const values = rows.length === 0 ? [found.columns.map(() => null)] : rows;
  const tuples = values.map((row) => `(${row.map(literal).join(', ')})`).join(', ');
  const names = found.columns.map(quoteName).join(', ');
  return `SELECT ${typed.join(', ')} FROM (VALUES ${tuples}) AS t(${names})${rows.length === 0 ? ' WHERE false' : ''}`;
}

function literal(cell: Cell): string {
  if (cell === null) return 'NULL';
  return typeof cell === 'number' ? String(cell) : quoteText(cell);
}

function typeText(hiveType: string): string {
  try {
    return trinoType(duckdbTypeOf(hiveType));
  } catch {
    return hiveType;
  }
}
