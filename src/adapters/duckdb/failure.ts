/** DuckDB's errors in the words of Athena (athena-sql reference, 9). */
import { basename } from 'node:path';
import { SqlError, type SqlErrorCategory } from '../../ports/sql-engine.ts';
import { DialectError } from './dialect/dialect-error.ts';
import { locate } from './dialect/tokens.ts';
import { placeOf, SyntaxDialectError } from './dialect/translation.ts';

/** What a failure is told against: the user's text, and the files whose places on disk users must not see. */
export interface FailureContext {
  readonly sql: string;
  readonly paths: readonly string[];
  readonly memoryBytesMax: number;
}

interface Rule {
  readonly pattern: RegExp;
  readonly message: (found: RegExpExecArray, context: FailureContext) => string;
  readonly category?: SqlErrorCategory;
}

const RULES: readonly Rule[] = [
  {
    pattern: /column "([^"]+)" not found|does not have a column named "([^"]+)"|Referenced table "([^"]+)" not found/,
    message: (found, { sql }) => columnNotFound(found[1] ?? found[2] ?? found[3] ?? '', sql),
  },
  {
    pattern: /Function with name "?(?:athena_)?(\w+)"? does not exist/i,
    message: (found, { sql }) =>
      `FUNCTION_NOT_FOUND: ${locate(sql, found[1])}: Function '${found[1]?.toLowerCase()}' not registered`,
  },
  {
    pattern: /Macro "?(?:athena_)?(\w+)\(?.*?does not (?:support|match)|No function matches .*? '(?:athena_)?(\w+)\(/s,
    message: (found, { sql }) =>
      `TYPE_MISMATCH: ${locate(sql, found[1] ?? found[2])}: Unexpected parameters for function ${(found[1] ?? found[2])?.toLowerCase()}`,
  },
  {
    pattern: /column "([^"]+)" must appear in the GROUP BY clause/,
    message: (found, { sql }) =>
      `EXPRESSION_NOT_AGGREGATE: ${locate(sql, found[1])}: '${found[1]}' must be an aggregate expression or appear in GROUP BY clause`,
  },
  {
    pattern: /Ambiguous reference to column name "([^"]+)"/,
    message: (found, { sql }) => `AMBIGUOUS_NAME: ${locate(sql, found[1])}: Column '${found[1]}' is ambiguous`,
  },
  {
    pattern: /^(?:Binder|Not implemented) Error: (.*)/s,
    message: (found) => `TYPE_MISMATCH: line 1:1: ${found[1]}`,
  },
  { pattern: /^Parser Error: (.*)/s, message: (found) => `SYNTAX_ERROR: line 1:1: ${found[1]}` },
  {
    pattern: /value (?:-?inf(?:inity)?|-?nan) can't be cast|Cannot cast value (?:-?inf|nan)/i,
    message: () => 'DIVISION_BY_ZERO: Division by zero',
  },
  {
    pattern: /Could not convert string '(.*)' to (\w+)/s,
    message: (found) => `INVALID_CAST_ARGUMENT: Cannot cast '${found[1]}' to ${castType(found[2] ?? '')}`,
  },
  {
    pattern: /^(?:\w+ )*Error: (.*(?:out of range|Overflow).*)/is,
    message: (found) => `NUMERIC_VALUE_OUT_OF_RANGE: ${found[1]}`,
  },
  {
    pattern: /^Conversion Error: (.*)/s,
    message: (found) => `INVALID_CAST_ARGUMENT: ${found[1]}`,
  },
  {
    pattern: /^Out of Memory Error/,
    message: (_found, { memoryBytesMax }) =>
      `EXCEEDED_MEMORY_LIMIT: Query exceeded the memory limit of ${Math.floor(memoryBytesMax / 2 ** 20)} MB`,
  },
  {
    pattern: /^Permission Error: (.*)/s,
    message: () => 'PERMISSION_DENIED: Access to files outside of tables is denied',
  },
  {
    pattern: /magic bytes|Parquet|thrift|Failed to read file|corrupt/i,
    message: (found) => `HIVE_BAD_DATA: ${found.input}`,
  },
  { pattern: /^(?:IO|HTTP) Error: (.*)/s, message: (found) => `HIVE_CANNOT_OPEN_SPLIT: ${found[1]}` },
  {
    pattern: /^Invalid (?:Input|type) Error: (.*)|^Invalid Input (.*)/s,
    message: (found) => `INVALID_FUNCTION_ARGUMENT: ${found[1] ?? found[2]}`,
  },
];

/** The error to answer with, whatever was thrown. */
export function failureOf(error: unknown, context: FailureContext): SqlError {
  if (error instanceof SqlError) return error;
  if (error instanceof SyntaxDialectError) {
    return new SqlError('user', `SYNTAX_ERROR: ${placeOf(context.sql, error.start)}: ${error.message}`);
  }
  if (error instanceof DialectError) return error.toSqlError(context.sql);
  const text = clean(error instanceof Error ? error.message : String(error), context.paths);
  for (const { pattern, message, category } of RULES) {
    const found = pattern.exec(text);
    if (found !== null) return new SqlError(category ?? 'user', message(found, context).trim());
  }
  return new SqlError('system', `GENERIC_INTERNAL_ERROR: ${text}`);
}

function columnNotFound(name: string, sql: string): string {
  const place = locate(sql, name);
  return `COLUMN_NOT_FOUND: ${place}: Column '${name}' cannot be resolved or requester is not authorized to access requested resources`;
}

// DuckDB quotes the text it ran, which is not the user's, and full paths, which are not the user's business.
function clean(text: string, paths: readonly string[]): string {
  const said = text.split(/\n\s*\n?LINE \d+:/)[0]?.trim() ?? '';
  return said.replace(/(?:\/[^\s/"']+){2,}/g, (path) => (paths.includes(path) ? basename(path) : path));
}

const CAST_TYPES: Readonly<Record<string, string>> = {
  INT8: 'tinyint',
  INT16: 'smallint',
  INT32: 'integer',
  INT64: 'bigint',
  BOOL: 'boolean',
  FLOAT: 'real',
};

function castType(name: string): string {
  return CAST_TYPES[name] ?? name.toLowerCase();
}
