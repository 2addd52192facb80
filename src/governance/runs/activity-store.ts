import type { Insertable, Selectable } from 'kysely';
import type { RunActivitiesTable } from '../../ports/state/governance-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { type Failure, readFailure } from '../data-sources/failure.ts';
import type { ProcessingState } from '../lineage/event-store.ts';
import type { ActivityState } from './run-states.ts';
import type { RunRef } from './run-store.ts';

export interface Activity {
  readonly database: string;
  readonly technicalName: string;
  readonly runId: string;
  readonly projectId: string;
  readonly status: ActivityState;
  readonly assetId: string | undefined;
  readonly technicalDescription: string | undefined;
  readonly failure: Failure | undefined;
  readonly reason: string | undefined;
  /** The event that tells where the table comes from, and what became of it. */
  readonly lineage: { readonly eventId: string; readonly status: ProcessingState } | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

const COLUMNS = [
  'database_name',
  'technical_name',
  'run_id',
  'project_id',
  'status',
  'asset_id',
  'technical_description',
  'error_type',
  'error_detail',
  'reason',
  'lineage_event_id',
  'created_at_ms',
  'updated_at_ms',
] as const;

export async function insertActivities(
  queries: StateQueries,
  rows: readonly Insertable<RunActivitiesTable>[],
): Promise<void> {
  if (rows.length > 0) await queries.insertInto('run_activities').values(rows).execute();
}

/** A table in the order a run reads them in. */
export interface TablePosition {
  readonly database: string;
  readonly table: string;
}

/** How far a run has come: the last table it wrote an activity for. */
export async function findLastActivity(queries: StateQueries, run: RunRef): Promise<TablePosition | undefined> {
  const row = await queries
    .selectFrom('run_activities')
    .select(['database_name', 'technical_name'])
    .where('account_id', '=', run.accountId)
    .where('domain_id', '=', run.domainId)
    .where('run_id', '=', run.runId)
    .orderBy('database_name', 'desc')
    .orderBy('technical_name', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { database: row.database_name, table: row.technical_name };
}

export interface ActivityPage {
  readonly status?: string | undefined;
  readonly after?: (TablePosition & { readonly createdAtMs: number }) | undefined;
  readonly limit: number;
}

/** Newest first, ties by database and name. */
export async function listActivities(queries: StateQueries, run: RunRef, page: ActivityPage): Promise<Activity[]> {
  const { status, after } = page;
  let query = queries
    .selectFrom('run_activities')
    .select(COLUMNS)
    .select((eb) =>
      eb
        .selectFrom('lineage_events')
        .select('lineage_events.processing_status')
        .whereRef('lineage_events.account_id', '=', 'run_activities.account_id')
        .whereRef('lineage_events.domain_id', '=', 'run_activities.domain_id')
        .whereRef('lineage_events.event_id', '=', 'run_activities.lineage_event_id')
        .as('lineage_status'),
    )
    .where('account_id', '=', run.accountId)
    .where('domain_id', '=', run.domainId)
    .where('run_id', '=', run.runId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('database_name')
    .orderBy('technical_name')
    .limit(page.limit);
  if (status !== undefined) query = query.where('status', '=', status);
  if (after !== undefined) {
    // The bound on time alone is where an index begins.
    query = query
      .where('created_at_ms', '<=', after.createdAtMs)
      .where((eb) =>
        eb.or([
          eb('created_at_ms', '<', after.createdAtMs),
          eb('database_name', '>', after.database),
          eb('database_name', '=', after.database).and('technical_name', '>', after.table),
        ]),
      );
  }
  return (await query.execute()).map(readActivity);
}

type ActivityRow = Pick<Selectable<RunActivitiesTable>, (typeof COLUMNS)[number]> & {
  readonly lineage_status: string | null;
};

function readActivity(row: ActivityRow): Activity {
  return {
    database: row.database_name,
    technicalName: row.technical_name,
    runId: row.run_id,
    projectId: row.project_id,
    status: row.status as ActivityState,
    assetId: row.asset_id ?? undefined,
    technicalDescription: row.technical_description ?? undefined,
    failure: readFailure(row.error_type, row.error_detail),
    reason: row.reason ?? undefined,
    lineage:
      row.lineage_event_id === null
        ? undefined
        : { eventId: row.lineage_event_id, status: row.lineage_status as ProcessingState },
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}
