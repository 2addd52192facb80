import type { ExportConfigurationsResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { requireHomeRegion } from './guards.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** The deprecated way to start a summary export. */
export function exportConfigurations({
  exportTasks,
  homeRegion,
}: DiscoveryDeps): Handler<object, ExportConfigurationsResponse> {
  return async (_, ctx) => {
    requireHomeRegion(homeRegion, ctx);
    return { exportId: await mapDomainErrors(() => exportTasks.startConfigurationsExport()) };
  };
}
