import type { Insertable } from 'kysely';
import type { ListingRevisionsTable, ListingsTable } from '../../ports/state/governance-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { AssetRef } from '../assets/asset-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';

export type ListingState = 'CREATING' | 'ACTIVE' | 'INACTIVE';

export interface Listing extends DomainRef {
  readonly listingId: string;
  readonly entityId: string;
  readonly status: ListingState;
  readonly latestRevision: number;
}

const COLUMNS = ['account_id', 'domain_id', 'listing_id', 'entity_id', 'status', 'latest_revision'] as const;

/** Listings of assets, by asset id; an asset that was never published has none. */
export async function findListingsOfAssets(
  queries: StateQueries,
  domain: DomainRef,
  assetIds: readonly string[],
): Promise<Map<string, Listing>> {
  if (assetIds.length === 0) return new Map();
  const rows = await queries
    .selectFrom('listings')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('entity_type', '=', 'ASSET')
    .where('entity_id', 'in', assetIds)
    .execute();
  return new Map(
    rows.map((row) => [
      row.entity_id,
      {
        accountId: row.account_id,
        domainId: row.domain_id,
        listingId: row.listing_id,
        entityId: row.entity_id,
        status: row.status as ListingState,
        latestRevision: row.latest_revision,
      },
    ]),
  );
}

export async function findListingOfAsset(queries: StateQueries, ref: AssetRef): Promise<Listing | undefined> {
  return (await findListingsOfAssets(queries, ref, [ref.assetId])).get(ref.assetId);
}

export async function putListing(queries: StateQueries, row: Insertable<ListingsTable>): Promise<void> {
  await queries
    .insertInto('listings')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'domain_id', 'listing_id']).doUpdateSet({
        status: row.status,
        latest_revision: row.latest_revision,
        updated_at_ms: row.updated_at_ms,
      }),
    )
    .execute();
}

export async function insertListingRevision(
  queries: StateQueries,
  row: Insertable<ListingRevisionsTable>,
): Promise<void> {
  await queries.insertInto('listing_revisions').values(row).execute();
}

export async function updateListingStatus(
  queries: StateQueries,
  listing: Pick<Listing, 'accountId' | 'domainId' | 'listingId'>,
  change: { readonly status: ListingState; readonly nowMs: number },
): Promise<void> {
  await queries
    .updateTable('listings')
    .set({ status: change.status, updated_at_ms: change.nowMs })
    .where('account_id', '=', listing.accountId)
    .where('domain_id', '=', listing.domainId)
    .where('listing_id', '=', listing.listingId)
    .execute();
}
