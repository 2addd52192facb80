export type Operator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A partition expression as it was written; `key` is the name of a partition key, not yet looked up. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'compare'; readonly key: string; readonly operator: Operator; readonly literal: string }
  | { readonly kind: 'in'; readonly key: string; readonly literals: readonly string[] }
  | { readonly kind: 'between'; readonly key: string; readonly low: string; readonly high: string }
  | { readonly kind: 'like'; readonly key: string; readonly pattern: string }
  | { readonly kind: 'isNull'; readonly key: string };
