import type { DeleteListingInput, DeleteListingOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

export function deleteListing({ listings }: DataZoneDeps): Handler<DeleteListingInput, DeleteListingOutput> {
  return async ({ domainIdentifier: domainId, identifier }, ctx) => {
    await listings.delete({ accountId: ctx.accountId, domainId }, identifier);
    return {};
  };
}
