import { askRebuild } from '../../inventory/projection/projection-store.ts';
import type { RebuildInventoryInput, RebuildInventoryOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** Answers at once. The present inventory serves until the new one is whole; DescribeProjection tells when. */
export function rebuildInventory({
  state,
  onRebuild,
}: PeriplusDeps): Handler<RebuildInventoryInput, RebuildInventoryOutput> {
  return async (_, { accountId }) => {
    const rebuild = await askRebuild(state.queries, accountId);
    onRebuild();
    return { rebuild };
  };
}
