import type { Selectable } from 'kysely';
import type { BatchDeletesTable } from '../ports/state/inventory-schema.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import { type BatchDeleteState, RUNNING_STATES } from './batch-delete-states.ts';

export interface FailedDeletion {
  readonly configurationId: string;
  readonly errorStatusCode: number;
  readonly errorMessage: string;
}

export interface DeletionWarning {
  readonly configurationId: string;
  readonly warningCode: number;
  readonly warningText: string;
}

export interface BatchDelete {
  readonly taskId: string;
  readonly status: BatchDeleteState;
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  /** Each id once; every one of them ends among the deleted or the failed. */
  readonly requested: readonly string[];
  readonly deleted: readonly string[];
  readonly failed: readonly FailedDeletion[];
  readonly warnings: readonly DeletionWarning[];
}

const COLUMNS = [
  'task_id',
  'status',
  'started_at_ms',
  'ended_at_ms',
  'requested_json',
  'deleted_json',
  'failed_json',
  'warnings_json',
] as const;

function read(row: Pick<Selectable<BatchDeletesTable>, (typeof COLUMNS)[number]>): BatchDelete {
  return {
    taskId: row.task_id,
    status: row.status as BatchDeleteState,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms ?? undefined,
    requested: JSON.parse(row.requested_json) as string[],
    deleted: JSON.parse(row.deleted_json) as string[],
    failed: JSON.parse(row.failed_json) as FailedDeletion[],
    warnings: JSON.parse(row.warnings_json) as DeletionWarning[],
  };
}

export async function findBatchDelete(
  queries: StateQueries,
  accountId: string,
  taskId: string,
): Promise<BatchDelete | undefined> {
  const row = await queries
    .selectFrom('batch_deletes')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('task_id', '=', taskId)
    .executeTakeFirst();
  return row === undefined ? undefined : read(row);
}

/** Tasks that are not over, oldest first. */
export async function listRunning(queries: StateQueries, accountId: string, limit?: number): Promise<BatchDelete[]> {
  let query = queries
    .selectFrom('batch_deletes')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('status', 'in', [...RUNNING_STATES])
    .orderBy('started_at_ms')
    .orderBy('task_id');
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(read);
}

export async function insertBatchDelete(queries: StateQueries, accountId: string, task: BatchDelete): Promise<void> {
  await queries
    .insertInto('batch_deletes')
    .values({ account_id: accountId, task_id: task.taskId, started_at_ms: task.startedAtMs, ...changingColumns(task) })
    .execute();
}

/** Writes what a task has come to. */
export async function updateBatchDelete(queries: StateQueries, accountId: string, task: BatchDelete): Promise<void> {
  await queries
    .updateTable('batch_deletes')
    .set(changingColumns(task))
    .where('account_id', '=', accountId)
    .where('task_id', '=', task.taskId)
    .execute();
}

function changingColumns(task: BatchDelete) {
  return {
    status: task.status,
    ended_at_ms: task.endedAtMs ?? null,
    requested_json: JSON.stringify(task.requested),
    deleted_json: JSON.stringify(task.deleted),
    failed_json: JSON.stringify(task.failed),
    warnings_json: JSON.stringify(task.warnings),
  };
}
