import type { StateTransaction } from '../ports/state/state-store.ts';
import { type ApplyContext, refreshServers } from './apply-sources.ts';
import { detachSources } from './source-store.ts';

/**
 * Servers leave the inventory, and with them what users attached to them; their rows stay and say when. Imports of them
 * are forgotten. An agent's source stays without a server: what the agent observes from now on makes a new one.
 * Ids that no server has change nothing.
 */
export async function deleteServers(
  tx: StateTransaction,
  context: ApplyContext,
  serverIds: readonly string[],
): Promise<void> {
  await detachSources(tx, context.accountId, serverIds, context.nowMs);
  await refreshServers(tx, context, serverIds);
}
