import type { DeleteAssetInput, DeleteAssetOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

export function deleteAsset({ assets }: DataZoneDeps): Handler<DeleteAssetInput, DeleteAssetOutput> {
  return async ({ domainIdentifier: domainId, identifier: assetId }, ctx) => {
    await assets.delete({ accountId: ctx.accountId, domainId, assetId });
    return {};
  };
}
