import type { BucketObject } from '../../buckets/buckets.ts';
import { type BucketRef, listBucketObjects, type ObjectPage, prefixEnd } from '../../buckets/objects.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';

/** One line of a listing: an object, or the common prefix that stands for all objects below it. */
export type ListEntry =
  | { readonly kind: 'object'; readonly object: BucketObject }
  | { readonly kind: 'prefix'; readonly prefix: string };

/** Where a listing goes on: after a key, or at the first key past everything below a common prefix. */
export type ListStart = Pick<ObjectPage, 'after' | 'from'>;

export interface Listing {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly start: ListStart;
  /** How many entries the reader takes at most. */
  readonly entriesMax: number;
}

const FIRST_SEEK_KEYS = 32;

/**
 * Entries in the order of their keys. With a delimiter the keys below a common prefix are not read but passed by a seek
 * to the first key after them, so that listing a folder costs its entries, not the objects in all its folders.
 */
export async function* listEntries(queries: StateQueries, ref: BucketRef, listing: Listing): AsyncGenerator<ListEntry> {
  let start = listing.start;
  let limit = listing.delimiter === undefined ? listing.entriesMax : Math.min(FIRST_SEEK_KEYS, listing.entriesMax);
  for (;;) {
    const objects = await listBucketObjects(queries, ref, { prefix: listing.prefix, ...start, limit });
    let passed: string | undefined;
    for (const object of objects) {
      if (passed !== undefined && object.key.startsWith(passed)) continue;
      passed = commonPrefix(object.key, listing);
      if (passed === undefined) yield { kind: 'object', object };
      else yield { kind: 'prefix', prefix: passed };
    }
    const last = objects.at(-1);
    if (last === undefined || objects.length < limit) return;
    const next = passed === undefined ? { after: last.key } : startPast(passed);
    if (next === undefined) return;
    start = next;
    // Keys below a prefix are read for nothing: begin small after one, and grow while plain keys come.
    limit =
      passed === undefined ? Math.min(limit * 2, listing.entriesMax) : Math.min(FIRST_SEEK_KEYS, listing.entriesMax);
  }
}

/** Undefined: no key can come after those below `prefix`. */
export function startPast(prefix: string): ListStart | undefined {
  const from = prefixEnd(prefix);
  return from === undefined ? undefined : { from };
}

function commonPrefix(key: string, { prefix, delimiter }: Listing): string | undefined {
  if (delimiter === undefined) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
