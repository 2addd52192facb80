import type { DescribeConfigurationsRequest, DescribeConfigurationsResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Items of one type, in the order asked for and each once. Ids that nobody has are left out. */
export function describeConfigurations({
  inventory,
}: DiscoveryDeps): Handler<DescribeConfigurationsRequest, DescribeConfigurationsResponse> {
  return async ({ configurationIds }) => ({
    configurations: await mapDomainErrors(() => inventory.describe(configurationIds)),
  });
}
