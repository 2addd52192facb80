import type { Selectable } from 'kysely';
import { chunksOf } from '../inventory/chunks.ts';
import type { ImportTasksTable } from '../ports/state/imports-schema.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import type { FileClassification, ImportState } from './import-states.ts';
import type { ImportSource, ImportTask } from './import-task.ts';

/** Rows of import tasks. */
const COLUMNS = [
  'account_id',
  'task_id',
  'client_request_token',
  'name',
  'import_url',
  'status',
  'source_json',
  'import_no',
  'delete_no',
  'delete_history',
  'file_classification',
  'requested_at_ms',
  'completed_at_ms',
  'deleted_at_ms',
  'entries_done',
  'attempts',
  'servers_imported',
  'servers_failed',
  'applications_imported',
  'applications_failed',
  'header_text',
  'report_key',
] as const;

export interface TaskRef {
  readonly accountId: string;
  readonly taskId: string;
}

export async function insertTask(queries: StateQueries, task: ImportTask): Promise<void> {
  await queries
    .insertInto('import_tasks')
    .values({
      account_id: task.accountId,
      task_id: task.taskId,
      client_request_token: task.clientRequestToken,
      name: task.name,
      import_url: task.importUrl,
      import_no: task.importNo,
      requested_at_ms: task.requestedAtMs,
      ...changingColumns(task),
    })
    .execute();
}

/** Writes all of a task that may change. */
export async function updateTask(queries: StateQueries, task: ImportTask): Promise<void> {
  await queries
    .updateTable('import_tasks')
    .set(changingColumns(task))
    .where('account_id', '=', task.accountId)
    .where('task_id', '=', task.taskId)
    .execute();
}

export async function deleteTask(queries: StateQueries, { accountId, taskId }: TaskRef): Promise<void> {
  await queries.deleteFrom('import_tasks').where('account_id', '=', accountId).where('task_id', '=', taskId).execute();
}

export async function findTask(queries: StateQueries, { accountId, taskId }: TaskRef): Promise<ImportTask | undefined> {
  const row = await select(queries, accountId).where('task_id', '=', taskId).executeTakeFirst();
  return row === undefined ? undefined : read(row);
}

export async function findByToken(
  queries: StateQueries,
  accountId: string,
  clientRequestToken: string,
): Promise<ImportTask | undefined> {
  const row = await select(queries, accountId)
    .where('client_request_token', '=', clientRequestToken)
    .executeTakeFirst();
  return row === undefined ? undefined : read(row);
}

/** Which tasks a listing is about: those that are in every list there is. */
export interface TaskFilters {
  readonly taskIds?: readonly string[] | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly classifications?: readonly string[] | undefined;
}

/** Newest first. */
export async function listTasks(
  queries: StateQueries,
  accountId: string,
  page: { readonly filters: TaskFilters; readonly beforeNo?: number | undefined; readonly limit: number },
): Promise<ImportTask[]> {
  let query = select(queries, accountId).orderBy('import_no', 'desc').limit(page.limit);
  if (page.beforeNo !== undefined) query = query.where('import_no', '<', page.beforeNo);
  const { taskIds, statuses, names, classifications } = page.filters;
  if (taskIds !== undefined) query = query.where('task_id', 'in', [...taskIds]);
  if (statuses !== undefined) query = query.where('status', 'in', [...statuses]);
  if (names !== undefined) query = query.where('name', 'in', [...names]);
  if (classifications !== undefined) query = query.where('file_classification', 'in', [...classifications]);
  return (await query.execute()).map(read);
}

/** The next place in the queue. */
export async function nextNo(queries: StateQueries, accountId: string): Promise<number> {
  const row = await queries
    .selectFrom('import_tasks')
    .select((eb) => [eb.fn.max<number | null>('import_no').as('import_no'), eb.fn.max('delete_no').as('delete_no')])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return Math.max(Number(row?.import_no ?? 0), Number(row?.delete_no ?? 0)) + 1;
}

/** The work that has waited longest: an import, or a deletion of a task whose import is over. */
export async function findNextJob(
  queries: StateQueries,
  accountId: string,
): Promise<{ kind: 'import' | 'delete'; task: ImportTask } | undefined> {
  const first = (status: ImportState, order: 'import_no' | 'delete_no') =>
    select(queries, accountId).where('status', '=', status).orderBy(order).limit(1).executeTakeFirst();
  const toImport = await first('IMPORT_IN_PROGRESS', 'import_no');
  const toDelete = await first('DELETE_IN_PROGRESS', 'delete_no');
  const isDeleteFirst = toDelete !== undefined && (toDelete.delete_no ?? 0) < (toImport?.import_no ?? Infinity);
  if (isDeleteFirst) return { kind: 'delete', task: read(toDelete) };
  return toImport === undefined ? undefined : { kind: 'import', task: read(toImport) };
}

/** The states of those of the tasks that there are. */
export async function listTaskStates(
  queries: StateQueries,
  accountId: string,
  taskIds: readonly string[],
): Promise<Map<string, ImportState>> {
  const states = new Map<string, ImportState>();
  for (const some of chunksOf(taskIds)) {
    const rows = await queries
      .selectFrom('import_tasks')
      .select(['task_id', 'status'])
      .where('account_id', '=', accountId)
      .where('task_id', 'in', some)
      .execute();
    for (const row of rows) states.set(row.task_id, row.status as ImportState);
  }
  return states;
}

function select(queries: StateQueries, accountId: string) {
  return queries.selectFrom('import_tasks').select(COLUMNS).where('account_id', '=', accountId);
}

function changingColumns(task: ImportTask) {
  return {
    status: task.status,
    source_json: JSON.stringify(task.source),
    delete_no: task.deleteNo ?? null,
    delete_history: task.deletesHistory ? 1 : 0,
    file_classification: task.fileClassification ?? null,
    completed_at_ms: task.completedAtMs ?? null,
    deleted_at_ms: task.deletedAtMs ?? null,
    entries_done: task.entriesDone,
    attempts: task.attempts,
    servers_imported: task.serversImported,
    servers_failed: task.serversFailed,
    applications_imported: task.applicationsImported,
    applications_failed: task.applicationsFailed,
    header_text: task.headerText ?? null,
    report_key: task.reportKey ?? null,
  };
}

function read(row: Pick<Selectable<ImportTasksTable>, (typeof COLUMNS)[number]>): ImportTask {
  return {
    accountId: row.account_id,
    taskId: row.task_id,
    clientRequestToken: row.client_request_token,
    name: row.name,
    importUrl: row.import_url,
    status: row.status as ImportState,
    source: JSON.parse(row.source_json) as ImportSource,
    importNo: row.import_no,
    deleteNo: row.delete_no ?? undefined,
    deletesHistory: row.delete_history === 1,
    fileClassification: (row.file_classification as FileClassification | null) ?? undefined,
    requestedAtMs: row.requested_at_ms,
    completedAtMs: row.completed_at_ms ?? undefined,
    deletedAtMs: row.deleted_at_ms ?? undefined,
    entriesDone: row.entries_done,
    attempts: row.attempts,
    serversImported: row.servers_imported,
    serversFailed: row.servers_failed,
    applicationsImported: row.applications_imported,
    applicationsFailed: row.applications_failed,
    headerText: row.header_text ?? undefined,
    reportKey: row.report_key ?? undefined,
  };
}
