import type { DeleteTagsRequest, DeleteTagsResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Exactly these pairs; without the member all tags of the items. An empty list names no pair and takes nothing. */
export function deleteTags({ tags }: DiscoveryDeps): Handler<DeleteTagsRequest, DeleteTagsResponse> {
  return async (input) => {
    await mapDomainErrors(() => tags.delete(input.configurationIds, input.tags));
    return {};
  };
}
