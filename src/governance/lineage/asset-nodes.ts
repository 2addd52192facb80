/**
 * Assets and listings as nodes. Nothing of them is stored for lineage: an asset is linked to the dataset whose source identifier
 * its details name, whichever of the two came first, and stops being so when its details name another. Links have no time:
 * whatever time is asked for, they are those of now.
 */

import type { StateQueries } from '../../ports/state/state-store.ts';
import type { AssetForm } from '../assets/asset-forms.ts';
import { type Asset, type AssetRef, findAsset, findRevision } from '../assets/asset-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { findListingLink, type ListingLink, type MadeTimes } from './asset-links.ts';
import { NODE_TYPES } from './event-graph.ts';
import type { NodeView } from './lineage-nodes.ts';
import { type LineageNode, listNodesBySource } from './lineage-store.ts';
import { formsOfNode } from './node-forms.ts';
import * as reads from './node-reads.ts';
import { ASSET_PREFIX, LISTING_PREFIX } from './source-identifiers.ts';

/** A node that no event made, and the dataset whose history it shares. */
export interface MadeNode extends NodeView {
  readonly dataset?: LineageNode | undefined;
}

/** The asset with its dataset's neighbours as its own, the dataset itself, and the listing it is published as. */
export async function readAssetNode(queries: StateQueries, ref: AssetRef, atMs: number): Promise<MadeNode | undefined> {
  const asset = await findAsset(queries, ref);
  if (asset === undefined) return undefined;
  const revision = await findRevision(queries, asset, asset.latestRevision);
  const dataset = await findDataset(queries, asset);
  const version = dataset && (await reads.findVersion(queries, dataset, atMs));
  if (version === undefined && asset.createdAtMs > atMs) return undefined;
  const around = dataset && version && (await readAround(queries, dataset, version, atMs));
  const listing = await findListingLink(queries, ref, ref);
  const own = revision?.forms.filter((form) => form.formName === 'AssetCommonDetailsForm') ?? [];
  return {
    node: madeNode(ref, { nodeId: asset.assetId, prefix: ASSET_PREFIX, typeName: NODE_TYPES.asset }, asset),
    name: revision?.name,
    description: revision?.description,
    eventTimeMs: version?.eventTimeMs ?? Math.min(asset.updatedAtMs, atMs),
    forms: [...own, ...(around?.forms ?? [])],
    upstream: (around?.upstream ?? []).slice(0, reads.NEIGHBOURS_MAX),
    downstream: [...listingBelow(listing, atMs), ...(around?.downstream ?? [])].slice(0, reads.NEIGHBOURS_MAX),
    dataset: version && dataset,
  };
}

export async function readListingNode(
  queries: StateQueries,
  ref: DomainRef & { readonly listingId: string },
  atMs: number,
): Promise<MadeNode | undefined> {
  const listing = await findListingLink(queries, ref, ref);
  if (listing === undefined || listing.createdAtMs > atMs) return undefined;
  const { listingId, assetId } = listing;
  const asset = await readAssetNode(queries, { ...ref, assetId }, atMs);
  return {
    node: madeNode(ref, { nodeId: listingId, prefix: LISTING_PREFIX, typeName: NODE_TYPES.listing }, listing),
    name: asset?.name,
    description: asset?.description,
    eventTimeMs: Math.min(listing.updatedAtMs, atMs),
    forms: [],
    upstream: asset === undefined ? [] : [{ nodeId: assetId, eventTimeMs: asset.eventTimeMs }],
    downstream: [],
  };
}

async function findDataset(queries: StateQueries, asset: Asset): Promise<LineageNode | undefined> {
  if (asset.sourceIdentifier === undefined) return undefined;
  const nodes = await listNodesBySource(queries, asset, [asset.sourceIdentifier]);
  return nodes.find((node) => node.typeName === NODE_TYPES.dataset);
}

async function readAround(
  queries: StateQueries,
  dataset: LineageNode,
  version: reads.NodeVersion,
  atMs: number,
): Promise<{ forms: readonly AssetForm[]; upstream: reads.NodeReference[]; downstream: reads.NodeReference[] }> {
  const above = await reads.listNeighbours(queries, dataset, { direction: 'UPSTREAM', atMs });
  return {
    forms: formsOfNode(dataset.typeName, await reads.readFacetsAt(queries, dataset, atMs)),
    upstream: [{ nodeId: dataset.nodeId, eventTimeMs: version.eventTimeMs }, ...above],
    downstream: await reads.listNeighbours(queries, dataset, { direction: 'DOWNSTREAM', atMs }),
  };
}

function listingBelow(listing: ListingLink | undefined, atMs: number): reads.NodeReference[] {
  if (listing === undefined || !listing.isActive || listing.createdAtMs > atMs) return [];
  return [{ nodeId: listing.listingId, eventTimeMs: Math.min(listing.updatedAtMs, atMs) }];
}

function madeNode(
  { accountId, domainId }: DomainRef,
  { nodeId, prefix, typeName }: { readonly nodeId: string; readonly prefix: string; readonly typeName: string },
  { createdBy, createdAtMs, updatedAtMs }: MadeTimes,
): LineageNode {
  const sourceIdentifier = `${prefix}${nodeId}`;
  return { accountId, domainId, nodeId, sourceIdentifier, typeName, createdBy, createdAtMs, updatedAtMs };
}
