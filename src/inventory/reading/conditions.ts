/**
 * What a filter asks of an attribute (discovery.md §5). Values of one filter are alternatives; a negated condition holds
 * when its positive form fails for every value, so an item without the attribute passes it.
 */
export type Comparison = 'EQUALS' | 'CONTAINS' | 'GE' | 'LE' | 'GT' | 'LT';

interface Condition {
  readonly comparison: Comparison;
  readonly isNegated: boolean;
}

export const CONDITIONS = {
  EQUALS: { comparison: 'EQUALS', isNegated: false },
  NOT_EQUALS: { comparison: 'EQUALS', isNegated: true },
  EQ: { comparison: 'EQUALS', isNegated: false },
  NE: { comparison: 'EQUALS', isNegated: true },
  CONTAINS: { comparison: 'CONTAINS', isNegated: false },
  NOT_CONTAINS: { comparison: 'CONTAINS', isNegated: true },
  GE: { comparison: 'GE', isNegated: false },
  LE: { comparison: 'LE', isNegated: false },
  GT: { comparison: 'GT', isNegated: false },
  LT: { comparison: 'LT', isNegated: false },
} as const satisfies Readonly<Record<string, Condition>>;

export type ConditionName = keyof typeof CONDITIONS;

/** The reference's E, C and N; a field that can only be sorted by has NONE. */
export const EQUALITY = ['EQUALS', 'NOT_EQUALS', 'EQ', 'NE'] as const satisfies readonly ConditionName[];
export const TEXT = [...EQUALITY, 'CONTAINS', 'NOT_CONTAINS'] as const satisfies readonly ConditionName[];
export const ORDER = ['GE', 'LE', 'GT', 'LT'] as const satisfies readonly ConditionName[];
export const NONE = [] as const satisfies readonly ConditionName[];

export type FilterValue = string | number;

/** One filter's condition and values, read. */
export interface FilterTest extends Condition {
  readonly values: readonly FilterValue[];
}
