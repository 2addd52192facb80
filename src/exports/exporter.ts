import { bucketObjectKey, findBucket } from '../buckets/buckets.ts';
import { putBucketObject } from '../buckets/objects.ts';
import { insertPartition } from '../catalog/partitions.ts';
import { findTable, mergeTableParameters } from '../catalog/tables.ts';
import { transition } from '../core/state-machine.ts';
import { isDeliveryRoleEnabled } from '../identity/delivery-roles.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import { StoreAccessError, StoreFullError } from '../ports/store-errors.ts';
import { listWatermarks } from '../telemetry/store.ts';
import { EXPORT_MACHINE, type ExportEvent } from './continuous-export-states.ts';
import { ExportFault } from './errors.ts';
import { deliveredKey, partitionLocation } from './resources.ts';
import { probeObjects, type SetUpLimits, setUpResources } from './set-up.ts';
import * as store from './store.ts';

export interface ExporterOptions {
  readonly accountId: string;
  readonly region: string;
  readonly limits: SetUpLimits;
  readonly onFault: (exportId: string, fault: ExportFault) => void;
}

const FILES_A_STEP = 64;

/**
 * Does the work of continuous exports: sets their resources up, places rolled files in their bucket, drains them when
 * they stop. A file is placed under its final key first (a second name for the same bytes) and becomes part of the
 * bucket and the catalogue in one transaction, which also records (export, file), so that it happens once.
 */
export class Exporter {
  readonly #ports: { state: StateStore; objects: ObjectStore; clock: Clock };
  readonly #options: ExporterOptions;

  constructor(ports: { state: StateStore; objects: ObjectStore; clock: Clock }, options: ExporterOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Takes every export one step further. Returns whether there is more to do at once. @throws StoreFullError */
  async step(): Promise<boolean> {
    let more = false;
    for (const value of await store.listWorkingExports(this.#ports.state.queries, this.#options.accountId)) {
      more = (await this.#stepOne(value)) || more;
    }
    return more;
  }

  async #stepOne(value: store.ContinuousExport): Promise<boolean> {
    try {
      if (value.status === 'START_IN_PROGRESS') return await this.#setUp(value);
      if (await this.#deliver(value)) return true;
      if (value.status === 'STOP_IN_PROGRESS') await this.#finishWhenDrained(value);
      return false;
    } catch (error) {
      return await this.#fail(value, error);
    }
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
    const files = await store.listUndelivered(this.#ports.state.queries, value, FILES_A_STEP);
    if (files.length === 0) return false;
    const placed = files.map((file) => ({ file, bucketKey: deliveredKey(file.table, file.day, file.objectKey) }));
    for (const { file, bucketKey } of placed) {
      await this.#ports.objects.link(file.objectKey, bucketObjectKey(value.accountId, value.bucket, bucketKey));
    }
    const delivered = await this.#ports.state.transaction(async (tx) => {
      if (!(await store.areLive(tx, value.accountId, files))) return false;
      await this.#checkDestination(tx, value, files);
      for (const one of placed) await this.#recordDelivery(tx, value, one);
      await this.#publishWatermarks(tx, value);
      return true;
    });
    return !delivered || files.length === FILES_A_STEP;
  }

  async #recordDelivery(
    tx: StateTransaction,
    value: store.ContinuousExport,
    placed: { file: store.UndeliveredFile; bucketKey: string },
  ): Promise<void> {
    const { accountId, bucket, exportId, database } = value;
    const { file, bucketKey } = placed;
    const nowMs = this.#ports.clock.nowMs();
    await putBucketObject(tx, { accountId, bucket }, describeObject(accountId, bucket, bucketKey, file, nowMs));
    const location = partitionLocation(bucket, file.table, file.day);
    await insertPartition(
      tx,
      { accountId, database, table: file.table },
      { values: [file.day], location, parameters: {}, createdAtMs: nowMs },
    );
    await store.insertDelivery(tx, accountId, exportId, { fileId: file.fileId, bucketKey });
  }

  /** @throws ExportFault when what the export delivers into has gone */
  async #checkDestination(
    tx: StateTransaction,
    value: store.ContinuousExport,
    files: readonly store.UndeliveredFile[],
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
      const left = await store.listUndelivered(tx, value, 1);
      if (rolledSegmentNo >= (value.stopSegmentNo ?? 0) && left.length === 0) await this.#move(tx, value, 'drained');
    });
  }

  /** A full disk passes by itself, so the caller tries again; everything else is one of the eight reasons. */
  async #fail(value: store.ContinuousExport, error: unknown): Promise<boolean> {
    if (error instanceof StoreFullError) throw error;
    const fault = asFault(error);
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

function asFault(error: unknown): ExportFault {
  if (error instanceof ExportFault) return error;
  if (error instanceof StoreAccessError) return new ExportFault('ACCESS_DENIED', error.message);
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
