import { ensureServiceBucket, serviceBucketName } from '../buckets/service-bucket.ts';
import { type NewObject, nameUpload, storeUpload } from '../buckets/write-objects.ts';
import { QuotaExceededError } from '../inventory/quotas.ts';
import { RemoteObjectChangedError } from '../ports/remote-objects.ts';
import { ApplicationTally } from './application-tally.ts';
import { applyRecords, ImportLimitError } from './apply-records.ts';
import { deleteFailures, insertFailures, listFailures } from './failure-store.ts';
import { type ImportFile, openImportFile } from './import-file.ts';
import type { ImportEvent } from './import-states.ts';
import { type ImportTask, pinnedObjectKey, reportKeyOf } from './import-task.ts';
import { streamReport } from './report.ts';
import { StepPace } from './step-pace.ts';
import { ended, type TaskWork } from './task-work.ts';
import { isFault } from './template/read-record.ts';
import type { RecordFault, ServerRecord } from './template/template-record.ts';

type Entry = ServerRecord | RecordFault;

const FAILURES_A_STEP = 1000;

/**
 * Takes a file in, step by step. A task that was begun before is read from its start again, and what is done of it passed
 * over: how many entries that are is written in the transactions that did them.
 */
export async function runImport(work: TaskWork): Promise<void> {
  const objectKey = await fetchSource(work);
  if (objectKey === undefined) return end(work, 'failed');
  const file = await openImportFile(work.ports.objects, objectKey);
  await work.step(async (_, task) => ({
    ...task,
    fileClassification: file.classification,
    headerText: file.records === undefined ? undefined : file.headerText,
  }));
  if (file.records === undefined) return end(work, 'unsupportedFile');
  const tally = new ApplicationTally();
  const limit = await takeIn(work, file, tally);
  for (const change of tally.waveChanges(work)) await work.progress(change);
  await end(work, limit ?? outcomeOf(work.task));
}

/** The key of the bytes; undefined when they are not there any more. */
async function fetchSource(work: TaskWork): Promise<string | undefined> {
  const { source, accountId, taskId } = work.task;
  if (source.kind === 'pinned') return source.objectKey;
  const { remote, objects } = work.ports;
  if (remote === undefined) return undefined;
  const objectKey = pinnedObjectKey(accountId, taskId);
  try {
    await objects.putStream(objectKey, remote.read(source.bucket, source.key, source.etag));
  } catch (error) {
    if (error instanceof RemoteObjectChangedError) return undefined;
    throw error;
  }
  await work.progress(async (_, task) => ({ ...task, source: { kind: 'pinned', objectKey } }));
  return objectKey;
}

/** Returns the limit that ended it, if one did. */
async function takeIn(work: TaskWork, file: ImportFile, tally: ApplicationTally): Promise<ImportEvent | undefined> {
  let seen = 0;
  const pace = new StepPace();
  for await (const entries of file.records) {
    for (let from = 0; from < entries.length; ) {
      const some = entries.slice(from, from + pace.size);
      from += some.length;
      const done = Math.min(Math.max(work.task.entriesDone - seen, 0), some.length);
      seen += some.length;
      if (done > 0) tally.add(some.slice(0, done), await failedLines(work, some.slice(0, done)));
      const limit = await takeInSome(work, some.slice(done), tally, pace);
      if (limit !== undefined) return limit;
    }
  }
  return undefined;
}

async function failedLines(work: TaskWork, entries: readonly Entry[]): Promise<ReadonlySet<number>> {
  const afterLine = (entries[0]?.line ?? 1) - 1;
  const failed = await listFailures(work.ports.state.queries, work.task, { afterLine, limit: entries.length });
  return new Set(failed.map(({ line }) => line));
}

async function takeInSome(
  work: TaskWork,
  entries: readonly Entry[],
  tally: ApplicationTally,
  pace: StepPace,
): Promise<ImportEvent | undefined> {
  if (entries.length === 0) return undefined;
  try {
    await applyStep(work, entries, tally, pace);
  } catch (error) {
    if (!(error instanceof QuotaExceededError) && !(error instanceof ImportLimitError)) throw error;
    // Something is too much: those before it are not.
    if (entries.length > 1) {
      for (const entry of entries) {
        const limit = await takeInSome(work, [entry], tally, pace);
        if (limit !== undefined) return limit;
      }
    } else if (error instanceof ImportLimitError) return error.event;
    else
      await applyStep(
        work,
        entries.map((entry) => refused(entry, error.message)),
        tally,
        pace,
      );
  }
  return undefined;
}

async function applyStep(
  work: TaskWork,
  entries: readonly Entry[],
  tally: ApplicationTally,
  pace: StepPace,
): Promise<void> {
  const { accountId, quotas } = work.options;
  const { random, clock } = work.ports;
  await work.progress(async (tx, task) => {
    const records = entries.filter((entry): entry is ServerRecord => !isFault(entry));
    const context = { accountId, task, quotas, random, nowMs: clock.nowMs() };
    const faults = [...entries.filter(isFault), ...(await applyRecords(tx, context, records))];
    await insertFailures(tx, task, faults);
    const after = tally.with(entries, new Set(faults.map(({ line }) => line)));
    pace.learn(entries.length, clock.nowMs() - context.nowMs);
    return {
      ...task,
      entriesDone: task.entriesDone + entries.length,
      serversImported: task.serversImported + entries.length - faults.length,
      serversFailed: task.serversFailed + faults.length,
      applicationsImported: after.imported,
      applicationsFailed: after.failed,
    };
  });
  tally.keep();
}

function refused(entry: Entry, message: string): RecordFault {
  if (isFault(entry)) return entry;
  const { line, text, given, applications } = entry;
  const column = message.includes('tags') ? 'Tags' : 'Applications';
  return { line, text, applications, externalId: given.get('ExternalId') ?? '', errors: [{ column, message }] };
}

function outcomeOf({ serversImported, serversFailed }: ImportTask): ImportEvent {
  if (serversFailed === 0) return 'completed';
  return serversImported === 0 ? 'failed' : 'completedWithErrors';
}

async function end(work: TaskWork, event: ImportEvent): Promise<void> {
  const { accountId, region } = work.options;
  const { clock, objects } = work.ports;
  const report = work.task.serversFailed === 0 ? undefined : await storeReport(work);
  await work.step(async (tx, task) => {
    const nowMs = clock.nowMs();
    if (report !== undefined) {
      const bucket = await ensureServiceBucket(tx, { accountId, region, nowMs });
      await nameUpload(tx, { accountId, bucket }, report, nowMs);
    }
    return ended({ ...task, reportKey: report?.key }, event, nowMs);
  });
  await objects.delete([pinnedObjectKey(accountId, work.task.taskId)]);
  await forgetFailures(work);
}

async function storeReport(work: TaskWork): Promise<NewObject> {
  const { accountId, region } = work.options;
  const ref = { accountId, bucket: serviceBucketName(accountId, region) };
  const zip = streamReport(work.ports.state.queries, work.task, work.ports.clock.nowMs());
  const stored = await storeUpload(work.ports, ref, zip);
  return { key: reportKeyOf(work.task.taskId), stored, contentType: 'application/zip' };
}

/** The zip has them now. */
async function forgetFailures(work: TaskWork): Promise<void> {
  const { queries } = work.ports.state;
  for (;;) {
    const last = (await listFailures(queries, work.task, { afterLine: 0, limit: FAILURES_A_STEP })).at(-1);
    if (last === undefined) return;
    await deleteFailures(queries, work.task, last.line);
  }
}
