import type { DeleteAssetTypeInput, DeleteAssetTypeOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

export function deleteAssetType({ assetTypes }: DataZoneDeps): Handler<DeleteAssetTypeInput, DeleteAssetTypeOutput> {
  return async ({ domainIdentifier: domainId, identifier }, ctx) => {
    await assetTypes.delete({ accountId: ctx.accountId, domainId }, identifier);
    return {};
  };
}
