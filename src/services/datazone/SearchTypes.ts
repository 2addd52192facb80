import type { FoundType } from '../../governance/types/search-types.ts';
import type { SearchTypesInput, SearchTypesOutput, SearchTypesResultItem } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeAssetType, describeFormType } from './describe-type.ts';
import { cutPage, PAGE_MAX, pageScope, readPosition } from './paging.ts';
import { readSearchIn, readSort } from './search-input.ts';

export function searchTypes({
  typeSearch,
  pageTokenKey: key,
}: DataZoneDeps): Handler<SearchTypesInput, SearchTypesOutput> {
  return async (input, ctx) => {
    const { domainIdentifier: domainId } = input;
    const scope = pageScope(ctx, { ...input });
    const size = input.maxResults ?? PAGE_MAX;
    const skipped = Number(readPosition(key, scope, input.nextToken)?.[0] ?? 0);
    const found = await typeSearch.find(
      { accountId: ctx.accountId, domainId },
      {
        scope: input.searchScope,
        isManaged: input.managed,
        text: input.searchText,
        searchIn: readSearchIn(input.searchIn),
        filter: input.filters,
        sort: readSort(input),
      },
    );
    const page = found.slice(skipped, skipped + size + 1);
    const { items, ...rest } = cutPage(page, size, { key, scope, positionOf: () => [skipped + size] });
    return { items: items.map((type) => describeFound(domainId, type)), totalMatchCount: found.length, ...rest };
  };
}

function describeFound(domainId: string, type: FoundType): SearchTypesResultItem {
  if ('assetType' in type) return { assetTypeItem: describeAssetType(domainId, type.assetType) };
  if ('formType' in type) return { formTypeItem: describeFormType(domainId, type.formType) };
  const { name, revision } = type.lineageNodeType;
  return { lineageNodeTypeItem: { domainId, name, revision, formsOutput: {} } };
}
