import type { UnarchiveAssetInput, UnarchiveAssetOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

export function unarchiveAsset({ beyond }: PeriplusDeps): Handler<UnarchiveAssetInput, UnarchiveAssetOutput> {
  return async ({ domainId, assetId }, { accountId }) => {
    await beyond.setArchived({ accountId, domainId, assetId }, false);
    return {};
  };
}
