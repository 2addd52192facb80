import type {
  DisassociateConfigurationItemsFromApplicationRequest,
  DisassociateConfigurationItemsFromApplicationResponse,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { requireHomeRegion } from './guards.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Servers leave an application; one that is not in it is passed over. */
export function disassociateConfigurationItemsFromApplication({
  applications,
  homeRegion,
}: DiscoveryDeps): Handler<
  DisassociateConfigurationItemsFromApplicationRequest,
  DisassociateConfigurationItemsFromApplicationResponse
> {
  return async ({ applicationConfigurationId, configurationIds }, ctx) => {
    requireHomeRegion(homeRegion, ctx);
    await mapDomainErrors(() => applications.disassociate(applicationConfigurationId, configurationIds));
    return {};
  };
}
