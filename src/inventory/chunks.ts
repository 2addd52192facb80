/** Values that one statement may bind; SQLite takes 32,766, PostgreSQL 65,535. */
export const VALUES_A_STATEMENT = 30_000;
const IDS_A_STATEMENT = 1000;

/**
 * `items` in their order, at most `size` at a time, in pieces of 512, 256, 128 … items: the statements over them then have
 * a few different texts only, each of which is prepared once.
 */
export function* chunksOf<T>(items: readonly T[], size: number = IDS_A_STATEMENT): Generator<T[]> {
  let step = 2 ** Math.floor(Math.log2(Math.max(1, size)));
  for (let from = 0; from < items.length; from += step) {
    while (step > items.length - from) step /= 2;
    yield items.slice(from, from + step);
  }
}
