import type { ItemTag, TagPosition } from '../../inventory/tag-store.ts';
import type { ConfigurationTag, DescribeTagsRequest, DescribeTagsResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { mapDomainErrors } from './map-domain-errors.ts';
import { cutPage, pageScope, readPageSize, readPosition } from './paging.ts';
import { readTagFilters } from './tag-filters.ts';

/** Tags by item, key and value. An id in a filter that stands for nothing fails the call. */
export function describeTags({
  tags,
  pageTokenKey: key,
}: DiscoveryDeps): Handler<DescribeTagsRequest, DescribeTagsResponse> {
  return async ({ filters, maxResults, nextToken }, ctx) => {
    const size = readPageSize(maxResults);
    const selection = readTagFilters(filters ?? []);
    const scope = pageScope(ctx, { filters });
    const after = readPosition<TagPosition>(key, scope, nextToken);
    const found = await mapDomainErrors(() => tags.list({ selection, after, limit: size + 1 }));
    const { items, ...rest } = cutPage(found, size, { key, scope, positionOf });
    return { tags: items.map(describeTag), ...rest };
  };
}

function positionOf({ configurationId, key, value }: ItemTag): TagPosition {
  return [configurationId, key, value];
}

function describeTag(tag: ItemTag): ConfigurationTag {
  const { configurationType, configurationId, key, value } = tag;
  return { configurationType, configurationId, key, value, timeOfCreation: tag.createdAtMs };
}
