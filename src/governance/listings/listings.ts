import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import { findRevision } from '../assets/asset-store.ts';
import { requireAsset } from '../assets/assets.ts';
import { findReplay, recordToken, type TokenUse } from '../client-tokens.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from '../containers/domains.ts';
import { ConflictError, InvalidError, MissingError } from '../errors.ts';
import { userIdOf } from '../ids.ts';
import { unindexListing } from '../search/index-assets.ts';
import * as store from './listing-store.ts';
import { NotPublishableError, publishAsset, unpublishListing } from './publish.ts';

export interface ListingChange extends DomainRef {
  readonly entityType: 'ASSET' | 'DATA_PRODUCT';
  readonly entityId: string;
  /** Undefined: the newest. */
  readonly entityRevision: number | undefined;
  readonly action: 'PUBLISH' | 'UNPUBLISH';
}

/** A listing in one of its revisions. */
export interface ListingView {
  readonly listing: store.Listing;
  readonly revision: store.ListingRevision;
}

/** Listings: the revisions of assets that everybody in the domain finds. */
export class Listings {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /** @throws MissingError, ConflictError, InvalidError when the revision lacks what publishing wants */
  change(change: ListingChange, token: TokenUse): Promise<store.Listing> {
    const { state, clock } = this.#ports;
    return state.transaction(async (tx) => {
      const nowMs = clock.nowMs();
      await requireAvailableDomain(tx, change);
      const replay = await findReplay(tx, token, nowMs);
      if (replay !== undefined) return requireListing(tx, change, replay.resourceId);
      // Nothing makes data products, so none is there.
      if (change.entityType === 'DATA_PRODUCT') throw new MissingError('DataProduct');
      const listing = await (change.action === 'PUBLISH'
        ? this.#publish(tx, change, nowMs)
        : unpublish(tx, change, nowMs));
      await recordToken(tx, token, { resourceId: listing.listingId, nowMs });
      return listing;
    });
  }

  /** @throws MissingError */
  async get(domain: DomainRef, listingId: string, revision: number | undefined): Promise<ListingView> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    const listing = await requireListing(queries, domain, listingId);
    const found = await store.findListingRevision(queries, listing, revision ?? listing.latestRevision);
    if (found === undefined) throw new MissingError('Listing');
    return { listing, revision: found };
  }

  /** The asset stays. Nothing subscribes here, so nothing stands against it. @throws MissingError */
  delete(domain: DomainRef, listingId: string): Promise<void> {
    return this.#ports.state.transaction(async (tx) => {
      await requireDomain(tx, domain);
      const listing = await requireListing(tx, domain, listingId);
      await store.deleteListing(tx, listing);
      await unindexListing(tx, domain, listingId);
    });
  }

  async #publish(tx: StateTransaction, change: ListingChange, nowMs: number): Promise<store.Listing> {
    const asset = await requireAsset(tx, refOf(change));
    const revision = await findRevision(tx, asset, change.entityRevision ?? asset.latestRevision);
    if (revision === undefined) throw new MissingError('Asset');
    if (asset.isArchived) throw new ConflictError(`Asset '${asset.assetId}' is archived.`);
    const listing = await store.findListingOfAsset(tx, asset);
    const by = userIdOf(change.accountId);
    try {
      return await publishAsset(tx, this.#ports.random, { asset, revision, listing, by, nowMs });
    } catch (error) {
      throw error instanceof NotPublishableError ? new InvalidError(error.message) : error;
    }
  }
}

async function unpublish(tx: StateTransaction, change: ListingChange, nowMs: number): Promise<store.Listing> {
  const asset = await requireAsset(tx, refOf(change));
  const listing = await store.findListingOfAsset(tx, asset);
  if (listing?.status !== 'ACTIVE') throw new ConflictError(`Asset '${asset.assetId}' is not published.`);
  await unpublishListing(tx, listing, nowMs);
  return { ...listing, status: 'INACTIVE', updatedAtMs: nowMs };
}

function refOf({ accountId, domainId, entityId }: ListingChange) {
  return { accountId, domainId, assetId: entityId };
}

async function requireListing(queries: StateQueries, domain: DomainRef, listingId: string): Promise<store.Listing> {
  const [listing] = await store.listListings(queries, domain, [listingId]);
  if (listing === undefined) throw new MissingError('Listing');
  return listing;
}
