import type { DomainRef } from '../containers/domain-store.ts';
import { type GovernancePorts, requireDomain } from '../containers/domains.ts';
import { MissingError } from '../errors.ts';
import { findListingOfAsset, type Listing } from '../listings/listing-store.ts';
import * as store from './asset-store.ts';

/** An asset in one of its revisions, as callers read it. */
export interface AssetView {
  readonly asset: store.Asset;
  readonly revision: store.AssetRevision;
  readonly first: Pick<store.AssetRevision, 'createdAtMs' | 'createdBy'>;
  readonly listing: Listing | undefined;
}

/** How a caller names an asset. */
export type AssetName = { readonly assetId: string } | { readonly externalIdentifier: string };

/** Assets: what is known of a table or of anything else, in revisions. */
export class Assets {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /** The newest revision unless one is named. @throws MissingError */
  async get(domain: DomainRef, name: AssetName, revision: number | undefined): Promise<AssetView> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    const asset = await this.#find(domain, name);
    const found = asset && (await store.findRevision(queries, asset, revision ?? asset.latestRevision));
    if (asset === undefined || found === undefined) throw new MissingError('Asset');
    const first = { createdAtMs: asset.createdAtMs, createdBy: asset.createdBy };
    return { asset, revision: found, first, listing: await findListingOfAsset(queries, asset) };
  }

  async #find(domain: DomainRef, name: AssetName): Promise<store.Asset | undefined> {
    const { queries } = this.#ports.state;
    if ('assetId' in name) return store.findAsset(queries, { ...domain, assetId: name.assetId });
    return (await store.listByExternalIdentifiers(queries, domain, [name.externalIdentifier]))[0];
  }
}
