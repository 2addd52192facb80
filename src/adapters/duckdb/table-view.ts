/**
 * The DuckDB view that stands for a catalogue table: its columns by name and with the catalogue's types, whatever the
 * files hold, and its partition keys as last columns.
 *
 * NOTE: the value of a partition key is computed from the column `filename`, under that very name, because DuckDB leaves
 * files unopened when a filter depends on nothing else; and the columns are given as a schema, because then no file is
 * opened just to learn what is in it.
 */
import type { SqlColumn, SqlFileTable } from '../../ports/sql-engine.ts';
import { duckdbTypeOf, quoteName, quoteText } from './hive-types.ts';

/** The column that names a row's file, as users may ask for it. */
const PATH_COLUMN = '$path';
const FILENAME = 'filename';
// A column of the table may bear the reserved name; inside the view it goes by this one.
const FILENAME_STAND_IN = 'periplus filename';

/** The SELECT of the view; `withPath` adds `"$path"`. */
export function selectOfTable(table: SqlFileTable, withPath: boolean): string {
  const paths = table.partitions.flatMap((partition) => partition.paths);
  return paths.length === 0 ? selectNothing(table, withPath) : selectFiles(table, paths, withPath);
}

function selectNothing(table: SqlFileTable, withPath: boolean): string {
  const columns = [...table.columns, ...table.partitionKeys].map(
    ({ name, type }) => `CAST(NULL AS ${duckdbTypeOf(type)}) AS ${quoteName(name)}`,
  );
  if (withPath) columns.push(`CAST(NULL AS VARCHAR) AS ${quoteName(PATH_COLUMN)}`);
  return `SELECT ${columns.join(', ')} WHERE false`;
}

function selectFiles(table: SqlFileTable, paths: readonly string[], withPath: boolean): string {
  const columns = table.columns.map(({ name }) =>
    name.toLowerCase() === FILENAME ? `${quoteName(FILENAME_STAND_IN)} AS ${quoteName(name)}` : quoteName(name),
  );
  table.partitionKeys.forEach((key, i) => {
    columns.push(`CAST(${keyExpression(table, i)} AS ${duckdbTypeOf(key.type)}) AS ${quoteName(key.name)}`);
  });
  if (withPath) columns.push(`${FILENAME} AS ${quoteName(PATH_COLUMN)}`);
  const files = paths.map((path) => quoteText(patternOf(path))).join(', ');
  return `SELECT ${columns.join(', ')} FROM read_parquet([${files}], schema = ${schemaOf(table.columns)}, filename = true)`;
}

function schemaOf(columns: readonly SqlColumn[]): string {
  const entries = columns.map(({ name, type }) => {
    const shown = name.toLowerCase() === FILENAME ? FILENAME_STAND_IN : name;
    return `${quoteText(name)}: {name: ${quoteText(shown)}, type: ${quoteText(duckdbTypeOf(type))}, default_value: NULL}`;
  });
  return `MAP {${entries.join(', ')}}`;
}

/** A cut of the path where every file has the key's value at the same place (as `…/dt=2024-01-02/…`), else a look-up. */
function keyExpression(table: SqlFileTable, key: number): string {
  const files = table.partitions.flatMap(({ values, paths }) =>
    paths.map((path) => ({ path, value: values[key] ?? '' })),
  );
  const value = files[0]?.value ?? '';
  const at = value === '' ? -1 : (files[0]?.path.lastIndexOf(value) ?? -1);
  const cuttable =
    at >= 0 &&
    files.every(
      (file) => file.value.length === value.length && isAscii(file.path) && file.path.startsWith(file.value, at),
    );
  if (cuttable) return `substring(${FILENAME}, ${at + 1}, ${value.length})`;
  const entries = files.map((file) => `${quoteText(file.path)}: ${quoteText(file.value)}`);
  return `MAP {${entries.join(', ')}}[${FILENAME}]`;
}

function isAscii(text: string): boolean {
  return !/[^\x20-\x7e]/.test(text);
}

/** DuckDB takes every path for a pattern; this one matches just the path. */
export function patternOf(path: string): string {
  return path.replace(/[*?[]/g, '[$&]');
}
