import type { SearchListingsInput, SearchListingsOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeListingItem } from './describe-listing.ts';
import { cutPage, PAGE_MAX, pageScope, readPosition } from './paging.ts';
import { readQuestion, readSearchPosition, requireKnownAttributes, writePosition } from './search-input.ts';

/** What is published in the domain, with facets over all that matches. */
export function searchListings({
  search,
  pageTokenKey: key,
}: DataZoneDeps): Handler<SearchListingsInput, SearchListingsOutput> {
  return async (input, ctx) => {
    const domain = { accountId: ctx.accountId, domainId: input.domainIdentifier };
    requireKnownAttributes(input);
    const scope = pageScope(ctx, { ...input });
    const size = input.maxResults ?? PAGE_MAX;
    const after = readSearchPosition(readPosition(key, scope, input.nextToken));
    const aggregations = input.aggregations ?? [];
    const question = { ...readQuestion(input), facets: aggregations.map(({ attribute }) => attribute) };
    const { hits, total, facets } = await search.listings(domain, question, { after, limit: size + 1 });
    const { items, ...rest } = cutPage(hits, size, {
      key,
      scope,
      positionOf: ({ position }) => writePosition(position),
    });
    const hasForms = input.additionalAttributes?.includes('FORMS') === true;
    return {
      items: items.flatMap(({ item }) =>
        item === undefined ? [] : [{ assetListing: describeListingItem(item, hasForms) }],
      ),
      totalMatchCount: total,
      aggregates: aggregations.map(({ attribute, displayValue }, index) => ({
        attribute,
        displayValue,
        items: (facets[index] ?? []).map(({ value, count }) => ({ value, count, displayValue: value })),
      })),
      ...rest,
    };
  };
}
