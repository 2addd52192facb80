import type { StopContinuousExportRequest, StopContinuousExportResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Asks an export to drain and end. Asked again while it does, it answers the same times. */
export function stopContinuousExport({
  exports,
}: DiscoveryDeps): Handler<StopContinuousExportRequest, StopContinuousExportResponse> {
  return async ({ exportId }) => {
    const stopped = await mapDomainErrors(() => exports.stop(exportId));
    return {
      startTime: stopped.startedAtMs,
      ...(stopped.stoppedAtMs === undefined ? {} : { stopTime: stopped.stoppedAtMs }),
    };
  };
}
