import type { ListingView } from '../../governance/listings/listings.ts';
import { shortTypeName } from '../../governance/search/filter.ts';
import type { AssetListing, AssetListingItem, GetListingOutput } from '../../wire/generated/datazone.ts';

const LISTING_NAME_CHARACTERS_MAX = 64;

export function describeListing({ listing, revision }: ListingView): GetListingOutput {
  return {
    domainId: listing.domainId,
    id: listing.listingId,
    listingRevision: String(revision.revision),
    createdAt: listing.createdAtMs,
    updatedAt: listing.updatedAtMs,
    createdBy: listing.createdBy,
    updatedBy: revision.createdBy,
    item: { assetListing: describeItem(revision) },
    // The model's names of listings are shorter than those of assets.
    name: revision.name.slice(0, LISTING_NAME_CHARACTERS_MAX),
    description: revision.description,
    status: listing.status,
  };
}

function describeItem({ item }: ListingView['revision']): AssetListing {
  return {
    assetId: item.assetId,
    assetRevision: item.assetRevision,
    assetType: item.assetType,
    createdAt: item.createdAtMs,
    forms: JSON.stringify(item.forms),
    latestTimeSeriesDataPointForms: [],
    glossaryTerms: describeTerms(item.glossaryTerms),
    owningProjectId: item.owningProjectId,
  };
}

export function describeListingItem({ listing, revision }: ListingView, hasForms: boolean): AssetListingItem {
  const { item } = revision;
  return {
    listingId: listing.listingId,
    listingRevision: String(revision.revision),
    name: revision.name,
    entityId: item.assetId,
    entityRevision: item.assetRevision,
    entityType: shortTypeName(item.assetType),
    description: revision.description,
    createdAt: listing.createdAtMs,
    listingCreatedBy: listing.createdBy,
    listingUpdatedBy: revision.createdBy,
    glossaryTerms: describeTerms(item.glossaryTerms),
    owningProjectId: item.owningProjectId,
    additionalAttributes: hasForms ? { forms: JSON.stringify(item.forms) } : undefined,
  };
}

/** There are no glossaries that would know more of a term than its id. */
function describeTerms(ids: readonly string[]) {
  return ids.map((name) => ({ name }));
}
