import type { DeleteRefusal } from '../../imports/imports.ts';
import type { BatchDeleteImportDataRequest, BatchDeleteImportDataResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

const TEXTS: Readonly<Record<DeleteRefusal, (taskId: string) => string>> = {
  NOT_FOUND: (taskId) => `Import task ${taskId} was not found.`,
  OVER_LIMIT: (taskId) => `The records of ${taskId} are more than may still be deleted today.`,
};

/** Answers at once; records are taken back in the background, after the work before it. */
export function batchDeleteImportData({
  imports,
}: DiscoveryDeps): Handler<BatchDeleteImportDataRequest, BatchDeleteImportDataResponse> {
  return async ({ importTaskIds, deleteHistory }) => {
    const refused = await mapDomainErrors(() => imports.delete(importTaskIds, deleteHistory === true));
    return {
      errors: [...refused].map(([importTaskId, errorCode]) => ({
        importTaskId,
        errorCode,
        errorDescription: TEXTS[errorCode](importTaskId),
      })),
    };
  };
}
