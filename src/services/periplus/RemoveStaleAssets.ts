import type { RemoveStaleAssetsInput, RemoveStaleAssetsOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** Archives assets whose tables are gone; refused when they are nearly all. */
export function removeStaleAssets({ beyond }: PeriplusDeps): Handler<RemoveStaleAssetsInput, RemoveStaleAssetsOutput> {
  return ({ domainId, dataSourceId }, { accountId }) =>
    beyond.stale({ accountId, domainId, dataSourceId }, { remove: true });
}
