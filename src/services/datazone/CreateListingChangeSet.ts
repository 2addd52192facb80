import type { CreateListingChangeSetInput, CreateListingChangeSetOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { tokenUse } from './client-token.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { readRevision } from './read-revision.ts';

export function createListingChangeSet({
  listings,
}: DataZoneDeps): Handler<CreateListingChangeSetInput, CreateListingChangeSetOutput> {
  return async (input, ctx) => {
    const change = {
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      entityType: input.entityType,
      entityId: input.entityIdentifier,
      entityRevision: readRevision(input.entityRevision),
      action: input.action,
    };
    const { listingId, latestRevision, status } = await listings.change(change, tokenUse(ctx, { ...input }));
    return { listingId, listingRevision: String(latestRevision), status };
  };
}
