/** What the three searches take alike. */

import type { SearchPosition, SearchQuestion } from '../../governance/search/find-documents.ts';
import type { SearchInItem, SearchInput } from '../../wire/generated/datazone.ts';
import { ValidationException } from './errors.ts';
import type { PagePosition } from './paging.ts';

type Searched = Pick<SearchInput, 'searchText' | 'searchIn' | 'filters' | 'sort'>;

export function readQuestion(input: Searched): Omit<SearchQuestion, 'facets'> {
  const { searchText: text, searchIn, filters: filter } = input;
  return {
    text: text === undefined ? undefined : { text, attributes: readSearchIn(searchIn) },
    filter,
    sort: readSort(input),
  };
}

export function readSearchIn(searchIn: readonly SearchInItem[] | undefined): string[] {
  return searchIn?.map((item) => item.attribute) ?? [];
}

/** Ascending unless said otherwise. */
export function readSort({ sort }: Pick<SearchInput, 'sort'>): SearchQuestion['sort'] {
  return sort && { attribute: sort.attribute, isDescending: sort.order === 'DESCENDING' };
}

/** No time series are kept, so none is the truth; why something matched is not kept either, and would be. */
export function requireKnownAttributes({ additionalAttributes }: Pick<SearchInput, 'additionalAttributes'>): void {
  if (additionalAttributes?.includes('TEXT_MATCH_RATIONALE') === true)
    throw new ValidationException('TEXT_MATCH_RATIONALE is not supported among additionalAttributes.');
}

/** As a token holds it: two parts in the order by goodness, three in an order by an attribute. */
export function writePosition(position: SearchPosition): PagePosition {
  if ('rank' in position) return [position.rank, position.documentNo];
  return position.value === undefined
    ? [position.documentNo, '', '']
    : [position.documentNo, position.value, typeof position.value];
}

export function readSearchPosition(position: PagePosition | undefined): SearchPosition | undefined {
  if (position === undefined) return undefined;
  const [first, second, kind] = position;
  if (kind === undefined) return { rank: Number(first), documentNo: Number(second) };
  return { documentNo: Number(first), value: kind === '' ? undefined : second };
}
