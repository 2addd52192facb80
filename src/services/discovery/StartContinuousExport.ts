import type { StartContinuousExportRequest, StartContinuousExportResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { requireHomeRegion } from './guards.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Answers at once; bucket, database and tables are set up in the background. */
export function startContinuousExport({
  exports,
  homeRegion,
}: DiscoveryDeps): Handler<StartContinuousExportRequest, StartContinuousExportResponse> {
  return async (_, ctx) => {
    requireHomeRegion(homeRegion, ctx);
    const started = await mapDomainErrors(() => exports.start());
    return {
      exportId: started.exportId,
      s3Bucket: started.bucket,
      startTime: started.startedAtMs,
      dataSource: 'AGENT',
      schemaStorageConfig: { databaseName: started.database },
    };
  };
}
