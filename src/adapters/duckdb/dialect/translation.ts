/** Between Trino's SQL and DuckDB's, by way of the parser's tree (athena-sql reference, 1). */
import { generate, parse, transpile } from '@polyglot-sql/sdk';
import { SqlError } from '../../../ports/sql-engine.ts';
import type { Json } from './tree.ts';

/** The tree of the one statement in `sql`. */
export function parseStatement(sql: string): Json {
  const parsed = parse(sql, 'trino' as never);
  if (!parsed.success) throw new SqlError('user', `SYNTAX_ERROR: ${parsed.error}`);
  return parsed.ast as Json;
}

export function printDuckdb(tree: Json): string {
  const printed = generate(tree, 'trino' as never);
  const text = printed.sql?.[0];
  if (!printed.success || text === undefined) throw new SqlError('user', `NOT_SUPPORTED: ${printed.error}`);
  const translated = transpile(text, 'trino' as never, 'duckdb' as never, { unsupportedLevel: 'raise' } as never);
  const sql = translated.sql?.[0];
  if (!translated.success || sql === undefined) throw new SqlError('user', `NOT_SUPPORTED: ${translated.error}`);
  return sql;
}
