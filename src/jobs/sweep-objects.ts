import { DAY_MS } from '../core/time.ts';
import type { ListedObject, ObjectStore } from '../ports/objects.ts';

/** An object no transaction names may be one that is just being written; after this long it is not. */
export const ORPHAN_AGE_MS = 3 * DAY_MS;
const PAGE = 1000;

/** Goes through the objects below `prefix` and deletes those that `choose` picks. Returns how many. */
export async function sweepPrefix(
  objects: ObjectStore,
  prefix: string,
  choose: (listed: readonly ListedObject[]) => Promise<string[]>,
): Promise<number> {
  let after: string | undefined;
  let deleted = 0;
  for (;;) {
    const listed = await objects.list(prefix, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    const keys = await choose(listed);
    await objects.delete(keys);
    deleted += keys.length;
    if (listed.length < PAGE) return deleted;
    after = listed.at(-1)?.key;
  }
}
