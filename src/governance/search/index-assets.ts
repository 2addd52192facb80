import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import type { AssetForm } from '../assets/asset-forms.ts';
import type { Asset, AssetRevision } from '../assets/asset-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { findFormType, modelOf } from '../types/find-types.ts';
import { searchableFields } from '../types/form-model.ts';
import { ATTRIBUTE, type Facts, factsOfForms } from './facts.ts';
import { shortTypeName } from './filter.ts';
import { deleteSearchDocuments, putSearchDocuments, type SearchDocument } from './search-documents.ts';

export interface IndexedAsset {
  readonly asset: Asset;
  readonly revision: AssetRevision;
}

/** What a listing says beside the asset it lists. */
export interface IndexedListing extends IndexedAsset {
  readonly listingId: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Makes the newest revisions of assets the ones that a search finds; part of the transaction that makes them. */
export async function indexAssets(
  queries: StateTransaction,
  domain: DomainRef,
  assets: readonly IndexedAsset[],
): Promise<void> {
  const describe = documentMaker(queries, domain);
  const documents: SearchDocument[] = [];
  for (const { asset, revision } of assets) {
    const times = { created: asset.createdAtMs, updated: revision.createdAtMs };
    documents.push(await describe({ asset, revision }, asset.assetId, times));
  }
  await putSearchDocuments(queries, { ...domain, kind: 'ASSET' }, documents);
}

/** Makes a listing one that everybody's search finds; part of the transaction that publishes. */
export async function indexListing(queries: StateTransaction, listing: IndexedListing): Promise<void> {
  const { accountId, domainId } = listing.asset;
  const times = { created: listing.createdAtMs, updated: listing.updatedAtMs };
  const document = await documentMaker(queries, { accountId, domainId })(listing, listing.listingId, times);
  await putSearchDocuments(queries, { accountId, domainId, kind: 'LISTING' }, [document]);
}

export async function unindexAsset(tx: StateTransaction, { accountId, domainId, assetId }: Asset): Promise<void> {
  await deleteSearchDocuments(tx, { accountId, domainId, kind: 'ASSET' }, [assetId]);
}

export async function unindexListing(tx: StateTransaction, domain: DomainRef, listingId: string): Promise<void> {
  const { accountId, domainId } = domain;
  await deleteSearchDocuments(tx, { accountId, domainId, kind: 'LISTING' }, [listingId]);
}

type DocumentMaker = (
  of: IndexedAsset,
  entityId: string,
  times: { readonly created: number; readonly updated: number },
) => Promise<SearchDocument>;

/** For a batch: each form type is looked up once. */
function documentMaker(queries: StateQueries, domain: DomainRef): DocumentMaker {
  const known = new Map<string, readonly string[]>();
  const fieldsOf = async ({ typeName, typeRevision }: AssetForm): Promise<readonly string[]> => {
    const key = `${typeName}@${typeRevision}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const type = await findFormType(queries, domain, typeName, typeRevision);
    const fields = type === undefined ? [] : searchableFields(modelOf(type));
    known.set(key, fields);
    return fields;
  };
  return async ({ asset, revision }, entityId, times) => {
    const searchable: string[] = [ATTRIBUTE.name, ATTRIBUTE.description];
    for (const form of revision.forms)
      searchable.push(...(await fieldsOf(form)).map((field) => `${form.formName}.${field}`));
    return {
      entityId,
      facts: { ...factsOfForms(revision.forms), ...factsOfAsset(asset, revision, times) },
      texts: [revision.name, revision.description ?? '', ...revision.forms.flatMap(textsOf)],
      searchable,
    };
  };
}

function factsOfAsset(asset: Asset, revision: AssetRevision, times: { created: number; updated: number }): Facts {
  const { description, glossaryTerms, forms } = revision;
  return {
    [ATTRIBUTE.name]: revision.name,
    ...(description === undefined ? {} : { [ATTRIBUTE.description]: description }),
    [ATTRIBUTE.typeName]: shortTypeName(asset.typeIdentifier),
    [ATTRIBUTE.project]: asset.projectId,
    ...(asset.externalIdentifier === undefined ? {} : { [ATTRIBUTE.externalIdentifier]: asset.externalIdentifier }),
    [ATTRIBUTE.createdBy]: asset.createdBy,
    ...(glossaryTerms.length === 0 ? {} : { [ATTRIBUTE.glossaryTerms]: glossaryTerms }),
    [ATTRIBUTE.created]: times.created,
    [ATTRIBUTE.updated]: times.updated,
    [ATTRIBUTE.category]: 'asset',
    ...(forms.length === 0 ? {} : { [ATTRIBUTE.formTypes]: [...new Set(forms.map((form) => form.typeName))] }),
  };
}

/** What a form says, at any depth. */
function textsOf({ content }: AssetForm): string[] {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  collect(JSON.parse(content));
  return texts;
}
