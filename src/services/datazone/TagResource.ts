import type { TagResourceRequest, TagResourceResponse } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

/** Of domains. */
export function tagResource({ tags }: DataZoneDeps): Handler<TagResourceRequest, TagResourceResponse> {
  return async (input, ctx) => {
    await tags.put(ctx.accountId, input.resourceArn, input.tags);
    return {};
  };
}
