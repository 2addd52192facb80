import type { GetLineageEventInput, GetLineageEventOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

/** What is told of the event stands in headers; the body is the event as it was posted. */
export function getLineageEvent({ lineageEvents }: DataZoneDeps): Handler<GetLineageEventInput, GetLineageEventOutput> {
  return async ({ domainIdentifier, identifier }, ctx) => {
    const domain = { accountId: ctx.accountId, domainId: domainIdentifier };
    const found = await lineageEvents.get(domain, identifier);
    return {
      domainId: found.domainId,
      id: found.eventId,
      event: Buffer.from(found.body, 'utf8'),
      createdBy: found.createdBy,
      processingStatus: found.status,
      eventTime: found.eventTimeMs,
      createdAt: found.createdAtMs,
    };
  };
}
