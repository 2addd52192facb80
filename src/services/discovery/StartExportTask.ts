import type { StartExportTaskRequest, StartExportTaskResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { readOrder } from './export-order.ts';
import { requireHomeRegion } from './guards.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Answers at once; the export is made in the background. */
export function startExportTask({
  exportTasks,
  homeRegion,
}: DiscoveryDeps): Handler<StartExportTaskRequest, StartExportTaskResponse> {
  return async (request, ctx) => {
    requireHomeRegion(homeRegion, ctx);
    const order = readOrder(request, homeRegion);
    return { exportId: await mapDomainErrors(() => exportTasks.start(order)) };
  };
}
