import type { Random } from '../../ports/random.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import type { Asset, AssetRevision } from '../assets/asset-store.ts';
import { findMissingForm } from '../assets/resolve-revision.ts';
import { newId } from '../ids.ts';
import { indexListing, unindexListing } from '../search/index-assets.ts';
import { findAssetType, findFormType, modelOf } from '../types/find-types.ts';
import {
  insertListingRevision,
  type Listing,
  type ListingItem,
  putListing,
  updateListingStatus,
} from './listing-store.ts';

/** The revision lacks what publishing wants. */
export class NotPublishableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotPublishableError';
  }
}

export interface Publication {
  readonly asset: Asset;
  readonly revision: AssetRevision;
  /** What the asset was listed as before, if it ever was. */
  readonly listing: Listing | undefined;
  readonly by: string;
  readonly nowMs: number;
}

/**
 * Makes a revision the one that others find: a new revision of its listing, ACTIVE at once.
 * @throws NotPublishableError before anything is written
 */
export async function publishAsset(tx: StateTransaction, random: Random, publication: Publication): Promise<Listing> {
  const { asset, revision, listing, by, nowMs } = publication;
  await requirePublishable(tx, asset, revision);
  const { accountId, domainId, assetId } = asset;
  const listingId = listing?.listingId ?? newId(random);
  const latestRevision = (listing?.latestRevision ?? 0) + 1;
  const createdAtMs = listing?.createdAtMs ?? nowMs;
  const createdBy = listing?.createdBy ?? by;
  const place = { account_id: accountId, domain_id: domainId, listing_id: listingId };
  await putListing(tx, {
    ...place,
    entity_type: 'ASSET',
    entity_id: assetId,
    project_id: asset.projectId,
    status: 'ACTIVE',
    latest_revision: latestRevision,
    created_by: createdBy,
    created_at_ms: createdAtMs,
    updated_at_ms: nowMs,
  });
  await insertListingRevision(tx, {
    ...place,
    revision: latestRevision,
    entity_revision: revision.revision,
    name: revision.name,
    description: revision.description ?? null,
    item_json: JSON.stringify(itemOf(asset, revision)),
    created_by: by,
    created_at_ms: nowMs,
  });
  await indexListing(tx, { asset, revision, listingId, createdAtMs, updatedAtMs: nowMs });
  return {
    accountId,
    domainId,
    listingId,
    entityId: assetId,
    status: 'ACTIVE',
    latestRevision,
    createdBy,
    createdAtMs,
    updatedAtMs: nowMs,
  };
}

/** Nobody finds it any more; it can be published again. */
export async function unpublishListing(tx: StateTransaction, listing: Listing, nowMs: number): Promise<void> {
  await updateListingStatus(tx, listing, { status: 'INACTIVE', nowMs });
  await unindexListing(tx, listing, listing.listingId);
}

/** The asset as it was when it was listed. */
function itemOf(asset: Asset, revision: AssetRevision): ListingItem {
  return {
    assetId: asset.assetId,
    assetRevision: String(revision.revision),
    assetType: asset.typeIdentifier,
    createdAtMs: revision.createdAtMs,
    forms: Object.fromEntries(revision.forms.map((form) => [form.formName, JSON.parse(form.content) as unknown])),
    glossaryTerms: revision.glossaryTerms,
    owningProjectId: asset.projectId,
  };
}

/** The forms that the type requires, and the fields that their types require for publishing. */
async function requirePublishable(tx: StateTransaction, asset: Asset, revision: AssetRevision): Promise<void> {
  const type = await findAssetType(tx, asset, asset.typeIdentifier, revision.typeRevision);
  const missing = findMissingForm(type?.forms ?? {}, revision.forms);
  if (missing !== undefined) throw new NotPublishableError(`The asset has no ${missing}, which publishing requires.`);
  for (const form of revision.forms) {
    const formType = await findFormType(tx, asset, form.typeName, form.typeRevision);
    if (formType === undefined) continue;
    const content = JSON.parse(form.content) as Readonly<Record<string, unknown>>;
    for (const [name, { traits }] of modelOf(formType).fields)
      if (traits.requiredFor?.includes('PUBLISHING') === true && isEmpty(content[name]))
        throw new NotPublishableError(`The field ${name} of ${form.formName} is required for publishing and is empty.`);
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
