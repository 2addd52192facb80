import type {
  AssociateConfigurationItemsToApplicationRequest,
  AssociateConfigurationItemsToApplicationResponse,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { requireHomeRegion } from './guards.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Servers join an application, all of them or none. */
export function associateConfigurationItemsToApplication({
  applications,
  homeRegion,
}: DiscoveryDeps): Handler<
  AssociateConfigurationItemsToApplicationRequest,
  AssociateConfigurationItemsToApplicationResponse
> {
  return async ({ applicationConfigurationId, configurationIds }, ctx) => {
    requireHomeRegion(homeRegion, ctx);
    await mapDomainErrors(() => applications.associate(applicationConfigurationId, configurationIds));
    return {};
  };
}
