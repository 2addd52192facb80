import { ABSENT, type ColumnView } from './columns.ts';
import type { FactValue } from './facts.ts';

/** Where a document stands in an order by an attribute. */
export interface SortPosition {
  /** Undefined: the document has no value, and comes after those that have one. */
  readonly value: FactValue | undefined;
  readonly documentNo: number;
}

/** One page in the order of an attribute, ties newest first. Only what can still be on the page is kept and compared. */
export function sortPage(
  documentNos: readonly number[],
  { codes, values }: ColumnView,
  page: { readonly isDescending: boolean; readonly after: SortPosition | undefined; readonly limit: number },
): SortPosition[] {
  const compare = comparison(page.isDescending);
  const best: SortPosition[] = [];
  for (const [index, documentNo] of documentNos.entries()) {
    const code = codes[index] ?? ABSENT;
    const position = { value: code === ABSENT ? undefined : values[code]?.[0], documentNo };
    if (page.after !== undefined && compare(position, page.after) <= 0) continue;
    const worst = best.length === page.limit ? best.at(-1) : undefined;
    if (worst !== undefined && compare(position, worst) >= 0) continue;
    if (worst !== undefined) best.pop();
    best.splice(placeOf(best, position, compare), 0, position);
  }
  return best;
}

type Comparison = (a: SortPosition, b: SortPosition) => number;

function comparison(isDescending: boolean): Comparison {
  const sign = isDescending ? -1 : 1;
  return (a, b) => {
    if (a.value === undefined || b.value === undefined) {
      const absence = Number(a.value === undefined) - Number(b.value === undefined);
      return absence || b.documentNo - a.documentNo;
    }
    return sign * compareValues(a.value, b.value) || b.documentNo - a.documentNo;
  };
}

/** Numbers come before texts. */
function compareValues(a: FactValue, b: FactValue): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

function placeOf(sorted: readonly SortPosition[], position: SortPosition, compare: Comparison): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(sorted[middle] as SortPosition, position) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
