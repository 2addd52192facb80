import type { Insertable, Selectable } from 'kysely';
import type { LineageEventsTable } from '../../ports/state/lineage-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import type { RunEventType } from './run-event.ts';
import type { JobName } from './source-identifiers.ts';

export const PROCESSING_STATES = ['REQUESTED', 'PROCESSING', 'SUCCESS', 'FAILED'] as const;
export type ProcessingState = (typeof PROCESSING_STATES)[number];

export interface EventSummary {
  readonly eventType: RunEventType;
  readonly runId: string;
  readonly job: JobName;
  readonly inputs: readonly JobName[];
  readonly outputs: readonly JobName[];
}

export interface LineageEvent extends DomainRef {
  readonly eventId: string;
  readonly eventTimeMs: number;
  readonly status: ProcessingState;
  readonly summary: EventSummary;
  readonly createdBy: string;
  readonly createdAtMs: number;
}

const COLUMNS = [
  'account_id',
  'domain_id',
  'event_id',
  'event_time_ms',
  'processing_status',
  'summary_json',
  'created_by',
  'created_at_ms',
] as const;

export async function insertEvent(queries: StateQueries, row: Insertable<LineageEventsTable>): Promise<void> {
  await queries.insertInto('lineage_events').values(row).execute();
}

/** With its body, which is what the caller sent, to the byte. */
export async function findEvent(
  queries: StateQueries,
  domain: DomainRef,
  eventId: string,
): Promise<(LineageEvent & { readonly body: string }) | undefined> {
  const row = await queries
    .selectFrom('lineage_events')
    .select([...COLUMNS, 'body'])
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('event_id', '=', eventId)
    .executeTakeFirst();
  return row === undefined ? undefined : { ...readEvent(row), body: row.body };
}

export interface EventPage {
  readonly status?: ProcessingState | undefined;
  /** Event times strictly between the two. */
  readonly afterMs?: number | undefined;
  readonly beforeMs?: number | undefined;
  readonly isAscending: boolean;
  readonly last?: { readonly eventTimeMs: number; readonly eventId: string } | undefined;
  readonly limit: number;
}

/** By event time, ties by id. */
export async function listEvents(queries: StateQueries, domain: DomainRef, page: EventPage): Promise<LineageEvent[]> {
  const { status, afterMs, beforeMs, isAscending, last } = page;
  const order = isAscending ? 'asc' : 'desc';
  const beyond = isAscending ? '>' : '<';
  let query = queries
    .selectFrom('lineage_events')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .orderBy('event_time_ms', order)
    .orderBy('event_id', order)
    .limit(page.limit);
  if (status !== undefined) query = query.where('processing_status', '=', status);
  if (afterMs !== undefined) query = query.where('event_time_ms', '>', afterMs);
  if (beforeMs !== undefined) query = query.where('event_time_ms', '<', beforeMs);
  if (last !== undefined) {
    // The bound on time alone is where an index begins.
    query = query
      .where('event_time_ms', isAscending ? '>=' : '<=', last.eventTimeMs)
      .where((eb) => eb.or([eb('event_time_ms', beyond, last.eventTimeMs), eb('event_id', beyond, last.eventId)]));
  }
  return (await query.execute()).map(readEvent);
}

function readEvent(row: Pick<Selectable<LineageEventsTable>, (typeof COLUMNS)[number]>): LineageEvent {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    eventId: row.event_id,
    eventTimeMs: row.event_time_ms,
    status: row.processing_status as ProcessingState,
    summary: JSON.parse(row.summary_json) as EventSummary,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
  };
}
