import { bucketObjectKey } from '../buckets/buckets.ts';
import { deleteBucketObjects, putBucketObject } from '../buckets/objects.ts';
import { deletePartition } from '../catalog/partitions.ts';
import { assert } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateQueries, StateTransaction } from '../ports/state/state-store.ts';
import type { CommitSwap, CopyHolder } from '../telemetry/copy-holder.ts';
import type { DataFile, NewDataFile } from '../telemetry/store.ts';
import * as deliveries from './delivery-store.ts';
import { describeObject } from './exporter.ts';
import { deliveredKey, EXPORT_DATABASE } from './resources.ts';
import { type ContinuousExport, listLiveExports } from './store.ts';

/** The files of continuous exports in their buckets, as copies of ours that are compacted and expire with them. */
export class DeliveredCopies implements CopyHolder {
  readonly #ports: { objects: ObjectStore; clock: Clock; state: { queries: StateQueries } };
  readonly #accountId: string;

  constructor(ports: { objects: ObjectStore; clock: Clock; state: { queries: StateQueries } }, accountId: string) {
    this.#ports = ports;
    this.#accountId = accountId;
  }

  async placements(queries: StateQueries, files: readonly DataFile[]): Promise<ReadonlyMap<number, string>> {
    const live = await listLiveExports(queries, this.#accountId);
    const byFile = Map.groupBy(
      await deliveries.listDeliveries(
        queries,
        this.#accountId,
        files.map((file) => file.fileId),
      ),
      (delivery) => delivery.fileId,
    );
    const placements = new Map<number, string>();
    for (const file of files) {
      const exportIds = (byFile.get(file.fileId) ?? []).map((delivery) => delivery.exportId);
      const isDue = live.some((value) => belongsTo(file, value) && !exportIds.includes(value.exportId));
      if (!isDue) placements.set(file.fileId, exportIds.sort().join(' '));
    }
    return placements;
  }

  async prepareSwap(removed: readonly DataFile[], added: readonly NewDataFile[]): Promise<CommitSwap> {
    const fileIds = removed.map((file) => file.fileId);
    const old = await deliveries.listDeliveries(this.#ports.state.queries, this.#accountId, fileIds);
    const places = [...new Map(old.map((delivery) => [delivery.exportId, delivery])).values()];
    for (const { bucket } of places) {
      for (const file of added)
        await this.#ports.objects.link(file.objectKey, bucketObjectKey(this.#accountId, bucket, keyOf(file)));
    }
    return async (tx, addedFileIds) => {
      // A delivery that came in between would leave its copy behind in the bucket: then the swap is done again.
      const now = await deliveries.listDeliveries(tx, this.#accountId, fileIds);
      assert(now.length === old.length, 'the copies of a swap are those it was prepared for');
      for (const { bucket, bucketKey } of old)
        await deleteBucketObjects(tx, { accountId: this.#accountId, bucket }, [bucketKey]);
      for (const place of places) {
        for (const [index, file] of added.entries())
          await this.#name(tx, place, { file, fileId: addedFileIds[index] ?? 0 });
      }
      if (added.length === 0) await this.#dropPartitions(tx, removed);
    };
  }

  async listCopyKeys(queries: StateQueries, fileIds: readonly number[]): Promise<readonly string[]> {
    const delivered = await deliveries.listDeliveries(queries, this.#accountId, fileIds);
    return delivered.map(({ objectKey }) => objectKey);
  }

  forgetCopies(tx: StateTransaction, fileIds: readonly number[]): Promise<void> {
    return deliveries.deleteDeliveries(tx, this.#accountId, fileIds);
  }

  async #name(
    tx: StateTransaction,
    place: deliveries.Delivery,
    added: { file: NewDataFile; fileId: number },
  ): Promise<void> {
    const bucketKey = keyOf(added.file);
    const { bucket, exportId } = place;
    await putBucketObject(
      tx,
      { accountId: this.#accountId, bucket },
      describeObject(this.#accountId, bucket, bucketKey, added.file, this.#ports.clock.nowMs()),
    );
    const objectKey = bucketObjectKey(this.#accountId, bucket, bucketKey);
    await deliveries.insertDelivery(tx, this.#accountId, exportId, { fileId: added.fileId, bucketKey, objectKey });
  }

  async #dropPartitions(tx: StateTransaction, removed: readonly DataFile[]): Promise<void> {
    for (const { table, day } of new Map(removed.map((file) => [`${file.table}/${file.day}`, file])).values()) {
      await deletePartition(tx, { accountId: this.#accountId, database: EXPORT_DATABASE, table }, [day]);
    }
  }
}

function keyOf(file: { table: DataFile['table']; day: string; objectKey: string }): string {
  return deliveredKey(file.table, file.day, file.objectKey);
}

function belongsTo(file: DataFile, value: ContinuousExport): boolean {
  return (
    file.firstSegmentNo > value.afterSegmentNo &&
    (value.stopSegmentNo === undefined || file.firstSegmentNo <= value.stopSegmentNo)
  );
}
