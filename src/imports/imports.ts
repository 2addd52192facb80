import { findBucket } from '../buckets/buckets.ts';
import { findBucketObject } from '../buckets/objects.ts';
import { transition } from '../core/state-machine.ts';
import { type Quotas, requireQuota } from '../inventory/quotas.ts';
import type { Clock } from '../ports/clock.ts';
import { ObjectMissingError, type ObjectStore } from '../ports/objects.ts';
import type { Random } from '../ports/random.ts';
import type { RemoteObjects } from '../ports/remote-objects.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import { StoreAccessError } from '../ports/store-errors.ts';
import { recordsDeletedToday } from './deletion-store.ts';
import { ImportTokenInUseError, ImportUnreadableError, ImportUrlError } from './errors.ts';
import { type ImportLocation, readImportUrl } from './import-location.ts';
import { IMPORT_MACHINE } from './import-states.ts';
import { type ImportSource, type ImportTask, pinnedObjectKey } from './import-task.ts';
import { countSources } from './task-sources.ts';
import * as store from './task-store.ts';

export interface ImportsPorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Another S3 that files may be imported from. */
  readonly remote?: RemoteObjects | undefined;
}

export interface ImportsOptions {
  readonly accountId: string;
  readonly quotas: Pick<Quotas, 'importFileBytesMax' | 'recordDeletionsPerDayMax'>;
  /** Told after every start: there is something to do. */
  readonly onStart: () => void;
  /** `host:port` of the other S3, if there is one. */
  readonly remoteHost?: string | undefined;
}

export interface ImportOrder {
  readonly name: string;
  readonly importUrl: string;
  readonly clientRequestToken?: string | undefined;
  /** `host:port` the caller knows us by. */
  readonly ownHost: string;
}

export type DeleteRefusal = 'NOT_FOUND' | 'OVER_LIMIT';

const TASK_ID_BYTES = 16;

/** The imports of one account: starting them, looking at them, taking them back. Doing them is the runner's. */
export class Imports {
  readonly #ports: ImportsPorts;
  readonly #options: ImportsOptions;

  constructor(ports: ImportsPorts, options: ImportsOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /**
   * Takes a task in, with the bytes that the URL names now. The same token and parameters give the same task again.
   * @throws ImportUrlError, ImportUnreadableError, ImportTokenInUseError, QuotaExceededError
   */
  async start(order: ImportOrder): Promise<ImportTask> {
    const { state, objects, clock, random } = this.#ports;
    const { accountId } = this.#options;
    const earlier = await this.#findEarlier(state.queries, order);
    if (earlier !== undefined) return earlier;
    const taskId = `import-task-${hex(random)}`;
    const source = await this.#findSource(order, taskId);
    const clientRequestToken = order.clientRequestToken ?? hex(random);
    const { name, importUrl } = order;
    const started = await state.transaction(async (tx) => {
      const same = await this.#findEarlier(tx, order);
      if (same !== undefined) return same;
      const importNo = await store.nextNo(tx, accountId);
      const facts = { accountId, taskId, clientRequestToken, name, importUrl, source, importNo };
      const task: ImportTask = { ...NEW_TASK, ...facts, requestedAtMs: clock.nowMs() };
      await store.insertTask(tx, task);
      return task;
    });
    if (started.taskId !== taskId) await objects.delete([pinnedObjectKey(accountId, taskId)]);
    this.#options.onStart();
    return started;
  }

  /** Newest first. */
  list(page: Parameters<typeof store.listTasks>[2]): Promise<ImportTask[]> {
    return store.listTasks(this.#ports.state.queries, this.#options.accountId, page);
  }

  /** Asks for what tasks imported to be taken back, in their order. Returns the tasks it is refused for. */
  async delete(taskIds: readonly string[], deletesHistory: boolean): Promise<Map<string, DeleteRefusal>> {
    const refused = new Map<string, DeleteRefusal>();
    await this.#ports.state.transaction(async (tx) => {
      for (const taskId of new Set(taskIds)) {
        const refusal = await this.#deleteOne(tx, taskId, deletesHistory);
        if (refusal !== undefined) refused.set(taskId, refusal);
      }
    });
    this.#options.onStart();
    return refused;
  }

  async #deleteOne(tx: StateTransaction, taskId: string, deletesHistory: boolean): Promise<DeleteRefusal | undefined> {
    const { accountId, quotas } = this.#options;
    const task = await store.findTask(tx, { accountId, taskId });
    if (task === undefined) return 'NOT_FOUND';
    const daily = quotas.recordDeletionsPerDayMax;
    if (daily !== Number.POSITIVE_INFINITY) {
      const nowMs = this.#ports.clock.nowMs();
      const records = (await recordsDeletedToday(tx, accountId, nowMs)) + (await countSources(tx, accountId, taskId));
      if (records > daily) return 'OVER_LIMIT';
    }
    // A task that is still importing is deleted when that is over; its status says so then.
    const status = transition(IMPORT_MACHINE, task.status, 'delete') ?? task.status;
    const deleteNo = task.status === 'DELETE_IN_PROGRESS' ? task.deleteNo : await store.nextNo(tx, accountId);
    const forgets = task.deletesHistory || deletesHistory;
    await store.updateTask(tx, { ...task, status, deleteNo, deletesHistory: forgets, attempts: 0 });
    return undefined;
  }

  async #findEarlier(queries: StateTransaction | StateStore['queries'], order: ImportOrder) {
    if (order.clientRequestToken === undefined) return undefined;
    const task = await store.findByToken(queries, this.#options.accountId, order.clientRequestToken);
    if (task === undefined) return undefined;
    if (task.name !== order.name || task.importUrl !== order.importUrl) throw new ImportTokenInUseError();
    return task;
  }

  /** Takes hold of the bytes. */
  async #findSource({ importUrl, ownHost }: ImportOrder, taskId: string): Promise<ImportSource> {
    const { accountId, remoteHost } = this.#options;
    const hosts = remoteHost === undefined ? [ownHost] : [ownHost, remoteHost];
    const location = readImportUrl(importUrl, hosts);
    const isOurs = (await findBucket(this.#ports.state.queries, accountId, location.bucket)) !== undefined;
    try {
      return isOurs ? await this.#pin(location, importUrl, taskId) : await this.#findRemote(location, importUrl);
    } catch (error) {
      if (error instanceof StoreAccessError) throw new ImportUnreadableError(importUrl);
      if (error instanceof ObjectMissingError) throw missing(importUrl);
      throw error;
    }
  }

  async #pin({ bucket, key }: ImportLocation, importUrl: string, taskId: string): Promise<ImportSource> {
    const { accountId } = this.#options;
    const found = await findBucketObject(this.#ports.state.queries, { accountId, bucket }, key);
    if (found === undefined) throw missing(importUrl);
    this.#requireSize(found.sizeBytes);
    const objectKey = pinnedObjectKey(accountId, taskId);
    await this.#ports.objects.link(found.objectKey, objectKey);
    return { kind: 'pinned', objectKey };
  }

  async #findRemote({ bucket, key }: ImportLocation, importUrl: string): Promise<ImportSource> {
    const { remote } = this.#ports;
    if (remote === undefined)
      throw new ImportUrlError(
        `Bucket ${bucket} was not found, and no other S3 is configured to import from (import-s3-endpoint).`,
      );
    const found = await remote.head(bucket, key);
    if (found === undefined) throw missing(importUrl);
    this.#requireSize(found.sizeBytes);
    return { kind: 'remote', bucket, key, etag: found.etag };
  }

  #requireSize(sizeBytes: number): void {
    requireQuota(sizeBytes, this.#options.quotas.importFileBytesMax, 'bytes of an import file');
  }
}

const NEW_TASK = {
  status: 'IMPORT_IN_PROGRESS',
  deleteNo: undefined,
  deletesHistory: false,
  fileClassification: undefined,
  completedAtMs: undefined,
  deletedAtMs: undefined,
  entriesDone: 0,
  attempts: 0,
  serversImported: 0,
  serversFailed: 0,
  applicationsImported: 0,
  applicationsFailed: 0,
  headerText: undefined,
  reportKey: undefined,
} as const;

function hex(random: Random): string {
  return Buffer.from(random.bytes(TASK_ID_BYTES)).toString('hex');
}

function missing(importUrl: string): ImportUrlError {
  return new ImportUrlError(`There is no file at ${importUrl}.`);
}
