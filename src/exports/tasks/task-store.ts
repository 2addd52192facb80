import type { ExpressionBuilder, Selectable } from 'kysely';
import type { ExportTasksTable } from '../../ports/state/export-tasks-schema.ts';
import type { StateSchema } from '../../ports/state/schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { AgentOrder, Ec2Preferences, ExportKind, ExportOrder, ExportTask } from './export-task.ts';
import type { ExportTaskState } from './export-task-states.ts';

const COLUMNS = [
  'export_tasks.account_id',
  'export_id',
  'kind',
  'status',
  'requested_at_ms',
  'agent_id',
  'start_ms',
  'end_ms',
  'preferences_json',
  'after_segment_no',
  'attempts',
  'failure',
  'result_bucket',
  'result_key',
  'expires_at_ms',
] as const;

type TaskRow = Omit<Selectable<ExportTasksTable>, 'completed_at_ms'> & { readonly object_key: string | null };

/** Tasks, and whether the object that holds their data is still in its bucket: users may delete it. */
function select(queries: StateQueries, accountId: string) {
  return queries
    .selectFrom('export_tasks')
    .leftJoin('bucket_objects', (join) =>
      join
        .onRef('bucket_objects.account_id', '=', 'export_tasks.account_id')
        .onRef('bucket_objects.bucket', '=', 'export_tasks.result_bucket')
        .onRef('bucket_objects.key', '=', 'export_tasks.result_key'),
    )
    .select([...COLUMNS, 'bucket_objects.object_key'])
    .where('export_tasks.account_id', '=', accountId);
}

function read(row: TaskRow): ExportTask {
  const { result_bucket: bucket, result_key: key, expires_at_ms: expiresAtMs } = row;
  const isHeld = bucket !== null && key !== null && expiresAtMs !== null && row.object_key !== null;
  return {
    accountId: row.account_id,
    exportId: row.export_id,
    order: readOrder(row),
    status: row.status as ExportTaskState,
    requestedAtMs: row.requested_at_ms,
    afterSegmentNo: row.after_segment_no,
    attempts: row.attempts,
    failure: row.failure ?? undefined,
    result: isHeld ? { bucket, key, expiresAtMs } : undefined,
  };
}

function readOrder(row: TaskRow): ExportOrder {
  const kind = row.kind as ExportKind;
  if (kind === 'AGENT')
    return {
      kind,
      agentId: row.agent_id ?? '',
      startMs: row.start_ms ?? undefined,
      endMs: row.end_ms ?? undefined,
    };
  if (kind === 'EC2') return { kind, preferences: JSON.parse(row.preferences_json ?? '{}') as Ec2Preferences };
  return { kind };
}

export async function insertTask(queries: StateQueries, task: ExportTask): Promise<void> {
  const { order } = task;
  const agent = order.kind === 'AGENT' ? order : undefined;
  await queries
    .insertInto('export_tasks')
    .values({
      account_id: task.accountId,
      export_id: task.exportId,
      kind: order.kind,
      status: task.status,
      requested_at_ms: task.requestedAtMs,
      completed_at_ms: null,
      agent_id: agent?.agentId ?? null,
      start_ms: agent?.startMs ?? null,
      end_ms: agent?.endMs ?? null,
      preferences_json: order.kind === 'EC2' ? JSON.stringify(order.preferences) : null,
      after_segment_no: task.afterSegmentNo,
      attempts: task.attempts,
      failure: null,
      result_bucket: null,
      result_key: null,
      expires_at_ms: null,
    })
    .execute();
}

export interface TaskPosition {
  readonly requestedAtMs: number;
  readonly exportId: string;
}

export interface TaskPage {
  readonly after?: TaskPosition | undefined;
  readonly limit: number;
  readonly exportIds?: readonly string[] | undefined;
  readonly agentIds?: readonly string[] | undefined;
  readonly kind?: ExportKind | undefined;
}

/** Newest first. */
export async function listTasks(queries: StateQueries, accountId: string, page: TaskPage): Promise<ExportTask[]> {
  const { after, exportIds, agentIds, kind } = page;
  // Filters that contradict each other; PostgreSQL takes no empty list.
  if (exportIds?.length === 0 || agentIds?.length === 0) return [];
  let query = select(queries, accountId)
    .orderBy('requested_at_ms', 'desc')
    .orderBy('export_id', 'desc')
    .limit(page.limit);
  if (exportIds !== undefined) query = query.where('export_id', 'in', [...exportIds]);
  if (agentIds !== undefined) query = query.where('agent_id', 'in', [...agentIds]);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (after !== undefined) query = query.where((eb) => isAfter(eb, after));
  return (await query.execute()).map(read);
}

function isAfter(eb: ExpressionBuilder<StateSchema, 'export_tasks'>, after: TaskPosition) {
  return eb.or([
    eb('requested_at_ms', '<', after.requestedAtMs),
    eb.and([eb('requested_at_ms', '=', after.requestedAtMs), eb('export_id', '<', after.exportId)]),
  ]);
}

export async function countInProgress(queries: StateQueries, accountId: string, kind: ExportKind): Promise<number> {
  const row = await queries
    .selectFrom('export_tasks')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('account_id', '=', accountId)
    .where('status', '=', 'IN_PROGRESS')
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Exports of a kind that were asked for after `sinceMs`. */
export async function countSince(
  queries: StateQueries,
  accountId: string,
  asked: { kind: ExportKind; sinceMs: number },
): Promise<number> {
  const row = await queries
    .selectFrom('export_tasks')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('account_id', '=', accountId)
    .where('requested_at_ms', '>', asked.sinceMs)
    .where('kind', '=', asked.kind)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The newest export of the same agent and window that can still be fetched. */
export async function findSame(
  queries: StateQueries,
  accountId: string,
  order: AgentOrder & { startMs: number; endMs: number },
  nowMs: number,
): Promise<ExportTask | undefined> {
  const row = await select(queries, accountId)
    .where('agent_id', '=', order.agentId)
    .where('start_ms', '=', order.startMs)
    .where('end_ms', '=', order.endMs)
    .where('status', '=', 'SUCCEEDED')
    .where('expires_at_ms', '>', nowMs)
    .where('bucket_objects.object_key', 'is not', null)
    .orderBy('requested_at_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : read(row);
}

/** The export that has waited longest of those whose data is there: in Parquet, or in the inventory. */
export async function findNextToMake(
  queries: StateQueries,
  accountId: string,
  cursor: { readonly rolledSegmentNo: number; readonly projectedSegmentNo: number },
): Promise<ExportTask | undefined> {
  const row = await select(queries, accountId)
    .where('status', '=', 'IN_PROGRESS')
    .where((eb) =>
      eb.or([
        eb('after_segment_no', '<=', cursor.projectedSegmentNo),
        eb.and([eb('kind', '=', 'AGENT'), eb('after_segment_no', '<=', cursor.rolledSegmentNo)]),
      ]),
    )
    .orderBy('requested_at_ms')
    .orderBy('export_id')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : read(row);
}

/** Counts an attempt that begins, or takes one back that was given up unharmed. */
export async function countAttempt(
  queries: StateQueries,
  task: Pick<ExportTask, 'accountId' | 'exportId'>,
  attempts: number,
): Promise<void> {
  await queries
    .updateTable('export_tasks')
    .set({ attempts })
    .where('account_id', '=', task.accountId)
    .where('export_id', '=', task.exportId)
    .execute();
}

export interface TaskEnding {
  readonly status: ExportTaskState;
  readonly nowMs: number;
  readonly failure?: string;
  readonly result?: { readonly bucket: string; readonly key: string; readonly expiresAtMs: number };
}

/** Ends a task that is still in progress at this attempt. False: it is not. */
export async function endTask(queries: StateQueries, task: ExportTask, ending: TaskEnding): Promise<boolean> {
  const { result } = ending;
  const done = await queries
    .updateTable('export_tasks')
    .set({
      status: ending.status,
      completed_at_ms: ending.nowMs,
      failure: ending.failure ?? null,
      result_bucket: result?.bucket ?? null,
      result_key: result?.key ?? null,
      expires_at_ms: result?.expiresAtMs ?? null,
    })
    .where('account_id', '=', task.accountId)
    .where('export_id', '=', task.exportId)
    .where('status', '=', 'IN_PROGRESS')
    .where('attempts', '=', task.attempts)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Tasks whose data is past its life and still named. */
export async function listExpired(
  queries: StateQueries,
  accountId: string,
  nowMs: number,
  limit: number,
): Promise<{ exportId: string; bucket: string; key: string }[]> {
  const rows = await queries
    .selectFrom('export_tasks')
    .select(['export_id', 'result_bucket', 'result_key'])
    .where('account_id', '=', accountId)
    .where('expires_at_ms', '<=', nowMs)
    .where('result_key', 'is not', null)
    .orderBy('expires_at_ms')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    exportId: row.export_id,
    bucket: row.result_bucket ?? '',
    key: row.result_key ?? '',
  }));
}

export async function forgetResults(
  queries: StateQueries,
  accountId: string,
  exportIds: readonly string[],
): Promise<void> {
  if (exportIds.length === 0) return;
  await queries
    .updateTable('export_tasks')
    .set({ result_key: null })
    .where('account_id', '=', accountId)
    .where('export_id', 'in', [...exportIds])
    .execute();
}
