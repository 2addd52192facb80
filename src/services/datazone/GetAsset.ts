import type { GetAssetInput, GetAssetOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeAsset, readAssetName } from './describe-asset.ts';
import { readRevision } from './read-revision.ts';

export function getAsset({ assets }: DataZoneDeps): Handler<GetAssetInput, GetAssetOutput> {
  return async ({ domainIdentifier: domainId, identifier, revision }, ctx) => {
    const domain = { accountId: ctx.accountId, domainId };
    return describeAsset(await assets.get(domain, readAssetName(identifier), readRevision(revision)));
  };
}
