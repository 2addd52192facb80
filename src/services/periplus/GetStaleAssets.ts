import type { GetStaleAssetsInput, GetStaleAssetsOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

export function getStaleAssets({ beyond }: PeriplusDeps): Handler<GetStaleAssetsInput, GetStaleAssetsOutput> {
  return ({ domainId, dataSourceId }, { accountId }) =>
    beyond.stale({ accountId, domainId, dataSourceId }, { remove: false });
}
