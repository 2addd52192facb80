import type { ListedItem, Position } from '../../inventory/reading/read-question.ts';
import type { ListConfigurationsRequest, ListConfigurationsResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { mapDomainErrors } from './map-domain-errors.ts';
import { cutPage, pageScope, readPageSize, readPosition } from './paging.ts';

/** Items of one type that pass every filter. An id in a filter that nobody has finds nothing and is no error. */
export function listConfigurations({
  inventory,
  pageTokenKey: key,
}: DiscoveryDeps): Handler<ListConfigurationsRequest, ListConfigurationsResponse> {
  return async ({ configurationType, filters = [], orderBy = [], maxResults, nextToken }, ctx) => {
    const size = readPageSize(maxResults);
    const scope = pageScope(ctx, { configurationType, filters, orderBy });
    const after = readPosition<PlaceInList>(key, scope, nextToken);
    const question = { filters, orderBy, after: after && positionOf(after), limit: size + 1 };
    const found = await mapDomainErrors(() => inventory.list(configurationType, question));
    const { items, ...rest } = cutPage(found, size, { key, scope, positionOf: placeOf });
    return { configurations: items.map(({ attributes }) => attributes), ...rest };
  };
}

/** The id, then the sort values. */
type PlaceInList = readonly [string, ...Position['sortValues']];

function placeOf({ position }: ListedItem): PlaceInList {
  return [position.id, ...position.sortValues];
}

function positionOf([id, ...sortValues]: PlaceInList): Position {
  return { id, sortValues };
}
