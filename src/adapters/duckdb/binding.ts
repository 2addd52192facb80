/** Chooses among the translations of a query the first that DuckDB accepts, and accepts nothing but queries. */
import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from '@duckdb/node-api';
import { notSupported } from './dialect/dialect-error.ts';

export interface BoundQuery {
  readonly text: string;
  readonly statement: DuckDBPreparedStatement;
}

/** @throws what the first translation failed with, when none binds. */
export async function bindFirst(connection: DuckDBConnection, texts: Iterable<string>): Promise<BoundQuery> {
  let failure: unknown;
  for (const text of texts) {
    try {
      const statement = await connection.prepare(text);
      // The dialect lets only queries through; this holds even where it errs.
      if (statement.statementType !== StatementType.SELECT) throw notSupported('statements that do not read');
      return { text, statement };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}
