import type { IndexedAsset } from '../../governance/search/index-assets.ts';
import type { AssetItem, SearchInput, SearchOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { cutPage, PAGE_MAX, pageScope, readPosition } from './paging.ts';
import { readQuestion, readSearchPosition, requireKnownAttributes, writePosition } from './search-input.ts';

/** The inventory of projects. Nothing makes glossaries, terms or data products, so a search for them finds none. */
export function search({ search, domains, pageTokenKey: key }: DataZoneDeps): Handler<SearchInput, SearchOutput> {
  return async (input, ctx) => {
    const domain = { accountId: ctx.accountId, domainId: input.domainIdentifier };
    requireKnownAttributes(input);
    if (input.searchScope !== 'ASSET') {
      await domains.get(domain);
      return { items: [], totalMatchCount: 0 };
    }
    const scope = pageScope(ctx, { ...input });
    const size = input.maxResults ?? PAGE_MAX;
    const after = readSearchPosition(readPosition(key, scope, input.nextToken));
    const question = { ...readQuestion(input), filter: filterOf(input), facets: [] };
    const { hits, total } = await search.assets(domain, question, { after, limit: size + 1 });
    const { items, ...rest } = cutPage(hits, size, {
      key,
      scope,
      positionOf: ({ position }) => writePosition(position),
    });
    const hasForms = input.additionalAttributes?.includes('FORMS') === true;
    return {
      items: items.flatMap(({ item }) => (item === undefined ? [] : [{ assetItem: describeItem(item, hasForms) }])),
      totalMatchCount: total,
      ...rest,
    };
  };
}

function filterOf({ owningProjectIdentifier, filters }: SearchInput): SearchInput['filters'] {
  if (owningProjectIdentifier === undefined) return filters;
  const ofProject = { filter: { attribute: 'owningProjectId', value: owningProjectIdentifier } };
  return filters === undefined ? ofProject : { and: [ofProject, filters] };
}

function describeItem({ asset, revision }: IndexedAsset, hasForms: boolean): AssetItem {
  return {
    domainId: asset.domainId,
    identifier: asset.assetId,
    name: revision.name,
    typeIdentifier: asset.typeIdentifier,
    typeRevision: revision.typeRevision,
    externalIdentifier: asset.externalIdentifier,
    description: revision.description,
    createdAt: revision.createdAtMs,
    createdBy: revision.createdBy,
    firstRevisionCreatedAt: asset.createdAtMs,
    firstRevisionCreatedBy: asset.createdBy,
    glossaryTerms: revision.glossaryTerms,
    owningProjectId: asset.projectId,
    additionalAttributes: hasForms ? { formsOutput: revision.forms, readOnlyFormsOutput: [] } : undefined,
  };
}
