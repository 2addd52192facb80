/** What happened around runs that the wire has no place for: claims, resumptions, dropped ticks. Tables are in the activities. */

import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import type { DataSourceRef } from '../data-sources/data-source.ts';
import type { RunRef } from './run-store.ts';

export interface LogLine {
  readonly runId: string | undefined;
  readonly atMs: number;
  readonly message: string;
}

export async function appendLogLine(tx: StateTransaction, source: DataSourceRef, line: LogLine): Promise<void> {
  const row = await tx
    .selectFrom('data_source_log')
    .select((eb) => eb.fn.max('line_no').as('last'))
    .where('account_id', '=', source.accountId)
    .where('domain_id', '=', source.domainId)
    .where('data_source_id', '=', source.dataSourceId)
    .executeTakeFirst();
  await tx
    .insertInto('data_source_log')
    .values({
      account_id: source.accountId,
      domain_id: source.domainId,
      data_source_id: source.dataSourceId,
      line_no: Number(row?.last ?? 0) + 1,
      run_id: line.runId ?? null,
      at_ms: line.atMs,
      message: line.message,
    })
    .execute();
}

/** Oldest first. */
export async function listLogOfRun(queries: StateQueries, run: RunRef, limit: number): Promise<LogLine[]> {
  const rows = await queries
    .selectFrom('data_source_log')
    .select(['run_id', 'at_ms', 'message'])
    .where('account_id', '=', run.accountId)
    .where('domain_id', '=', run.domainId)
    .where('run_id', '=', run.runId)
    .orderBy('line_no')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ runId: row.run_id ?? undefined, atMs: row.at_ms, message: row.message }));
}

/** Newest first: what a source did between its runs included. */
export async function listLogOfSource(queries: StateQueries, source: DataSourceRef, limit: number): Promise<LogLine[]> {
  const rows = await queries
    .selectFrom('data_source_log')
    .select(['run_id', 'at_ms', 'message'])
    .where('account_id', '=', source.accountId)
    .where('domain_id', '=', source.domainId)
    .where('data_source_id', '=', source.dataSourceId)
    .orderBy('line_no', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ runId: row.run_id ?? undefined, atMs: row.at_ms, message: row.message }));
}
