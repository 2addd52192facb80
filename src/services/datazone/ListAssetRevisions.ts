import type { ListAssetRevisionsInput, ListAssetRevisionsOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { cutPage, PAGE_MAX, pageScope, readPosition } from './paging.ts';

/** Newest first. */
export function listAssetRevisions({
  assets,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListAssetRevisionsInput, ListAssetRevisionsOutput> {
  return async (input, ctx) => {
    const ref = { accountId: ctx.accountId, domainId: input.domainIdentifier, assetId: input.identifier };
    const scope = pageScope(ctx, { ...input });
    const size = input.maxResults ?? PAGE_MAX;
    const before = Number(readPosition(key, scope, input.nextToken)?.[0] ?? Number.MAX_SAFE_INTEGER);
    const found = await assets.listRevisions(ref, { before, limit: size + 1 });
    const { items, ...rest } = cutPage(found, size, { key, scope, positionOf: ({ revision }) => [revision] });
    return {
      items: items.map(({ revision, createdBy, createdAtMs }) => ({
        domainId: ref.domainId,
        id: ref.assetId,
        revision: String(revision),
        createdBy,
        createdAt: createdAtMs,
      })),
      ...rest,
    };
  };
}
