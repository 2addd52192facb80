import { join } from 'node:path';
import { createDuckdbSqlEngine } from '../adapters/duckdb/duckdb-sql-engine.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { Queries } from '../query/queries.ts';
import { QueryRunner } from '../query/query-runner.ts';
import type { Base } from './compose.ts';

/** Starts what runs queries; it is stopped before the state closes. */
export function startQueryRunner(base: Base, stack: AsyncDisposableStack): QueryRunner {
  const { config, state, objects, log } = base;
  const engine = stack.use(createDuckdbSqlEngine());
  const runner = stack.use(
    new QueryRunner(
      { state, objects, clock: systemClock, random: systemRandom, engine },
      {
        accountId: config['account-id'],
        runningMax: config['queries-running-max'],
        timeoutMs: config['query-timeout'],
        memoryBytesMax: config['query-memory'],
        resultBytesMax: config['query-result-bytes'],
        threadsMax: config['query-threads'],
        tempDir: join(config['data-dir'], 'work'),
        onError: (error) => log.error({ err: error }, 'the query runner failed and will try again'),
      },
    ),
  );
  runner.start();
  return runner;
}

/** What the Athena service asks; a runner in the same process hears of changes at once. */
export async function composeQueries(base: Base, runner: QueryRunner | undefined): Promise<Queries> {
  const { config, state, objects, pageTokenKey } = base;
  const queries = new Queries(
    { state, objects, clock: systemClock, random: systemRandom, ...(runner === undefined ? {} : { listener: runner }) },
    { accountId: config['account-id'], region: config.region, queuedMax: config['queries-queued-max'], pageTokenKey },
  );
  await queries.prepare();
  return queries;
}
