import type { StateTransaction } from '../../ports/state/state-store.ts';
import { findListingOfAsset } from '../listings/listing-store.ts';
import { unpublishListing } from '../listings/publish.ts';
import * as store from './asset-store.ts';

/** Puts an asset away: runs skip it and nobody finds its listing. Its revisions stay. */
export async function archiveAsset(tx: StateTransaction, asset: store.Asset, nowMs: number): Promise<void> {
  await store.updateAsset(tx, asset, { is_archived: 1, updated_at_ms: nowMs });
  const listing = await findListingOfAsset(tx, asset);
  if (listing?.status === 'ACTIVE') await unpublishListing(tx, listing, nowMs);
}

/** Runs keep it up to date again; whoever wants it listed publishes it again. */
export async function unarchiveAsset(tx: StateTransaction, asset: store.Asset, nowMs: number): Promise<void> {
  await store.updateAsset(tx, asset, { is_archived: 0, updated_at_ms: nowMs });
}
