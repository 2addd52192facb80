import { type Insertable, type Selectable, sql } from 'kysely';
import type { QueryExecutionsTable } from '../ports/state/schema.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import type { QueryResult } from './execution.ts';
import type { QueryState } from './query-states.ts';

export type QueryRow = Selectable<QueryExecutionsTable>;

export interface QueryRef {
  readonly accountId: string;
  readonly id: string;
}

/** A query in the hands of one server, told apart from every earlier attempt. */
export interface Claim extends QueryRef {
  readonly runnerId: string;
  readonly attempts: number;
}

const COLUMNS = [
  'account_id',
  'query_execution_id',
  'work_group',
  'status',
  'sql',
  'statement_type',
  'substatement_type',
  'catalog',
  'database_name',
  'parameters_json',
  'client_request_token',
  'request_hash',
  'output_bucket',
  'output_key',
  'submitted_at_ms',
  'started_at_ms',
  'completed_at_ms',
  'runner_id',
  'attempts',
  'state_change_reason',
  'error_category',
  'columns_json',
  'rows',
  'result_bytes',
  'scanned_bytes',
] as const;

export async function insertQuery(queries: StateQueries, row: Insertable<QueryExecutionsTable>): Promise<void> {
  await queries.insertInto('query_executions').values(row).execute();
}

export function findQuery(queries: StateQueries, ref: QueryRef): Promise<QueryRow | undefined> {
  return queries
    .selectFrom('query_executions')
    .select(COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('query_execution_id', '=', ref.id)
    .executeTakeFirst();
}

export function findByToken(
  queries: StateQueries,
  accountId: string,
  token: string,
): Promise<Pick<QueryRow, 'query_execution_id' | 'request_hash' | 'submitted_at_ms'> | undefined> {
  return queries
    .selectFrom('query_executions')
    .select(['query_execution_id', 'request_hash', 'submitted_at_ms'])
    .where('account_id', '=', accountId)
    .where('client_request_token', '=', token)
    .executeTakeFirst();
}

/** The token of a query of long ago may name another one now. */
export async function releaseToken(queries: StateQueries, ref: QueryRef): Promise<void> {
  await queries
    .updateTable('query_executions')
    .set({ client_request_token: null })
    .where('account_id', '=', ref.accountId)
    .where('query_execution_id', '=', ref.id)
    .execute();
}

export interface QueryPage {
  readonly workGroup: string;
  readonly sinceMs: number;
  readonly after?: { readonly submittedAtMs: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** Newest first. */
export function listQueryIds(
  queries: StateQueries,
  accountId: string,
  page: QueryPage,
): Promise<Pick<QueryRow, 'query_execution_id' | 'submitted_at_ms'>[]> {
  const { after } = page;
  let query = queries
    .selectFrom('query_executions')
    .select(['query_execution_id', 'submitted_at_ms'])
    .where('account_id', '=', accountId)
    .where('work_group', '=', page.workGroup)
    .where('submitted_at_ms', '>=', page.sinceMs)
    .orderBy('submitted_at_ms', 'desc')
    .orderBy('query_execution_id')
    .limit(page.limit);
  if (after !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('submitted_at_ms', '<', after.submittedAtMs),
        eb('submitted_at_ms', '=', after.submittedAtMs).and('query_execution_id', '>', after.id),
      ]),
    );
  }
  return query.execute();
}

export async function countByStatus(
  queries: StateQueries,
  accountId: string,
  status: 'QUEUED' | 'RUNNING',
): Promise<number> {
  const row = await queries
    .selectFrom('query_executions')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('account_id', '=', accountId)
    .where('status', '=', status)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The query that has waited longest. */
export function findOldestQueued(queries: StateQueries, accountId: string): Promise<QueryRow | undefined> {
  return queries
    .selectFrom('query_executions')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('status', '=', 'QUEUED')
    .orderBy('submitted_at_ms')
    .orderBy('query_execution_id')
    .limit(1)
    .executeTakeFirst();
}

/** False when it is not waiting any more. */
export async function markClaimed(queries: StateQueries, claim: Claim, nowMs: number): Promise<boolean> {
  const result = await queries
    .updateTable('query_executions')
    .set({ status: 'RUNNING', runner_id: claim.runnerId, attempts: claim.attempts, started_at_ms: nowMs })
    .where('account_id', '=', claim.accountId)
    .where('query_execution_id', '=', claim.id)
    .where('status', '=', 'QUEUED')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function listRunningIds(queries: StateQueries, accountId: string, runnerId: string): Promise<Set<string>> {
  const rows = await queries
    .selectFrom('query_executions')
    .select('query_execution_id')
    .where('account_id', '=', accountId)
    .where('status', '=', 'RUNNING')
    .where('runner_id', '=', runnerId)
    .execute();
  return new Set(rows.map((row) => row.query_execution_id));
}

/** Running queries of servers whose lease (`<prefix><runner id>`) is over. */
export async function listLost(
  queries: StateQueries,
  accountId: string,
  lease: { prefix: string; nowMs: number },
): Promise<Claim[]> {
  const rows = await queries
    .selectFrom('query_executions')
    .leftJoin('leases', (join) =>
      join
        .on('leases.name', '=', sql<string>`${lease.prefix} || query_executions.runner_id`)
        .on('leases.expires_at_ms', '>', lease.nowMs),
    )
    .select(['query_execution_id', 'runner_id', 'attempts'])
    .where('account_id', '=', accountId)
    .where('status', '=', 'RUNNING')
    .where('leases.name', 'is', null)
    .execute();
  return rows.map((row) => ({
    accountId,
    id: row.query_execution_id,
    runnerId: row.runner_id ?? '',
    attempts: row.attempts,
  }));
}

export interface Ending {
  readonly status: QueryState;
  readonly nowMs: number;
  readonly reason?: string | undefined;
  readonly errorCategory?: number | undefined;
  readonly result?: QueryResult | undefined;
}

/** Ends a claim that still holds. False: it was cancelled, or taken for lost and given to another. */
export async function endClaim(queries: StateQueries, claim: Claim, ending: Ending): Promise<boolean> {
  const { result } = ending;
  const done = await queries
    .updateTable('query_executions')
    .set({
      status: ending.status,
      completed_at_ms: ending.nowMs,
      state_change_reason: ending.reason ?? null,
      error_category: ending.errorCategory ?? null,
      columns_json: result === undefined ? null : JSON.stringify(result.columns),
      rows: result?.rows ?? null,
      result_bytes: result?.resultBytes ?? null,
      scanned_bytes: result?.scannedBytes ?? null,
    })
    .where('account_id', '=', claim.accountId)
    .where('query_execution_id', '=', claim.id)
    .where('status', '=', 'RUNNING')
    .where('runner_id', '=', claim.runnerId)
    .where('attempts', '=', claim.attempts)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Puts a claimed query back in the queue, counted as begun `attempts` times. */
export async function requeue(queries: StateQueries, claim: Claim, attempts: number): Promise<boolean> {
  const done = await queries
    .updateTable('query_executions')
    .set({ status: 'QUEUED', runner_id: null, started_at_ms: null, attempts })
    .where('account_id', '=', claim.accountId)
    .where('query_execution_id', '=', claim.id)
    .where('status', '=', 'RUNNING')
    .where('runner_id', '=', claim.runnerId)
    .where('attempts', '=', claim.attempts)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Changes the status of a query that nobody's claim is asked for. */
export async function markCancelled(
  queries: StateQueries,
  ref: QueryRef,
  change: { from: QueryState; nowMs: number; reason: string },
): Promise<boolean> {
  const done = await queries
    .updateTable('query_executions')
    .set({ status: 'CANCELLED', completed_at_ms: change.nowMs, state_change_reason: change.reason })
    .where('account_id', '=', ref.accountId)
    .where('query_execution_id', '=', ref.id)
    .where('status', '=', change.from)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Forgets finished queries from before `beforeMs`; their result objects stay. */
export async function deleteOldQueries(queries: StateQueries, accountId: string, beforeMs: number): Promise<void> {
  await queries
    .deleteFrom('query_executions')
    .where('account_id', '=', accountId)
    .where('submitted_at_ms', '<', beforeMs)
    .where('status', 'in', ['SUCCEEDED', 'FAILED', 'CANCELLED'])
    .execute();
}
