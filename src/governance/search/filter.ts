/** Filters of a search as conditions: what the inverted index can answer is one match, ranges of numbers are left over. */

import { InvalidError } from '../errors.ts';
import { ATTRIBUTE } from './facts.ts';
import { allOf, anyOf, exactly, type Match } from './match-expression.ts';
import { attributeWord, type SearchScope, splitWords, valueWord } from './search-words.ts';

export interface AttributeFilter {
  readonly attribute: string;
  readonly value?: string | undefined;
  readonly intValue?: number | undefined;
  readonly operator?: 'EQ' | 'LE' | 'LT' | 'GE' | 'GT' | 'TEXT_SEARCH' | undefined;
}

export type SearchFilter =
  | { readonly filter: AttributeFilter }
  | { readonly and: readonly SearchFilter[] }
  | { readonly or: readonly SearchFilter[] };

/** Values of an attribute between two bounds, both included. */
export interface Range {
  readonly attribute: string;
  readonly low: number;
  readonly high: number;
}

export type Condition =
  | { readonly match: Match }
  | { readonly range: Range }
  | { readonly every: readonly Condition[] }
  | { readonly some: readonly Condition[] };

/** Other names that clients have for an attribute. */
const ALIASES: Readonly<Record<string, string>> = {
  __DataZoneGlossaryTerms: ATTRIBUTE.glossaryTerms,
  CREATED_AT: ATTRIBUTE.created,
  UPDATED_AT: ATTRIBUTE.updated,
  lastUpdatedAt: ATTRIBUTE.updated,
};

export function attributeOf(name: string): string {
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
}

const NAMESPACE_PREFIX = /^amazon\.datazone\./;

/** Types are told without the namespace. */
export function shortTypeName(name: string): string {
  return name.replace(NAMESPACE_PREFIX, '');
}

export const FILTERS_MAX = 500;
export const FILTER_DEPTH_MAX = 20;

/** @throws InvalidError when it says nothing, or too much */
export function compileFilter(scope: SearchScope, filter: SearchFilter): Condition {
  let room = FILTERS_MAX;
  const compile = (part: SearchFilter, depth: number): Condition => {
    if (depth > FILTER_DEPTH_MAX) throw new InvalidError(`Filters are nested deeper than ${FILTER_DEPTH_MAX} levels.`);
    if ('and' in part) return every(part.and.map((one) => compile(one, depth + 1)));
    if ('or' in part) return some(part.or.map((one) => compile(one, depth + 1)));
    room -= 1;
    if (room < 0) throw new InvalidError(`A search has more than ${FILTERS_MAX} filters.`);
    return compileOne(scope, part.filter);
  };
  return compile(filter, 1);
}

function compileOne(
  scope: SearchScope,
  { attribute: name, value, intValue, operator = 'EQ' }: AttributeFilter,
): Condition {
  const attribute = attributeOf(name);
  if ((value === undefined) === (intValue === undefined))
    throw new InvalidError(`The filter on ${name} needs either value or intValue.`);
  if (operator === 'TEXT_SEARCH') return { match: matchText(scope, attribute, requireText(name, value)) };
  if (operator !== 'EQ') return { range: rangeOf(attribute, operator, requireNumber(name, operator, intValue)) };
  if (intValue !== undefined && (attribute === ATTRIBUTE.created || attribute === ATTRIBUTE.updated))
    return { range: { attribute, low: intValue, high: intValue } };
  const text = String(value ?? intValue);
  return { match: exactly(valueWord(scope, attribute, attribute === ATTRIBUTE.typeName ? shortTypeName(text) : text)) };
}

/** All words of the text in the attribute, or the text as the whole of an attribute that has no words of its own. */
function matchText(scope: SearchScope, attribute: string, text: string): Match {
  const whole = exactly(valueWord(scope, attribute, text));
  const words = splitWords(text);
  if (words.length === 0) return whole;
  return anyOf([allOf(words.map((word) => exactly(attributeWord(scope, attribute, word)))), whole]);
}

function requireText(attribute: string, value: string | undefined): string {
  if (value === undefined) throw new InvalidError(`The filter on ${attribute} needs a value: it searches a text.`);
  return value;
}

function requireNumber(attribute: string, operator: string, intValue: number | undefined): number {
  if (intValue === undefined)
    throw new InvalidError(`The filter on ${attribute} needs an intValue: ${operator} compares numbers.`);
  return intValue;
}

function rangeOf(attribute: string, operator: 'LE' | 'LT' | 'GE' | 'GT', bound: number): Range {
  const [lowest, highest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (operator === 'LE') return { attribute, low: lowest, high: bound };
  if (operator === 'GE') return { attribute, low: bound, high: highest };
  if (operator === 'LT') return { attribute, low: lowest, high: below(bound) };
  return { attribute, low: above(bound), high: highest };
}

/** The next number that is not `bound`: fields may have fractions. */
function below(bound: number): number {
  return bound - Math.max(Math.abs(bound) * Number.EPSILON, Number.MIN_VALUE);
}

function above(bound: number): number {
  return bound + Math.max(Math.abs(bound) * Number.EPSILON, Number.MIN_VALUE);
}

/** Matches among the parts become one, so that the index answers them together. */
function every(parts: readonly Condition[]): Condition {
  const { matches, others } = split(parts);
  const merged = matches.length === 0 ? others : [{ match: allOf(matches) }, ...others];
  return merged.length === 1 ? (merged[0] as Condition) : { every: merged };
}

function some(parts: readonly Condition[]): Condition {
  const { matches, others } = split(parts);
  const merged = matches.length === 0 ? others : [{ match: anyOf(matches) }, ...others];
  return merged.length === 1 ? (merged[0] as Condition) : { some: merged };
}

function split(parts: readonly Condition[]): { matches: Match[]; others: Condition[] } {
  const matches = parts.flatMap((part) => ('match' in part ? [part.match] : []));
  return { matches, others: parts.filter((part) => !('match' in part)) };
}
