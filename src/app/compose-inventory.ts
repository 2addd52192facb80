import { InventoryReader } from '../inventory/reading/inventory-reader.ts';
import type { Base } from './compose.ts';

/** What answers questions about servers, processes, connections and applications. */
export function composeInventory({ config, state }: Base): InventoryReader {
  return new InventoryReader({ state }, { accountId: config['account-id'] });
}
