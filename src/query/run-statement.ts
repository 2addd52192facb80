import { rm, writeFile } from 'node:fs/promises';
import type { ObjectStore } from '../ports/objects.ts';
import { type SqlEngine, SqlError, type SqlLimits } from '../ports/sql-engine.ts';
import type { StateQueries, StateStore } from '../ports/state/state-store.ts';
import { listCatalog } from './catalog-listing.ts';
import { CatalogSnapshot } from './catalog-snapshot.ts';
import type { QueryExecution, QueryResult } from './execution.ts';
import { encodeTextRecords } from './result-records.ts';
import type { StatementAnswer } from './statements/answer.ts';
import { answerStatement } from './statements/answer-statement.ts';
import { createView } from './statements/create-view.ts';
import { parseStatement } from './statements/parse-statement.ts';
import type { CreateView } from './statements/statement.ts';

/** Runs one query to its answer, a local file; knows nothing of states, claims and buckets. */

export interface StatementPorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly engine: SqlEngine;
}

export interface StatementRun {
  readonly execution: QueryExecution;
  readonly limits: SqlLimits;
  /** Local file for the answer. */
  readonly path: string;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

export interface StatementOutcome {
  readonly result: QueryResult;
  /** What the statement changes, to happen when it succeeds. */
  readonly apply?: (tx: StateQueries) => Promise<void>;
}

/** What a query without a database in its context names. */
export const DEFAULT_DATABASE = 'default';

/** @throws SqlError */
export async function runStatement(ports: StatementPorts, run: StatementRun): Promise<StatementOutcome> {
  const statement = parseStatement(run.execution.sql);
  if (statement.kind === 'read') {
    const { result } = await runOnEngine(ports, run, run.execution.sql, run.execution.parameters);
    return { result };
  }
  requireNoParameters(run.execution);
  if (statement.kind === 'create-view') return write(run, await makeView(ports, run, statement));
  return write(run, await answerStatement(statement, scopeOf(ports, run)));
}

async function runOnEngine(
  ports: StatementPorts,
  run: StatementRun,
  sql: string,
  parameters: readonly string[],
): Promise<{ result: QueryResult; snapshot: CatalogSnapshot }> {
  const { accountId } = run.execution;
  const snapshot = new CatalogSnapshot(ports, accountId);
  const request = {
    sql,
    database: databaseOf(run.execution),
    parameters,
    resolveTable: (database: string, table: string) => snapshot.resolveTable(database, table),
    hasDatabase: (database: string) => snapshot.hasDatabase(database),
    listCatalog: () => ports.state.transaction((tx) => listCatalog(tx, accountId)),
    resultPath: run.path,
    limits: run.limits,
  };
  const { columns, rows, resultBytes, scannedBytes } = await ports.engine.run(request, run.signal);
  return { result: { columns, rows, resultBytes, scannedBytes }, snapshot };
}

async function makeView(ports: StatementPorts, run: StatementRun, statement: CreateView): Promise<StatementAnswer> {
  const { result, snapshot } = await runOnEngine(ports, run, statement.probeSql, []);
  await rm(run.path, { force: true });
  return createView(
    statement,
    { ...scopeOf(ports, run), nowMs: run.nowMs },
    { columns: result.columns, reads: (database, table) => snapshot.hasResolved(database, table) },
  );
}

async function write(run: StatementRun, answer: StatementAnswer): Promise<StatementOutcome> {
  const bytes = encodeTextRecords(answer.lines);
  await writeFile(run.path, bytes);
  return {
    result: {
      columns: answer.columns,
      rows: answer.lines.length,
      resultBytes: bytes.byteLength,
      scannedBytes: 0,
    },
    ...(answer.apply === undefined ? {} : { apply: answer.apply }),
  };
}

function scopeOf(ports: StatementPorts, { execution }: StatementRun) {
  return { queries: ports.state.queries, accountId: execution.accountId, database: databaseOf(execution) };
}

function databaseOf({ database }: QueryExecution): string {
  return (database ?? DEFAULT_DATABASE).toLowerCase();
}

function requireNoParameters({ parameters }: QueryExecution): void {
  if (parameters.length === 0) return;
  throw new SqlError(
    'user',
    `INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 0 but found ${parameters.length}`,
  );
}
