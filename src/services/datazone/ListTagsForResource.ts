import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

export function listTagsForResource({
  tags,
}: DataZoneDeps): Handler<ListTagsForResourceRequest, ListTagsForResourceResponse> {
  return async (input, ctx) => ({ tags: await tags.list(ctx.accountId, input.resourceArn) });
}
