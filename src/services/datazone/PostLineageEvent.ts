import type { PostLineageEventInput, PostLineageEventOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { tokenUse } from './client-token.ts';
import type { DataZoneDeps } from './datazone-service.ts';

/** The event is processed when this answers: it never shows as REQUESTED or PROCESSING. */
export function postLineageEvent({
  lineageEvents,
}: DataZoneDeps): Handler<PostLineageEventInput, PostLineageEventOutput> {
  return async ({ domainIdentifier, event, clientToken }, ctx) => {
    const domain = { accountId: ctx.accountId, domainId: domainIdentifier };
    const { eventId } = await lineageEvents.post(domain, event, tokenUse(ctx, { domainIdentifier, clientToken }));
    return { id: eventId, domainId: domainIdentifier };
  };
}
