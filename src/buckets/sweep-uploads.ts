import { ORPHAN_AGE_MS, sweepPrefix } from '../jobs/sweep-objects.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { deleteUpload, listPartObjectKeys, listUploadIds } from './upload-store.ts';
import { partPrefix, UPLOAD_AGE_MS_MAX } from './uploads.ts';

/** Gives up uploads that nobody ended, and deletes parts that belong to none. Returns how many objects went. */
export async function sweepUploads(
  ports: { state: StateStore; objects: ObjectStore; clock: Clock },
  accountId: string,
): Promise<number> {
  const { state, objects, clock } = ports;
  let deleted = 0;
  const beforeMs = clock.nowMs() - UPLOAD_AGE_MS_MAX;
  for (const uploadId of await listUploadIds(state.queries, accountId, { beforeMs })) {
    const parts = await state.transaction((tx) => deleteUpload(tx, accountId, uploadId));
    await objects.delete(parts.map(({ objectKey }) => objectKey));
    deleted += parts.length;
  }
  const orphaned = await sweepPrefix(objects, partPrefix(accountId), async (listed) => {
    const old = listed.filter(({ modifiedAtMs }) => modifiedAtMs < clock.nowMs() - ORPHAN_AGE_MS);
    const keys = old.map(({ key }) => key);
    const named = await listPartObjectKeys(state.queries, accountId, keys);
    return keys.filter((key) => !named.has(key));
  });
  return deleted + orphaned;
}
