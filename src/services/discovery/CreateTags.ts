import type { CreateTagsRequest, CreateTagsResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { requireHomeRegion } from './guards.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Every tag on every item, or nothing at all. */
export function createTags({ tags, homeRegion }: DiscoveryDeps): Handler<CreateTagsRequest, CreateTagsResponse> {
  return async (input, ctx) => {
    requireHomeRegion(homeRegion, ctx);
    await mapDomainErrors(() => tags.create(input.configurationIds, input.tags));
    return {};
  };
}
