import { chunksOf, VALUES_A_STATEMENT } from '../inventory/chunks.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import type { TaskRef } from './task-store.ts';
import type { FieldError, RecordFault } from './template/template-record.ts';

/** Rows of records that were not imported, until the file of them is made. */
export async function insertFailures(
  queries: StateQueries,
  { accountId, taskId }: TaskRef,
  faults: readonly RecordFault[],
): Promise<void> {
  const rows = faults.map((fault) => ({
    account_id: accountId,
    task_id: taskId,
    line_no: fault.line,
    external_id: fault.externalId,
    errors_json: JSON.stringify(fault.errors.map(({ column, message }) => [column, message])),
    record_text: fault.text,
  }));
  for (const some of chunksOf(rows, VALUES_A_STATEMENT / 6))
    await queries.insertInto('import_failures').values(some).execute();
}

export interface StoredFailure {
  readonly line: number;
  readonly externalId: string;
  readonly errors: readonly FieldError[];
  readonly text: string;
}

/** By line. */
export async function listFailures(
  queries: StateQueries,
  { accountId, taskId }: TaskRef,
  page: { readonly afterLine: number; readonly limit: number },
): Promise<StoredFailure[]> {
  const rows = await queries
    .selectFrom('import_failures')
    .select(['line_no', 'external_id', 'errors_json', 'record_text'])
    .where('account_id', '=', accountId)
    .where('task_id', '=', taskId)
    .where('line_no', '>', page.afterLine)
    .orderBy('line_no')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    line: row.line_no,
    externalId: row.external_id,
    errors: (JSON.parse(row.errors_json) as [string, string][]).map(([column, message]) => ({ column, message })),
    text: row.record_text,
  }));
}

export async function deleteFailures(
  queries: StateQueries,
  { accountId, taskId }: TaskRef,
  throughLine: number,
): Promise<void> {
  await queries
    .deleteFrom('import_failures')
    .where('account_id', '=', accountId)
    .where('task_id', '=', taskId)
    .where('line_no', '<=', throughLine)
    .execute();
}

/** Rows of tasks whose import is over: what they say is in its zip. */
export async function forgetEndedFailures(queries: StateQueries, accountId: string): Promise<void> {
  await queries
    .deleteFrom('import_failures')
    .where('account_id', '=', accountId)
    .where('task_id', 'not in', (eb) =>
      eb
        .selectFrom('import_tasks')
        .select('task_id')
        .where('account_id', '=', accountId)
        .where('status', '=', 'IMPORT_IN_PROGRESS'),
    )
    .execute();
}
