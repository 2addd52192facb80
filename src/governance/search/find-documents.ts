/**
 * Finds documents. What words alone can say is asked of the inverted index, page by page; where ranges, facets or another
 * order are wanted, all matches are taken as numbers and looked up in columns.
 */

import type { StateQueries } from '../../ports/state/state-store.ts';
import { ABSENT, type ColumnView, type SearchColumns } from './columns.ts';
import { countValues, type FacetValue } from './facets.ts';
import { attributeOf, type Condition, compileFilter, type SearchFilter } from './filter.ts';
import { allOf, exactly, hasPrefix, type Match } from './match-expression.ts';
import { matchTyped, type SearchText, type TextMatch } from './search-query.ts';
import { countMatches, listAllMatches, listNewestMatches } from './search-text.ts';
import { type SearchScope, scopeWord } from './search-words.ts';
import { type SortPosition, sortPage } from './sort-page.ts';

export interface SearchQuestion {
  readonly text?: SearchText | undefined;
  readonly filter?: SearchFilter | undefined;
  readonly sort?: { readonly attribute: string; readonly isDescending: boolean } | undefined;
  readonly facets: readonly string[];
}

/** In the order by goodness: how good, and then the newest first. In another order: by an attribute. */
export type SearchPosition = { readonly rank: number; readonly documentNo: number } | SortPosition;

export interface SearchPage {
  readonly after: SearchPosition | undefined;
  readonly limit: number;
}

export interface FoundDocuments {
  readonly positions: readonly SearchPosition[];
  readonly total: number;
  /** In the order they were asked for. */
  readonly facets: readonly (readonly FacetValue[])[];
}

interface SearchContext {
  readonly queries: StateQueries;
  readonly columns: SearchColumns;
  readonly scope: SearchScope;
}

/** @throws InvalidError when a filter says nothing */
export async function findDocuments(
  context: SearchContext,
  question: SearchQuestion,
  page: SearchPage,
): Promise<FoundDocuments> {
  const plan = await planSearch(context, question);
  if (plan === undefined) return { positions: [], total: 0, facets: question.facets.map(() => []) };
  const { queries } = context;
  const { all, better, leftOver } = plan;
  const isForIndex = leftOver === undefined && !hasPrefix(all);
  if (isForIndex && question.facets.length === 0 && question.sort === undefined)
    return { positions: await pageOfIndex(queries, plan, page), total: await countMatches(queries, all), facets: [] };
  const documentNos = await listMatches(context, all, leftOver);
  const facets: FacetValue[][] = [];
  for (const attribute of question.facets)
    facets.push(countValues(await context.columns.view(context.scope, attributeOf(attribute), documentNos)));
  const positions =
    (await pageInOrder(context, question, documentNos, page)) ??
    (isForIndex ? await pageOfIndex(queries, plan, page) : await pageOfNumbers(queries, better, documentNos, page));
  return { positions, total: documentNos.length, facets };
}

interface SearchPlan {
  /** Everything that words can say. */
  readonly all: Match;
  /** What makes a match better, the best first: each finds some of what the next one finds. */
  readonly better: readonly Match[];
  /** What words cannot say. */
  readonly leftOver: Condition | undefined;
}

/** Undefined: nothing can match. */
async function planSearch(
  { queries, scope }: SearchContext,
  { text, filter }: SearchQuestion,
): Promise<SearchPlan | undefined> {
  const isTyped = text !== undefined && text.text.trim() !== '';
  const typed: TextMatch | undefined = isTyped ? await matchTyped(queries, scope, text) : undefined;
  if (isTyped && typed === undefined) return undefined;
  const condition = filter && compileFilter(scope, filter);
  const parts = condition !== undefined && 'every' in condition ? condition.every : condition ? [condition] : [];
  const matches = parts.flatMap((part) => ('match' in part ? [part.match] : []));
  const rest = parts.filter((part) => !('match' in part));
  return {
    all: allOf([exactly(scopeWord(scope)), ...matches, ...(typed === undefined ? [] : [typed.match])]),
    better: typed?.better ?? [],
    leftOver: rest.length === 0 ? undefined : { every: rest },
  };
}

async function listMatches(context: SearchContext, match: Match, leftOver: Condition | undefined): Promise<number[]> {
  const documentNos = await listAllMatches(context.queries, match);
  if (leftOver === undefined) return documentNos;
  const holds = await evaluate(context, leftOver, documentNos);
  return documentNos.filter((_, index) => holds(index));
}

/** Whether the condition holds for the document at an index of `documentNos`. */
async function evaluate(
  context: SearchContext,
  condition: Condition,
  documentNos: readonly number[],
): Promise<(index: number) => boolean> {
  if ('range' in condition) {
    const { attribute, low, high } = condition.range;
    const { codes, values } = await context.columns.view(context.scope, attribute, documentNos);
    const within = values.map((of) => of.some((value) => typeof value === 'number' && value >= low && value <= high));
    return (index) => within[codes[index] ?? ABSENT] === true;
  }
  if ('match' in condition) {
    const found = new Set(await listAllMatches(context.queries, condition.match));
    return (index) => found.has(documentNos[index] as number);
  }
  const parts = 'every' in condition ? condition.every : condition.some;
  const tests = await Promise.all(parts.map((part) => evaluate(context, part, documentNos)));
  return 'every' in condition
    ? (index) => tests.every((test) => test(index))
    : (index) => tests.some((test) => test(index));
}

/** Undefined: no document has the attribute, or the page before was not in its order either. */
async function pageInOrder(
  { columns, scope }: SearchContext,
  { sort }: SearchQuestion,
  documentNos: readonly number[],
  { after, limit }: SearchPage,
): Promise<SortPosition[] | undefined> {
  if (sort === undefined || (after !== undefined && 'rank' in after)) return undefined;
  const view: ColumnView = await columns.view(scope, attributeOf(sort.attribute), documentNos);
  if (after === undefined && view.codes.every((code) => code === ABSENT)) return undefined;
  return sortPage(documentNos, view, { isDescending: sort.isDescending, after, limit });
}

/** Only where no word goes on: each page would look up all words it might be. */
async function pageOfIndex(
  queries: StateQueries,
  { all, better }: SearchPlan,
  { after, limit }: SearchPage,
): Promise<SearchPosition[]> {
  const start = startOf(after);
  const found: SearchPosition[] = [];
  for (let rank = start.rank; rank <= better.length && found.length < limit; rank += 1) {
    const own = better[rank];
    const match = own === undefined ? all : allOf([own, all]);
    const above = better[rank - 1];
    const before = rank === start.rank ? start.before : Number.MAX_SAFE_INTEGER;
    const documentNos = await listNewestMatches(queries, above === undefined ? match : { both: match, not: above }, {
      before,
      limit: limit - found.length,
    });
    found.push(...documentNos.map((documentNo) => ({ rank, documentNo })));
  }
  return found;
}

/** The same order among numbers that are known already. */
async function pageOfNumbers(
  queries: StateQueries,
  better: readonly Match[],
  documentNos: readonly number[],
  { after, limit }: SearchPage,
): Promise<SearchPosition[]> {
  const start = startOf(after);
  const found: SearchPosition[] = [];
  let rest = documentNos;
  for (let rank = 0; rank <= better.length && found.length < limit; rank += 1) {
    const own = better[rank];
    const matching = own && new Set(await listAllMatches(queries, own));
    const ofRank = matching === undefined ? rest : rest.filter((documentNo) => matching.has(documentNo));
    if (matching !== undefined) rest = rest.filter((documentNo) => !matching.has(documentNo));
    if (rank < start.rank) continue;
    const before = rank === start.rank ? start.before : Number.MAX_SAFE_INTEGER;
    const older = ofRank.filter((documentNo) => documentNo < before);
    const newest = older.slice(Math.max(0, older.length - (limit - found.length))).reverse();
    found.push(...newest.map((documentNo) => ({ rank, documentNo })));
  }
  return found;
}

function startOf(after: SearchPosition | undefined): { rank: number; before: number } {
  if (after === undefined || !('rank' in after)) return { rank: 0, before: Number.MAX_SAFE_INTEGER };
  return { rank: after.rank, before: after.documentNo };
}
