/** Values that one statement may bind; SQLite takes 32,766, PostgreSQL 65,535. */
export const VALUES_A_STATEMENT = 30_000;
/** Values of one IN list. */
const IDS_A_STATEMENT = 1000;

/** `items` in their order, at most `size` at a time. */
export function* chunksOf<T>(items: readonly T[], size: number = IDS_A_STATEMENT): Generator<T[]> {
  const step = Math.max(1, Math.floor(size));
  for (let from = 0; from < items.length; from += step) yield items.slice(from, from + step);
}
