import type { Random } from '../../ports/random.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import type { Asset, AssetRevision } from '../assets/asset-store.ts';
import { newId } from '../ids.ts';
import { GLUE_TABLE_ASSET_TYPE } from '../types/system-types.ts';
import { insertListingRevision, type Listing, putListing } from './listing-store.ts';

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
  requirePublishable(asset, revision);
  const listingId = listing?.listingId ?? newId(random);
  const latestRevision = (listing?.latestRevision ?? 0) + 1;
  const place = { account_id: asset.accountId, domain_id: asset.domainId, listing_id: listingId };
  await putListing(tx, {
    ...place,
    entity_type: 'ASSET',
    entity_id: asset.assetId,
    project_id: asset.projectId,
    status: 'ACTIVE',
    latest_revision: latestRevision,
    created_by: by,
    created_at_ms: nowMs,
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
  const { accountId, domainId, assetId } = asset;
  return { accountId, domainId, listingId, entityId: assetId, status: 'ACTIVE', latestRevision };
}

/** The asset as it was when it was listed. */
function itemOf(asset: Asset, revision: AssetRevision) {
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

function requirePublishable(asset: Asset, revision: AssetRevision): void {
  const isGlueTable = asset.typeIdentifier === GLUE_TABLE_ASSET_TYPE.name;
  if (isGlueTable && !revision.forms.some((form) => form.formName === 'GlueTableForm'))
    throw new NotPublishableError('The asset has no GlueTableForm, which publishing requires.');
}
