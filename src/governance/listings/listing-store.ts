import type { Insertable, Selectable } from 'kysely';
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
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** The asset as it was when it was listed. */
export interface ListingItem {
  readonly assetId: string;
  readonly assetRevision: string;
  readonly assetType: string;
  readonly createdAtMs: number;
  /** Contents by the names of the forms. */
  readonly forms: Readonly<Record<string, unknown>>;
  readonly glossaryTerms: readonly string[];
  readonly owningProjectId: string;
}

export interface ListingRevision {
  readonly listingId: string;
  readonly revision: number;
  readonly name: string;
  readonly description: string | undefined;
  readonly item: ListingItem;
  readonly createdBy: string;
  readonly createdAtMs: number;
}

const COLUMNS = [
  'account_id',
  'domain_id',
  'listing_id',
  'entity_id',
  'status',
  'latest_revision',
  'created_by',
  'created_at_ms',
  'updated_at_ms',
] as const;

const REVISION_COLUMNS = [
  'listing_id',
  'revision',
  'name',
  'description',
  'item_json',
  'created_by',
  'created_at_ms',
] as const;

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
  return new Map(rows.map((row) => [row.entity_id, readListing(row)]));
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

export async function listListings(
  queries: StateQueries,
  domain: DomainRef,
  listingIds: readonly string[],
): Promise<Listing[]> {
  if (listingIds.length === 0) return [];
  const rows = await queries
    .selectFrom('listings')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('listing_id', 'in', listingIds)
    .execute();
  return rows.map(readListing);
}

export async function findListingRevision(
  queries: StateQueries,
  listing: Listing,
  revision: number,
): Promise<ListingRevision | undefined> {
  const row = await queries
    .selectFrom('listing_revisions')
    .select(REVISION_COLUMNS)
    .where('account_id', '=', listing.accountId)
    .where('domain_id', '=', listing.domainId)
    .where('listing_id', '=', listing.listingId)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return row && readRevision(row);
}

/** The newest revisions of these listings. */
export async function listLatestListingRevisions(
  queries: StateQueries,
  domain: DomainRef,
  listingIds: readonly string[],
): Promise<ListingRevision[]> {
  if (listingIds.length === 0) return [];
  const rows = await queries
    .selectFrom('listing_revisions')
    .innerJoin('listings', (join) =>
      join
        .onRef('listings.account_id', '=', 'listing_revisions.account_id')
        .onRef('listings.domain_id', '=', 'listing_revisions.domain_id')
        .onRef('listings.listing_id', '=', 'listing_revisions.listing_id')
        .onRef('listings.latest_revision', '=', 'listing_revisions.revision'),
    )
    .select(REVISION_COLUMNS.map((column) => `listing_revisions.${column}` as const))
    .where('listings.account_id', '=', domain.accountId)
    .where('listings.domain_id', '=', domain.domainId)
    .where('listings.listing_id', 'in', listingIds)
    .execute();
  return rows.map(readRevision);
}

export async function deleteListing(queries: StateQueries, listing: Listing): Promise<void> {
  for (const table of ['listing_revisions', 'listings'] as const)
    await queries
      .deleteFrom(table)
      .where('account_id', '=', listing.accountId)
      .where('domain_id', '=', listing.domainId)
      .where('listing_id', '=', listing.listingId)
      .execute();
}

function readListing(row: Pick<Selectable<ListingsTable>, (typeof COLUMNS)[number]>): Listing {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    listingId: row.listing_id,
    entityId: row.entity_id,
    status: row.status as ListingState,
    latestRevision: row.latest_revision,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

function readRevision(
  row: Pick<Selectable<ListingRevisionsTable>, (typeof REVISION_COLUMNS)[number]>,
): ListingRevision {
  return {
    listingId: row.listing_id,
    revision: row.revision,
    name: row.name,
    description: row.description ?? undefined,
    item: JSON.parse(row.item_json) as ListingItem,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
  };
}
