import { ABSENT, type ColumnView } from './columns.ts';

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** Of one attribute; the rest is too rare to choose from. */
export const FACET_VALUES_MAX = 100;

/** How often each value occurs, the most frequent first. */
export function countValues({ codes, values }: ColumnView): FacetValue[] {
  const perCode = new Float64Array(values.length);
  for (const code of codes) if (code !== ABSENT) perCode[code] = (perCode[code] ?? 0) + 1;
  const counts = new Map<string, number>();
  for (const [code, count] of perCode.entries()) {
    if (count === 0) continue;
    for (const value of new Set(values[code])) counts.set(String(value), (counts.get(String(value)) ?? 0) + count);
  }
  const found = [...counts].map(([value, count]) => ({ value, count }));
  found.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return found.slice(0, FACET_VALUES_MAX);
}
