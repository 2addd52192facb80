import type { CreateApplicationRequest, CreateApplicationResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { requireHomeRegion } from './guards.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Names are the account's own, in their spelling. */
export function createApplication({
  applications,
  homeRegion,
}: DiscoveryDeps): Handler<CreateApplicationRequest, CreateApplicationResponse> {
  return async ({ name, description, wave }, ctx) => {
    requireHomeRegion(homeRegion, ctx);
    return { configurationId: await mapDomainErrors(() => applications.create({ name, description, wave })) };
  };
}
