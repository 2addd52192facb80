import type { BatchDelete } from '../../inventory/batch-delete-store.ts';
import type {
  BatchDeleteConfigurationTask,
  DescribeBatchDeleteConfigurationTaskRequest,
  DescribeBatchDeleteConfigurationTaskResponse,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** How far a task is. Its lists are there when they are empty, too. */
export function describeBatchDeleteConfigurationTask({
  batchDeletes,
}: DiscoveryDeps): Handler<DescribeBatchDeleteConfigurationTaskRequest, DescribeBatchDeleteConfigurationTaskResponse> {
  return async ({ taskId }) => ({ task: describeTask(await mapDomainErrors(() => batchDeletes.describe(taskId))) });
}

function describeTask(task: BatchDelete): BatchDeleteConfigurationTask {
  return {
    taskId: task.taskId,
    status: task.status,
    startTime: task.startedAtMs,
    ...(task.endedAtMs === undefined ? {} : { endTime: task.endedAtMs }),
    configurationType: 'SERVER',
    requestedConfigurations: [...task.requested],
    deletedConfigurations: [...task.deleted],
    failedConfigurations: [...task.failed],
    deletionWarnings: [...task.warnings],
  };
}
