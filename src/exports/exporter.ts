import { bucketObjectKey, findBucket } from '../buckets/buckets.ts';
import { putBucketObject } from '../buckets/objects.ts';
import { insertPartition } from '../catalog/partitions.ts';
import { findTable, mergeTableParameters } from '../catalog/tables.ts';
import { transition } from '../core/state-machine.ts';
import { isDeliveryRoleEnabled } from '../identity/delivery-roles.ts';
import type { Clock } from '../ports/clock.ts';
import { ObjectMissingError, type ObjectStore } from '../ports/objects.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import { StoreAccessError, StoreFullError } from '../ports/store-errors.ts';
import { listWatermarks } from '../telemetry/watermark-store.ts';
import { EXPORT_MACHINE, type ExportEvent } from './continuous-export-states.ts';
import * as deliveries from './delivery-store.ts';
import { ExportFault } from './errors.ts';
import { deliveredKey, partitionLocation } from './resources.ts';
import { probeObjects, type SetUpLimits, setUpResources } from './set-up.ts';
import * as store from './store.ts';

export interface ExporterOptions {
  readonly accountId: string;
  readonly region: string;
  readonly limits: SetUpLimits;
  readonly onFault: (exportId: string, fault: ExportFault) => void;
  /** A file of the lake has lost its bytes: it cannot be delivered, and the rest must not wait for it. */
  readonly onLostFile: (exportId: string, objectKey: string) => void;
}

const FILES_A_STEP = 64;
/** Attempts at the same work before an error nobody foresaw counts as one that stays. */
const ATTEMPTS_MAX = 5;

/**
 * Does the work of continuous exports: sets their resources up, places rolled files in their bucket, drains them when
 * they stop. A file is placed under its final key first (a second name for the same bytes) and becomes part of the
 * bucket and the catalogue in one transaction, which also records (export, file), so that it happens once.
 */
export class Exporter {
  readonly #ports: { state: StateStore; objects: ObjectStore; clock: Clock };
  readonly #options: ExporterOptions;
  /** Failed attempts since an export last got on. */
  readonly #attempts = new Map<string, number>();

  constructor(ports: { state: StateStore; objects: ObjectStore; clock: Clock }, options: ExporterOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Takes every export one step further. Returns whether there is more to do at once. @throws what may pass by itself */
  async step(): Promise<boolean> {
    let more = false;
    for (const value of await store.listWorkingExports(this.#ports.state.queries, this.#options.accountId)) {
      more = (await this.#stepOne(value)) || more;
    }
    return more;
  }

  async #stepOne(value: store.ContinuousExport): Promise<boolean> {
    try {
      const more = await this.#work(value);
      this.#attempts.delete(value.exportId);
      return more;
    } catch (error) {
      return await this.#fail(value, error);
    }
  }

  async #work(value: store.ContinuousExport): Promise<boolean> {
    if (value.status === 'START_IN_PROGRESS') return this.#setUp(value);
    if (await this.#deliver(value)) return true;
    if (value.status === 'STOP_IN_PROGRESS') await this.#finishWhenDrained(value);
    return false;
  }

  async #setUp(value: store.ContinuousExport): Promise<boolean> {
    await probeObjects(this.#ports.objects, value);
    await this.#ports.state.transaction(async (tx) => {
      await setUpResources(tx, value, { ...this.#options, nowMs: this.#ports.clock.nowMs() });
      await this.#move(tx, value, 'ready');
    });
    return true;
  }

  /** True: there may be more, because a step is full or a file went while it was placed. */
  async #deliver(value: store.ContinuousExport): Promise<boolean> {
    const files = await deliveries.listUndelivered(this.#ports.state.queries, value, FILES_A_STEP);
    if (files.length === 0) return false;
    const placed: PlacedFile[] = [];
    for (const file of files) placed.push(await this.#place(value, file));
    const delivered = await this.#ports.state.transaction(async (tx) => {
      if (!(await deliveries.areLive(tx, value.accountId, files))) return false;
      await this.#checkDestination(tx, value, files);
      for (const one of placed) await this.#recordDelivery(tx, value, one);
      await this.#publishWatermarks(tx, value);
      return true;
    });
    return !delivered || files.length === FILES_A_STEP;
  }

  async #place(value: store.ContinuousExport, file: deliveries.UndeliveredFile): Promise<PlacedFile> {
    const bucketKey = deliveredKey(file.table, file.day, file.objectKey);
    const objectKey = bucketObjectKey(value.accountId, value.bucket, bucketKey);
    try {
      await this.#ports.objects.link(file.objectKey, objectKey);
      return { file, bucketKey, objectKey, isLost: false };
    } catch (error) {
      // A file that was compacted meanwhile is noticed in the transaction; one that is still live has lost its bytes.
      if (!(error instanceof ObjectMissingError)) throw error;
      return { file, bucketKey, objectKey, isLost: true };
    }
  }

  async #recordDelivery(tx: StateTransaction, value: store.ContinuousExport, placed: PlacedFile): Promise<void> {
    const { accountId, bucket, exportId, database } = value;
    const { file, bucketKey, objectKey } = placed;
    await deliveries.insertDelivery(tx, accountId, exportId, { fileId: file.fileId, bucketKey, objectKey });
    if (placed.isLost) return this.#options.onLostFile(exportId, file.objectKey);
    const nowMs = this.#ports.clock.nowMs();
    await putBucketObject(tx, { accountId, bucket }, describeObject(accountId, bucket, bucketKey, file, nowMs));
    const location = partitionLocation(bucket, file.table, file.day);
    await insertPartition(
      tx,
      { accountId, database, table: file.table },
      { values: [file.day], location, parameters: {}, createdAtMs: nowMs },
    );
  }

  /** @throws ExportFault when what the export delivers into has gone */
  async #checkDestination(
    tx: StateTransaction,
    value: store.ContinuousExport,
    files: readonly deliveries.UndeliveredFile[],
  ): Promise<void> {
    const { accountId, bucket, database } = value;
    if (!(await isDeliveryRoleEnabled(tx, accountId)))
      throw new ExportFault('FIREHOSE_ROLE_MISSING', 'The delivery role is missing or disabled.');
    if ((await findBucket(tx, accountId, bucket)) === undefined)
      throw new ExportFault('FIREHOSE_STREAM_DOES_NOT_EXIST', `Bucket ${bucket} has gone.`);
    for (const name of new Set(files.map((file) => file.table))) {
      const found = await findTable(tx, accountId, database, name);
      if (found === undefined)
        throw new ExportFault('FIREHOSE_STREAM_DOES_NOT_EXIST', `Table ${database}.${name} has gone.`);
    }
  }

  async #publishWatermarks(tx: StateTransaction, value: store.ContinuousExport): Promise<void> {
    const { accountId, database } = value;
    for (const [name, validThroughMs] of await listWatermarks(tx, accountId)) {
      await mergeTableParameters(tx, { accountId, database, name }, { valid_through_ms: String(validThroughMs) });
    }
  }

  async #finishWhenDrained(value: store.ContinuousExport): Promise<void> {
    await this.#ports.state.transaction(async (tx) => {
      const { rolledSegmentNo } = await store.readLog(tx, value.accountId);
      const left = await deliveries.listUndelivered(tx, value, 1);
      if (rolledSegmentNo >= (value.stopSegmentNo ?? 0) && left.length === 0) await this.#move(tx, value, 'drained');
    });
  }

  /** A known fault is said at once. What may pass by itself, the caller tries again; a full disk for ever. */
  async #fail(value: store.ContinuousExport, error: unknown): Promise<boolean> {
    if (error instanceof StoreFullError) throw error;
    const attempts = (this.#attempts.get(value.exportId) ?? 0) + 1;
    this.#attempts.set(value.exportId, attempts);
    const fault = knownFault(error) ?? (attempts < ATTEMPTS_MAX ? undefined : unknownFault(error));
    if (fault === undefined) throw error;
    this.#attempts.delete(value.exportId);
    this.#options.onFault(value.exportId, fault);
    await this.#ports.state.transaction((tx) => this.#move(tx, value, 'fault', fault.detail));
    return false;
  }

  async #move(
    tx: StateTransaction,
    value: store.ContinuousExport,
    event: ExportEvent,
    detail?: ExportFault['detail'],
  ): Promise<void> {
    const status = transition(EXPORT_MACHINE, value.status, event);
    const target = { accountId: value.accountId, exportId: value.exportId, from: value.status };
    if (status !== undefined) await store.updateStatus(tx, target, { status, statusDetail: detail });
  }
}

interface PlacedFile {
  readonly file: deliveries.UndeliveredFile;
  readonly bucketKey: string;
  readonly objectKey: string;
  readonly isLost: boolean;
}

function knownFault(error: unknown): ExportFault | undefined {
  if (error instanceof ExportFault) return error;
  return error instanceof StoreAccessError ? new ExportFault('ACCESS_DENIED', error.message) : undefined;
}

function unknownFault(error: unknown): ExportFault {
  return new ExportFault('INTERNAL_FAILURE', error instanceof Error ? error.message : String(error));
}

export function describeObject(
  accountId: string,
  bucket: string,
  key: string,
  file: { sizeBytes: number; checksum: string },
  nowMs: number,
) {
  return {
    key,
    objectKey: bucketObjectKey(accountId, bucket, key),
    sizeBytes: file.sizeBytes,
    etag: file.checksum.slice(0, 32),
    contentType: 'application/vnd.apache.parquet',
    modifiedAtMs: nowMs,
  };
}
