import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import { findReplay, recordToken, type TokenUse } from '../client-tokens.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from '../containers/domains.ts';
import { requireActiveProject } from '../containers/projects.ts';
import { ConflictError, MissingError } from '../errors.ts';
import { newId, userIdOf } from '../ids.ts';
import { findListingOfAsset, type Listing } from '../listings/listing-store.ts';
import { indexAssets, unindexAsset } from '../search/index-assets.ts';
import type { GivenForm } from '../types/resolve-forms.ts';
import * as store from './asset-store.ts';
import { resolveRevision } from './resolve-revision.ts';

/** An asset in one of its revisions, as callers read it. */
export interface AssetView {
  readonly asset: store.Asset;
  readonly revision: store.AssetRevision;
  readonly first: Pick<store.AssetRevision, 'createdAtMs' | 'createdBy'>;
  readonly listing: Listing | undefined;
}

/** How a caller names an asset. */
export type AssetName = { readonly assetId: string } | { readonly externalIdentifier: string };

/** What a revision says. */
export interface GivenRevision {
  readonly name: string;
  readonly typeRevision: string | undefined;
  readonly description: string | undefined;
  readonly glossaryTerms: readonly string[];
  readonly forms: readonly GivenForm[];
  readonly predictions: store.PredictionSetting | undefined;
}

export interface NewAsset extends DomainRef, GivenRevision {
  readonly projectId: string;
  readonly typeIdentifier: string;
  readonly externalIdentifier: string | undefined;
}

/** Assets: what is known of a table or of anything else, in revisions. */
export class Assets {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /** An asset made by hand: no run touches it. @throws MissingError, ConflictError, InvalidError */
  create(wanted: NewAsset, token: TokenUse): Promise<AssetView> {
    const { state, clock, random } = this.#ports;
    return state.transaction(async (tx) => {
      const nowMs = clock.nowMs();
      await requireAvailableDomain(tx, wanted);
      const replay = await findReplay(tx, token, nowMs);
      if (replay !== undefined) return viewAsset(tx, wanted, { assetId: replay.resourceId });
      await requireActiveProject(tx, wanted, wanted.projectId);
      await requireUnused(tx, wanted);
      const resolved = await resolveRevision(tx, wanted, wanted.typeIdentifier, wanted);
      const { accountId, domainId, projectId, externalIdentifier } = wanted;
      const by = { createdBy: userIdOf(accountId), createdAtMs: nowMs };
      const asset: store.Asset = {
        ...by,
        accountId,
        domainId,
        assetId: newId(random),
        projectId,
        typeIdentifier: resolved.typeName,
        externalIdentifier,
        dataSourceId: undefined,
        isArchived: false,
        latestRevision: 1,
        importedHash: undefined,
        importedName: undefined,
        importedDescription: undefined,
        sourceIdentifier: resolved.sourceIdentifier,
        updatedAtMs: nowMs,
      };
      const revision = { ...resolved.content, ...by, accountId, domainId, assetId: asset.assetId, revision: 1 };
      await store.insertAssets(tx, [asset]);
      await store.insertRevisions(tx, [revision]);
      await indexAssets(tx, { accountId, domainId }, [{ asset, revision }]);
      await recordToken(tx, token, { resourceId: asset.assetId, nowMs });
      return { asset, revision, first: by, listing: undefined };
    });
  }

  /** All forms anew: what is not said again is gone. The memory of runs is left alone. @throws MissingError, InvalidError */
  revise(ref: store.AssetRef, wanted: GivenRevision, token: TokenUse): Promise<AssetView> {
    const { state, clock } = this.#ports;
    return state.transaction(async (tx) => {
      const nowMs = clock.nowMs();
      await requireAvailableDomain(tx, ref);
      const replay = await findReplay(tx, token, nowMs);
      if (replay !== undefined) return viewAsset(tx, ref, ref);
      const known = await requireAsset(tx, ref);
      const resolved = await resolveRevision(tx, ref, known.typeIdentifier, wanted);
      const imported = known.dataSourceId === undefined ? undefined : known.sourceIdentifier;
      const sourceIdentifier = resolved.sourceIdentifier ?? imported;
      const asset = { ...known, latestRevision: known.latestRevision + 1, sourceIdentifier, updatedAtMs: nowMs };
      const { accountId, domainId, assetId, latestRevision } = asset;
      const by = { createdBy: userIdOf(accountId), createdAtMs: nowMs };
      const revision = { ...resolved.content, ...by, accountId, domainId, assetId, revision: latestRevision };
      await store.updateAsset(tx, asset, {
        latest_revision: latestRevision,
        source_identifier: sourceIdentifier ?? null,
        updated_at_ms: nowMs,
      });
      await store.insertRevisions(tx, [revision]);
      await indexAssets(tx, { accountId, domainId }, [{ asset, revision }]);
      await recordToken(tx, token, { resourceId: assetId, nowMs });
      return { asset, revision, first: known, listing: await findListingOfAsset(tx, asset) };
    });
  }

  /** The newest revision unless one is named. @throws MissingError */
  async get(domain: DomainRef, name: AssetName, revision: number | undefined): Promise<AssetView> {
    await requireDomain(this.#ports.state.queries, domain);
    return viewAsset(this.#ports.state.queries, domain, name, revision);
  }

  /** Newest first. @throws MissingError */
  async listRevisions(
    ref: store.AssetRef,
    page: { readonly before: number; readonly limit: number },
  ): Promise<Pick<store.AssetRevision, 'revision' | 'createdBy' | 'createdAtMs'>[]> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, ref);
    await requireAsset(queries, ref);
    return store.listRevisions(queries, ref, page);
  }

  /** With all revisions. A listing that is not active stays. @throws MissingError, ConflictError while it is listed */
  delete(ref: store.AssetRef): Promise<void> {
    return this.#ports.state.transaction(async (tx) => {
      await requireDomain(tx, ref);
      const asset = await requireAsset(tx, ref);
      const listing = await findListingOfAsset(tx, asset);
      if (listing?.status === 'ACTIVE')
        throw new ConflictError(`Asset '${asset.assetId}' has the active listing '${listing.listingId}'.`);
      await store.deleteAsset(tx, asset);
      await unindexAsset(tx, asset);
    });
  }
}

async function viewAsset(
  queries: StateQueries,
  domain: DomainRef,
  name: AssetName,
  revision?: number | undefined,
): Promise<AssetView> {
  const { accountId, domainId } = domain;
  const asset =
    'assetId' in name
      ? await store.findAsset(queries, { accountId, domainId, assetId: name.assetId })
      : (await store.listByExternalIdentifiers(queries, domain, [name.externalIdentifier]))[0];
  const found = asset && (await store.findRevision(queries, asset, revision ?? asset.latestRevision));
  if (asset === undefined || found === undefined) throw new MissingError('Asset');
  const first = { createdAtMs: asset.createdAtMs, createdBy: asset.createdBy };
  return { asset, revision: found, first, listing: await findListingOfAsset(queries, asset) };
}

/** @throws MissingError */
export async function requireAsset(queries: StateQueries, ref: store.AssetRef): Promise<store.Asset> {
  const asset = await store.findAsset(queries, ref);
  if (asset === undefined) throw new MissingError('Asset');
  return asset;
}

async function requireUnused(tx: StateTransaction, { externalIdentifier, ...domain }: NewAsset): Promise<void> {
  if (externalIdentifier === undefined) return;
  const [known] = await store.listByExternalIdentifiers(tx, domain, [externalIdentifier]);
  if (known !== undefined)
    throw new ConflictError(`Asset '${known.assetId}' has the external identifier ${externalIdentifier} already.`);
}
