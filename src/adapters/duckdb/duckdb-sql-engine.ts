/**
 * The SqlEngine port over DuckDB: every statement runs in another process, in a database of its own that reaches nothing
 * but the files of the tables the statement names. This side resolves names, keeps the clock and kills; it parses nothing.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type SqlEngine, SqlError, type SqlOutcome, type SqlRequest } from '../../ports/sql-engine.ts';
import type { Sandbox } from './sandbox.ts';
import { SandboxPool } from './sandbox-pool.ts';
import type { FromSandbox, TableAnswer, TableName, ToSandbox } from './sandbox-protocol.ts';

export interface DuckdbSqlEngineOptions {
  /** Processes kept ready for the next statements; each costs about 200 MB of memory. Default 1. */
  readonly sparesMax?: number;
}

/** Starts the spare sandboxes at once; dispose it to end every process it started. */
export function createDuckdbSqlEngine(options: DuckdbSqlEngineOptions = {}): SqlEngine {
  const pool = new SandboxPool(options.sparesMax ?? 1);
  return {
    run: async (request, signal) => {
      if (signal.aborted) throw cancelled();
      if (existsSync(request.resultPath)) throw new Error(`The result file ${request.resultPath} is there already`);
      const sandbox = pool.take();
      try {
        const outcome = await runIn(sandbox, request, signal);
        pool.release(sandbox, true);
        return outcome;
      } catch (error) {
        pool.release(sandbox, false);
        await sandbox.ended();
        await rm(request.resultPath, { force: true });
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

function runIn(sandbox: Sandbox, request: SqlRequest, signal: AbortSignal): Promise<SqlOutcome> {
  const { promise, resolve, reject } = Promise.withResolvers<SqlOutcome>();
  const onAbort = () => reject(cancelled());
  const timer = setTimeout(() => reject(timedOut(request.limits.timeoutMs)), request.limits.timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  sandbox.onMessage((message) => {
    if (message.kind === 'done') resolve(message.outcome);
    else if (message.kind === 'failed') reject(new SqlError(message.category, message.message));
    else answer(message, request).then((reply) => sandbox.send(reply), reject);
  });
  const forgetExit = sandbox.onExit(() => reject(crashed()));
  sandbox.ready.then(
    () => sandbox.send({ kind: 'run', job: jobOf(request) }),
    () => reject(crashed()),
  );
  return promise.finally(() => {
    clearTimeout(timer);
    forgetExit();
    signal.removeEventListener('abort', onAbort);
  });
}

function jobOf(request: SqlRequest) {
  const { sql, database, parameters, resultPath, limits } = request;
  return { sql, database, parameters, resultPath, limits, listsCatalog: request.listCatalog !== undefined };
}

async function answer(message: FromSandbox, request: SqlRequest): Promise<ToSandbox> {
  if (message.kind === 'resolve') return { kind: 'resolved', answers: await Promise.all(message.names.map(lookUp)) };
  if (message.kind === 'list-catalog' && request.listCatalog) {
    return { kind: 'catalog', listing: await request.listCatalog() };
  }
  throw new SqlError('system', `GENERIC_INTERNAL_ERROR: The sandbox said ${message.kind} out of turn`);

  async function lookUp({ database, table }: TableName): Promise<TableAnswer> {
    const found = await request.resolveTable(database, table);
    if (found !== undefined) return { table: found, databaseExists: true };
    return { databaseExists: await request.hasDatabase(database) };
  }
}

const cancelled = () => new SqlError('cancelled', 'Query cancelled by user');
const crashed = () =>
  new SqlError('system', 'GENERIC_INTERNAL_ERROR: The process running the query ended unexpectedly');

function timedOut(timeoutMs: number): SqlError {
  return new SqlError('user', `EXCEEDED_TIME_LIMIT: Query exceeded the maximum run time of ${timeoutMs / 1000} s`);
}
