import type { GetAssetInput, GetAssetOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeAsset, readAssetName } from './describe-asset.ts';

export function getAsset({ assets }: DataZoneDeps): Handler<GetAssetInput, GetAssetOutput> {
  return async ({ domainIdentifier: domainId, identifier, revision }, ctx) => {
    const domain = { accountId: ctx.accountId, domainId };
    const number = revision === undefined ? undefined : readRevision(revision);
    return describeAsset(await assets.get(domain, readAssetName(identifier), number));
  };
}

/** Revisions are decimal texts; any other text names none. */
function readRevision(text: string): number {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
}
