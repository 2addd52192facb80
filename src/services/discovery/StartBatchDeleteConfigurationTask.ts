import type {
  StartBatchDeleteConfigurationTaskRequest,
  StartBatchDeleteConfigurationTaskResponse,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { requireHomeRegion } from './guards.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Answers at once; the servers are deleted in the background. SERVER is the only type the model takes. */
export function startBatchDeleteConfigurationTask({
  batchDeletes,
  homeRegion,
}: DiscoveryDeps): Handler<StartBatchDeleteConfigurationTaskRequest, StartBatchDeleteConfigurationTaskResponse> {
  return async ({ configurationIds }, ctx) => {
    requireHomeRegion(homeRegion, ctx);
    return { taskId: await mapDomainErrors(() => batchDeletes.start(configurationIds)) };
  };
}
