import type { StartImportTaskRequest, StartImportTaskResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import { describeImportTask } from './describe-import.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { requireHomeRegion } from './guards.ts';
import { mapDomainErrors } from './map-domain-errors.ts';

/** Answers at once, once it is sure of the file; the import is done in the background, after those before it. */
export function startImportTask({
  imports,
  homeRegion: region,
  urlSigner: signer,
}: DiscoveryDeps): Handler<StartImportTaskRequest, StartImportTaskResponse> {
  return async ({ name, importUrl, clientRequestToken }, ctx) => {
    requireHomeRegion(region, ctx);
    const order = { name, importUrl, clientRequestToken, ownHost: new URL(ctx.endpoint).host };
    const task = await mapDomainErrors(() => imports.start(order));
    return { task: describeImportTask(task, { ctx, signer, region }) };
  };
}
