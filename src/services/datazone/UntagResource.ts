import type { UntagResourceRequest, UntagResourceResponse } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

export function untagResource({ tags }: DataZoneDeps): Handler<UntagResourceRequest, UntagResourceResponse> {
  return async (input, ctx) => {
    await tags.remove(ctx.accountId, input.resourceArn, input.tagKeys);
    return {};
  };
}
