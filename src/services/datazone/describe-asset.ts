import type { AssetName, AssetView, GivenRevision } from '../../governance/assets/assets.ts';
import type { CreateAssetRevisionInput, GetAssetOutput } from '../../wire/generated/datazone.ts';

export function describeAsset({ asset, revision, first, listing }: AssetView): GetAssetOutput {
  return {
    domainId: asset.domainId,
    id: asset.assetId,
    name: revision.name,
    typeIdentifier: asset.typeIdentifier,
    typeRevision: revision.typeRevision,
    externalIdentifier: asset.externalIdentifier,
    revision: String(revision.revision),
    description: revision.description,
    createdAt: revision.createdAtMs,
    createdBy: revision.createdBy,
    firstRevisionCreatedAt: first.createdAtMs,
    firstRevisionCreatedBy: first.createdBy,
    glossaryTerms: revision.glossaryTerms,
    owningProjectId: asset.projectId,
    listing: listing && { listingId: listing.listingId, listingStatus: listing.status },
    formsOutput: revision.forms,
    readOnlyFormsOutput: [],
    latestTimeSeriesDataPointFormsOutput: [],
  };
}

/** What CreateAsset and CreateAssetRevision say alike. */
export function readGivenRevision(
  input: Omit<CreateAssetRevisionInput, 'domainIdentifier' | 'identifier'>,
): GivenRevision {
  return {
    name: input.name,
    typeRevision: input.typeRevision,
    description: input.description,
    glossaryTerms: input.glossaryTerms ?? [],
    forms: input.formsInput ?? [],
    predictions: input.predictionConfiguration,
  };
}

const EXTERNAL_PREFIX = /^externalIdentifier(?:\/|%2F)/i;

/** An id, or `externalIdentifier/` and what the source calls it; some callers encode the slash twice. */
export function readAssetName(identifier: string): AssetName {
  const prefix = EXTERNAL_PREFIX.exec(identifier)?.[0];
  if (prefix === undefined) return { assetId: identifier };
  const rest = identifier.slice(prefix.length);
  return { externalIdentifier: prefix.endsWith('/') ? rest : decodeAgain(rest) };
}

function decodeAgain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
