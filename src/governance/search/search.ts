import * as assetStore from '../assets/asset-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { type GovernancePorts, requireDomain } from '../containers/domains.ts';
import * as listingStore from '../listings/listing-store.ts';
import type { ListingView } from '../listings/listings.ts';
import { SearchColumns } from './columns.ts';
import type { FacetValue } from './facets.ts';
import { findDocuments, type SearchPage, type SearchPosition, type SearchQuestion } from './find-documents.ts';
import type { IndexedAsset } from './index-assets.ts';
import { findEntities } from './search-documents.ts';
import type { SearchKind } from './search-words.ts';

export interface SearchAnswer<T> {
  /** What was deleted while it was searched for has only a place. */
  readonly hits: readonly { readonly position: SearchPosition; readonly item: T | undefined }[];
  readonly total: number;
  readonly facets: readonly (readonly FacetValue[])[];
}

/** Finds assets in the inventory of projects, and listings, which are for everybody. */
export class Search {
  readonly #ports: GovernancePorts;
  readonly #columns: SearchColumns;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
    this.#columns = new SearchColumns(ports.state.queries);
  }

  /** @throws MissingError, InvalidError */
  async assets(domain: DomainRef, question: SearchQuestion, page: SearchPage): Promise<SearchAnswer<IndexedAsset>> {
    const { queries } = this.#ports.state;
    return this.#find({ ...domain, kind: 'ASSET' }, question, page, async (ids) => {
      const assets = new Map(
        (await assetStore.listAssets(queries, domain, ids)).map((asset) => [asset.assetId, asset]),
      );
      const revisions = await assetStore.listLatestRevisions(queries, domain, ids);
      return revisions.flatMap((revision): [string, IndexedAsset][] => {
        const asset = assets.get(revision.assetId);
        return asset === undefined ? [] : [[revision.assetId, { asset, revision }]];
      });
    });
  }

  /** @throws MissingError, InvalidError */
  async listings(domain: DomainRef, question: SearchQuestion, page: SearchPage): Promise<SearchAnswer<ListingView>> {
    const { queries } = this.#ports.state;
    return this.#find({ ...domain, kind: 'LISTING' }, question, page, async (ids) => {
      const listings = await listingStore.listListings(queries, domain, ids);
      const known = new Map(listings.map((listing) => [listing.listingId, listing]));
      const revisions = await listingStore.listLatestListingRevisions(queries, domain, ids);
      return revisions.flatMap((revision): [string, ListingView][] => {
        const listing = known.get(revision.listingId);
        return listing === undefined ? [] : [[revision.listingId, { listing, revision }]];
      });
    });
  }

  async #find<T>(
    { kind, ...domain }: DomainRef & { readonly kind: SearchKind },
    question: SearchQuestion,
    page: SearchPage,
    read: (entityIds: readonly string[]) => Promise<readonly [string, T][]>,
  ): Promise<SearchAnswer<T>> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    const scope = { accountId: domain.accountId, domainId: domain.domainId, kind };
    const context = { queries, columns: this.#columns, scope };
    const { positions, total, facets } = await findDocuments(context, question, page);
    const documentNos = positions.map((position) => position.documentNo);
    const entities = await findEntities(queries, scope, documentNos);
    const items = new Map(await read([...entities.values()]));
    const hits = positions.map((position) => ({ position, item: items.get(entities.get(position.documentNo) ?? '') }));
    return { hits, total, facets };
  }
}
