import type { GetListingInput, GetListingOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeListing } from './describe-listing.ts';
import { readRevision } from './read-revision.ts';

export function getListing({ listings }: DataZoneDeps): Handler<GetListingInput, GetListingOutput> {
  return async ({ domainIdentifier: domainId, identifier, listingRevision }, ctx) => {
    const domain = { accountId: ctx.accountId, domainId };
    return describeListing(await listings.get(domain, identifier, readRevision(listingRevision)));
  };
}
