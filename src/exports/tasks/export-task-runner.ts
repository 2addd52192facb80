import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BucketObject, bucketObjectKey } from '../../buckets/buckets.ts';
import { putBucketObject } from '../../buckets/objects.ts';
import { ensureServiceBucket, serviceBucketName } from '../../buckets/service-bucket.ts';
import { assert } from '../../core/errors.ts';
import { transition } from '../../core/state-machine.ts';
import { readProjectionLog } from '../../inventory/projection/projection-store.ts';
import { holdsLease, type Lease } from '../../jobs/leases.ts';
import { StoreFullError } from '../../ports/store-errors.ts';
import { readCursor } from '../../telemetry/log-store.ts';
import { makeAgentExport } from './agent/agent-export.ts';
import { makeEc2Export } from './ec2/ec2-export.ts';
import { ExportImpossibleError } from './errors.ts';
import { DATA_LIFE_MS, type ExportTask } from './export-task.ts';
import { EXPORT_TASK_MACHINE, type ExportTaskEvent } from './export-task-states.ts';
import type { MakingPlace, MakingPorts } from './making.ts';
import { makeSummaryExport } from './summary/summary-export.ts';
import * as store from './task-store.ts';
import { writeZip, type ZipEntry } from './zip-file.ts';

export interface ExportTaskRunnerOptions {
  readonly accountId: string;
  readonly region: string;
  readonly windowMsMax: number;
  readonly pricesFile: string;
  /** Local folder for what is being made, on the file system of the objects; emptied before each export. */
  readonly workDir: string;
  /** Held by whoever makes the exports of this account. */
  readonly lease: Lease;
}

/** An export that took this many servers with it, or failed as often, is given up. */
export const ATTEMPTS_MAX = 5;
const FAILED_TEXT = `It could not be made in ${ATTEMPTS_MAX} attempts.`;

/**
 * Makes exports one after another, oldest first, each once Parquet (and the inventory,
 * where it is made of that) holds what was accepted before it was asked for. The
 * zip is stored under a key of the attempt; one transaction then names it in its bucket and says SUCCEEDED, so an
 * export that was interrupted is made again from the start and nobody sees half of one.
 */
export class ExportTaskRunner {
  readonly #ports: MakingPorts;
  readonly #options: ExportTaskRunnerOptions;

  constructor(ports: MakingPorts, options: ExportTaskRunnerOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Makes one export. False: none can be made now. The caller holds the lease. @throws what may pass by itself */
  async step(signal: AbortSignal): Promise<boolean> {
    const { state } = this.#ports;
    const { accountId } = this.#options;
    const { rolledSegmentNo } = await readCursor(state.queries, accountId);
    const { projectedSegmentNo } = await readProjectionLog(state.queries, accountId);
    const found = await store.findNextToMake(state.queries, accountId, { rolledSegmentNo, projectedSegmentNo });
    if (found === undefined) return false;
    if (found.attempts >= ATTEMPTS_MAX) return this.#fail(found, FAILED_TEXT);
    const task = { ...found, attempts: found.attempts + 1 };
    await store.countAttempt(state.queries, task, task.attempts);
    try {
      await this.#make(task, signal);
    } catch (thrown) {
      const error = isDiskFull(thrown) ? new StoreFullError('The disk of the work folder is full.') : thrown;
      // Neither a full disk nor the end of this process is a fault of the export.
      if (signal.aborted || error instanceof StoreFullError)
        await store.countAttempt(state.queries, task, found.attempts);
      if (signal.aborted) return false;
      if (error instanceof StoreFullError) throw error;
      if (error instanceof ExportImpossibleError) return this.#fail(task, error.message);
      throw new Error(`Attempt ${task.attempts} at ${task.exportId} failed.`, { cause: error });
    }
    return true;
  }

  async #make(task: ExportTask, signal: AbortSignal): Promise<void> {
    const { workDir: folder, windowMsMax, pricesFile } = this.#options;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const entries = await this.#makeFiles(task, { folder, windowMsMax, pricesFile, signal });
    const zipPath = join(folder, 'export.zip');
    signal.throwIfAborted();
    await writeZip(zipPath, entries, { nowMs: this.#ports.clock.nowMs() });
    signal.throwIfAborted();
    await this.#publish(task, await this.#store(task, zipPath));
    await rm(folder, { recursive: true, force: true });
  }

  #makeFiles(task: ExportTask, place: MakingPlace): Promise<ZipEntry[]> {
    const { order } = task;
    if (order.kind === 'AGENT') return makeAgentExport(this.#ports, { ...task, order }, place);
    if (order.kind === 'SUMMARY') return makeSummaryExport(this.#ports, task, place);
    return makeEc2Export(this.#ports, task, { preferences: order.preferences, place });
  }

  /** Makes the zip durable. Nothing names it yet. */
  async #store(task: ExportTask, zipPath: string): Promise<BucketObject> {
    const key = `exports/${task.exportId}.zip`;
    const bucket = serviceBucketName(task.accountId, this.#options.region);
    // Of this attempt alone, as the answers of queries are; no key of a bucket has `!` and one digit.
    const objectKey = `${bucketObjectKey(task.accountId, bucket, key)}!${task.attempts}`;
    const { sizeBytes } = await this.#ports.objects.putFile(objectKey, zipPath);
    const digest = createHash('md5').update(`${task.exportId}/${task.attempts}`).digest('hex');
    // Of the form that promises no MD5 of the bytes.
    return { key, objectKey, sizeBytes, etag: `${digest}-1`, contentType: 'application/zip', modifiedAtMs: 0 };
  }

  async #publish(task: ExportTask, object: BucketObject): Promise<void> {
    const { accountId, region, lease } = this.#options;
    await this.#ports.state.transaction(async (tx) => {
      const nowMs = this.#ports.clock.nowMs();
      assert(await holdsLease(tx, lease, nowMs), `the lease ${lease.name} is still held`);
      const bucket = await ensureServiceBucket(tx, { accountId, region, nowMs });
      const result = { bucket, key: object.key, expiresAtMs: nowMs + DATA_LIFE_MS };
      if (!(await store.endTask(tx, task, { status: move(task, 'succeed'), nowMs, result }))) return;
      await putBucketObject(tx, { accountId, bucket }, { ...object, modifiedAtMs: nowMs });
    });
  }

  async #fail(task: ExportTask, failure: string): Promise<boolean> {
    const ending = { status: move(task, 'fail'), nowMs: this.#ports.clock.nowMs(), failure };
    await store.endTask(this.#ports.state.queries, task, ending);
    return true;
  }
}

/** As the file system says it of the files that an export writes itself. */
function isDiskFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function move(task: ExportTask, event: ExportTaskEvent) {
  const to = transition(EXPORT_TASK_MACHINE, task.status, event);
  assert(to !== undefined, `a ${task.status} export does not take ${event}`);
  return to;
}
