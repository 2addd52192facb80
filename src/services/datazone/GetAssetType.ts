import type { GetAssetTypeInput, GetAssetTypeOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeAssetType } from './describe-type.ts';

export function getAssetType({ assetTypes }: DataZoneDeps): Handler<GetAssetTypeInput, GetAssetTypeOutput> {
  return async ({ domainIdentifier: domainId, identifier, revision }, ctx) =>
    describeAssetType(domainId, await assetTypes.get({ accountId: ctx.accountId, domainId }, identifier, revision));
}
