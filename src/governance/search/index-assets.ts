import type { StateQueries } from '../../ports/state/state-store.ts';
import type { Asset, AssetRevision } from '../assets/asset-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { putSearchDocuments, wordsOf } from './search-documents.ts';

export interface IndexedAsset {
  readonly asset: Asset;
  readonly revision: AssetRevision;
}

/** Makes the newest revisions of assets the ones that a search finds; part of the transaction that makes them. */
export async function indexAssets(
  queries: StateQueries,
  domain: DomainRef,
  assets: readonly IndexedAsset[],
): Promise<void> {
  const documents = assets.map(({ asset, revision }) => ({
    entityId: asset.assetId,
    projectId: asset.projectId,
    name: revision.name,
    typeName: asset.typeIdentifier,
    body: wordsOf(revision.forms, [revision.description]),
    attributes: {
      description: revision.description,
      externalIdentifier: asset.externalIdentifier,
      createdBy: asset.createdBy,
      glossaryTerms: revision.glossaryTerms,
    },
    createdAtMs: asset.createdAtMs,
    updatedAtMs: revision.createdAtMs,
  }));
  await putSearchDocuments(queries, domain, 'ASSET', documents);
}
