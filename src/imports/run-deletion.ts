import { serviceBucketName } from '../buckets/service-bucket.ts';
import { removeObjects } from '../buckets/write-objects.ts';
import { refreshServers } from '../inventory/apply-sources.ts';
import { deleteSources } from '../inventory/source-store.ts';
import type { StateTransaction } from '../ports/state/state-store.ts';
import { countDeleted, recordsDeletedToday } from './deletion-store.ts';
import type { ImportTask } from './import-task.ts';
import { listTaskSources, type RecordSource } from './task-sources.ts';
import { moved, type TaskWork } from './task-work.ts';

const RECORDS_A_STEP = 100;

/** Takes back what a task imported, step by step; servers that nothing else describes go. */
export async function runDeletion(work: TaskWork): Promise<void> {
  while (work.task.status === 'DELETE_IN_PROGRESS') await work.progress((tx, task) => deleteSome(work, tx, task));
}

async function deleteSome(work: TaskWork, tx: StateTransaction, task: ImportTask): Promise<ImportTask | undefined> {
  const { accountId, quotas } = work.options;
  const nowMs = work.ports.clock.nowMs();
  const sources = await listTaskSources(tx, accountId, task.taskId, RECORDS_A_STEP);
  if (sources.length === 0) return finish(work, tx, task);
  const left = quotas.recordDeletionsPerDayMax - (await recordsDeletedToday(tx, accountId, nowMs));
  if (left <= 0) return { ...moved(task, 'deletionLimit'), deletedAtMs: nowMs };
  const some = sources.slice(0, left);
  await deleteRecords(tx, { accountId, nowMs }, some);
  await countDeleted(tx, accountId, { records: some.length, nowMs });
  return task;
}

async function deleteRecords(
  tx: StateTransaction,
  context: { accountId: string; nowMs: number },
  sources: readonly RecordSource[],
): Promise<void> {
  await deleteSources(
    tx,
    context.accountId,
    'IMPORT',
    sources.map(({ sourceId }) => sourceId),
  );
  await refreshServers(tx, context, [...new Set(sources.map(({ serverId }) => serverId))]);
}

async function finish(work: TaskWork, tx: StateTransaction, task: ImportTask): Promise<ImportTask | undefined> {
  const { accountId, region } = work.options;
  const nowMs = work.ports.clock.nowMs();
  if (task.deletesHistory && task.reportKey !== undefined)
    await removeObjects(tx, { accountId, bucket: serviceBucketName(accountId, region) }, [task.reportKey], nowMs);
  const over = { ...moved(task, 'deleted'), deletedAtMs: nowMs };
  return task.deletesHistory ? undefined : over;
}
