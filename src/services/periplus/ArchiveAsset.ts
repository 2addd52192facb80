import type { ArchiveAssetInput, ArchiveAssetOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** Runs skip it from now on, and its listing is INACTIVE. */
export function archiveAsset({ beyond }: PeriplusDeps): Handler<ArchiveAssetInput, ArchiveAssetOutput> {
  return async ({ domainId, assetId }, { accountId }) => {
    await beyond.setArchived({ accountId, domainId, assetId }, true);
    return {};
  };
}
