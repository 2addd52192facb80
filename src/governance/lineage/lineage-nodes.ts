import type { StateQueries } from '../../ports/state/state-store.ts';
import type { AssetForm } from '../assets/asset-forms.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { type GovernancePorts, requireDomain } from '../containers/domains.ts';
import { MissingError } from '../errors.ts';
import { listAssetsOfIdentifier } from './asset-links.ts';
import { readAssetNode, readListingNode } from './asset-nodes.ts';
import { NODE_TYPES } from './event-graph.ts';
import { findNode, type LineageNode, listNodesBySource } from './lineage-store.ts';
import { descriptionOf, formsOfNode, nameOf } from './node-forms.ts';
import * as reads from './node-reads.ts';
import type { RunEventType } from './run-event.ts';
import { ASSET_PREFIX, LISTING_PREFIX } from './source-identifiers.ts';

/** A node as it was at a time. */
export interface NodeView {
  readonly node: LineageNode;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly eventTimeMs: number;
  readonly forms: readonly AssetForm[];
  readonly upstream: readonly reads.NodeReference[];
  readonly downstream: readonly reads.NodeReference[];
}

export interface NodeHistory {
  readonly node: LineageNode;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly versions: readonly reads.NodeVersion[];
}

export interface RunState {
  readonly eventType: RunEventType;
  readonly eventTimeMs: number;
}

/** The graph, node by node. Assets and listings are nodes too, made when they are asked for from what they are now. */
export class LineageNodes {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /**
   * The node at or before `atMs`, or its newest version. It is named by its id or by its source identifier.
   * @throws MissingError
   */
  async get(domain: DomainRef, identifier: string, atMs: number = reads.ANY_TIME): Promise<NodeView> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    const node = await findByIdentifier(queries, domain, identifier);
    const found =
      node === undefined
        ? await readMadeNode(queries, domain, identifier, atMs)
        : await readEventNode(queries, node, atMs);
    if (found === undefined) throw new MissingError('LineageNode');
    return found;
  }

  /** Versions of a node; of an asset, those of the dataset it is linked to. @throws MissingError */
  async history(domain: DomainRef, identifier: string, page: reads.VersionPage): Promise<NodeHistory> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    const node = await findByIdentifier(queries, domain, identifier);
    if (node !== undefined) {
      const facets = await reads.readFacetsAt(queries, node, reads.ANY_TIME);
      const versions = await reads.listVersions(queries, node, page);
      return { node, name: nameOf(facets), description: descriptionOf(node.typeName, facets), versions };
    }
    const made = await readMadeNode(queries, domain, identifier, reads.ANY_TIME);
    if (made === undefined) throw new MissingError('LineageNode');
    const versions = made.dataset === undefined ? [] : await reads.listVersions(queries, made.dataset, page);
    return { node: made.node, name: made.name, description: made.description, versions };
  }

  /** The last thing that was said of a run's state; undefined for a run that nothing was said of. */
  async findRunState(domain: DomainRef, sourceIdentifier: string): Promise<RunState | undefined> {
    const { queries } = this.#ports.state;
    const nodes = await listNodesBySource(queries, domain, [sourceIdentifier]);
    const run = nodes.find((node) => node.typeName === NODE_TYPES.run);
    const state = run && (await reads.findFacetAt(queries, run, 'state', reads.ANY_TIME));
    if (state === undefined) return undefined;
    const { eventType } = JSON.parse(state.content) as { eventType: RunEventType };
    return { eventType, eventTimeMs: state.eventTimeMs };
  }
}

async function findByIdentifier(
  queries: StateQueries,
  domain: DomainRef,
  identifier: string,
): Promise<LineageNode | undefined> {
  const byId = await findNode(queries, { ...domain, nodeId: identifier });
  return byId ?? (await listNodesBySource(queries, domain, [identifier]))[0];
}

/** An asset or a listing, which no event has to name. */
async function readMadeNode(queries: StateQueries, domain: DomainRef, identifier: string, atMs: number) {
  if (identifier.startsWith(LISTING_PREFIX))
    return readListingNode(queries, { ...domain, listingId: identifier.slice(LISTING_PREFIX.length) }, atMs);
  if (identifier.startsWith(ASSET_PREFIX))
    return readAssetNode(queries, { ...domain, assetId: identifier.slice(ASSET_PREFIX.length) }, atMs);
  const asset = await readAssetNode(queries, { ...domain, assetId: identifier }, atMs);
  return asset ?? readListingNode(queries, { ...domain, listingId: identifier }, atMs);
}

async function readEventNode(queries: StateQueries, node: LineageNode, atMs: number): Promise<NodeView | undefined> {
  const version = await reads.findVersion(queries, node, atMs);
  if (version === undefined) return undefined;
  const facets = await reads.readFacetsAt(queries, node, atMs);
  const upstream = await reads.listNeighbours(queries, node, { direction: 'UPSTREAM', atMs });
  const downstream = await reads.listNeighbours(queries, node, { direction: 'DOWNSTREAM', atMs });
  const assets = node.typeName === NODE_TYPES.dataset ? await assetsBelow(queries, node, version.eventTimeMs) : [];
  return {
    node,
    name: nameOf(facets),
    description: descriptionOf(node.typeName, facets),
    eventTimeMs: version.eventTimeMs,
    forms: formsOfNode(node.typeName, facets),
    upstream,
    downstream: [...assets, ...downstream].slice(0, reads.NEIGHBOURS_MAX),
  };
}

/** An asset has the version of its dataset. */
async function assetsBelow(queries: StateQueries, node: LineageNode, atMs: number): Promise<reads.NodeReference[]> {
  const assets = await listAssetsOfIdentifier(queries, node, node.sourceIdentifier);
  return assets.map((asset) => ({ nodeId: asset.assetId, eventTimeMs: atMs }));
}
