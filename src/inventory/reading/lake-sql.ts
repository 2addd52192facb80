import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely';
import type { LakeValue, LakeWriter } from '../../ports/sql-engine.ts';

/** DuckDB takes `$1` and double quotes, as PostgreSQL does: the same fragments serve it and the state store. */
const COMPILER = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** Runs a fragment on the reading engine; its values are bound, never text. */
export async function runLakeSql<Row>(engine: LakeWriter, statement: RawBuilder<Row>): Promise<Row[]> {
  const { sql, parameters } = statement.compile(COMPILER);
  return (await engine.run(sql, parameters as LakeValue[])) as Row[];
}
