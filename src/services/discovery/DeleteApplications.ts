import type { DeleteApplicationsRequest, DeleteApplicationsResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Servers of the applications stay; ids nobody has are passed over. */
export function deleteApplications({
  applications,
}: DiscoveryDeps): Handler<DeleteApplicationsRequest, DeleteApplicationsResponse> {
  return async ({ configurationIds }) => {
    await mapDomainErrors(() => applications.delete(configurationIds));
    return {};
  };
}
