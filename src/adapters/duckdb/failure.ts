/** DuckDB's errors in the words of Athena (athena-sql reference, 9). */
import { SqlError } from '../../ports/sql-engine.ts';

export function failureOf(error: unknown): SqlError {
  const text = error instanceof Error ? error.message : String(error);
  return new SqlError('system', `GENERIC_INTERNAL_ERROR: ${text}`);
}
