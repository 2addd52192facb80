import type { LineageEvent } from '../../governance/lineage/event-store.ts';
import type {
  LineageEventSummary,
  ListLineageEventsInput,
  ListLineageEventsOutput,
} from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { cutPage, PAGE_MAX, type PagePosition, pageScope, readPosition } from './paging.ts';

/** By event time; the bounds of the time are not in the answer. */
export function listLineageEvents({
  lineageEvents,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListLineageEventsInput, ListLineageEventsOutput> {
  return async (input, ctx) => {
    const domain = { accountId: ctx.accountId, domainId: input.domainIdentifier };
    const size = input.maxResults ?? PAGE_MAX;
    const scope = pageScope(ctx, { ...input });
    const found = await lineageEvents.list(domain, {
      status: input.processingStatus,
      afterMs: input.timestampAfter,
      beforeMs: input.timestampBefore,
      isAscending: input.sortOrder === 'ASCENDING',
      last: readLast(readPosition(key, scope, input.nextToken)),
      limit: size + 1,
    });
    const { items, ...rest } = cutPage(found, size, { key, scope, positionOf });
    return { items: items.map(describeEvent), ...rest };
  };
}

function positionOf({ eventTimeMs, eventId }: LineageEvent): PagePosition {
  return [eventTimeMs, eventId];
}

function readLast(position: PagePosition | undefined) {
  return position && { eventTimeMs: Number(position[0]), eventId: String(position[1]) };
}

function describeEvent(event: LineageEvent): LineageEventSummary {
  return {
    id: event.eventId,
    domainId: event.domainId,
    processingStatus: event.status,
    eventTime: event.eventTimeMs,
    eventSummary: { openLineageRunEventSummary: event.summary },
    createdBy: event.createdBy,
    createdAt: event.createdAtMs,
  };
}
