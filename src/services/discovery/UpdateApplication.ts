import type { UpdateApplicationRequest, UpdateApplicationResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { requireHomeRegion } from './guards.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Members that are not given stay as they are; empty text clears. */
export function updateApplication({
  applications,
  homeRegion,
}: DiscoveryDeps): Handler<UpdateApplicationRequest, UpdateApplicationResponse> {
  return async ({ configurationId, ...change }, ctx) => {
    requireHomeRegion(homeRegion, ctx);
    await mapDomainErrors(() => applications.update(configurationId, change));
    return {};
  };
}
