import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ABSENT, type ColumnView } from './columns.ts';
import { countValues } from './facets.ts';
import { type SortPosition, sortPage } from './sort-page.ts';

const VALUES = [['b'], ['a', 'c'], [3], [1], ['a']] as const;

const view = (codes: readonly number[]): ColumnView => ({ codes: Int32Array.from(codes), values: VALUES });
const code = fc.constantFrom(ABSENT, 0, 1, 2, 3, 4);

/** What is smaller comes first: numbers, then texts by their first value. */
const RANKS: Readonly<Record<number, number>> = { 3: 1, 2: 2, 1: 3, 4: 3, 0: 4 };

/** Nothing comes last, and the newest first among equals. */
function sortPlainly(codes: readonly number[], isDescending: boolean): number[] {
  const numbered = codes.map((of, index) => ({ rank: RANKS[of], no: index + 1 }));
  const present = numbered.flatMap(({ rank, no }) => (rank === undefined ? [] : [{ rank, no }]));
  present.sort((a, b) => (isDescending ? b.rank - a.rank : a.rank - b.rank) || b.no - a.no);
  const absent = numbered.filter(({ rank }) => rank === undefined).reverse();
  return [...present, ...absent].map(({ no }) => no);
}

test('pages in the order of an attribute are what sorting everything gives', () => {
  fc.assert(
    fc.property(
      fc.array(code, { maxLength: 30 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 7 }),
      (codes, isDescending, limit) => {
        const numbers = codes.map((_, index) => index + 1);
        const seen: number[] = [];
        let after: SortPosition | undefined;
        for (;;) {
          const page = sortPage(numbers, view(codes), { isDescending, after, limit });
          seen.push(...page.map((position) => position.documentNo));
          after = page.at(-1);
          if (page.length < limit) break;
        }
        expect(seen).toEqual(sortPlainly(codes, isDescending));
      },
    ),
  );
});

test('facets count documents by value, and documents with several values for each of them', () => {
  expect(countValues(view([0, 1, 1, 4, ABSENT, 2]))).toEqual([
    { value: 'a', count: 3 },
    { value: 'c', count: 2 },
    { value: '3', count: 1 },
    { value: 'b', count: 1 },
  ]);
});
