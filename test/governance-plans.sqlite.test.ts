import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { listDue, listSettling } from '../src/governance/data-sources/data-source-store.ts';
import { listEvents } from '../src/governance/lineage/event-store.ts';
import { findLastActivity, listActivities } from '../src/governance/runs/activity-store.ts';
import { listLogOfRun } from '../src/governance/runs/run-log.ts';
import { findLiveRun, listLiveRuns, listRuns } from '../src/governance/runs/run-store.ts';
import type { StateQueries, StateStore } from '../src/ports/state/state-store.ts';

// Runs and activities are kept for ever, and some of these are asked five times a second: each has to find its rows by an index.

const accountId = '123456789012';
const source = { accountId, domainId: 'dzd_1', dataSourceId: 's' };
const run = { accountId, domainId: 'dzd_1', runId: 'r' };
const look = { nowMs: 1, limit: 20 };
const after = { createdAtMs: 1, id: 'x' };
const afterActivity = { createdAtMs: 1, database: 'd', table: 't' };
const INDEXES: readonly [string, (queries: StateQueries) => Promise<unknown>, string][] = [
  ['live runs', (queries) => listLiveRuns(queries, accountId, 100), 'data_source_runs_live (account_id=?)'],
  ['the live run of a source', (queries) => findLiveRun(queries, source), 'data_source_runs_one_live'],
  ['a later page of runs', (queries) => listRuns(queries, source, { after, limit: 50 }), 'created_at_ms<?'],
  [
    'a later page of activities',
    (queries) => listActivities(queries, run, { after: afterActivity, limit: 50 }),
    'run_activities_newest (account_id=? AND domain_id=? AND run_id=? AND created_at_ms<?',
  ],
  [
    'a later page of activities of one status',
    (queries) => listActivities(queries, run, { status: 'FAILED', after: afterActivity, limit: 50 }),
    'run_activities_by_status (account_id=? AND domain_id=? AND run_id=? AND status=? AND created_at_ms<?',
  ],
  ['the last activity', (queries) => findLastActivity(queries, run), 'sqlite_autoindex_run_activities_1'],
  ['settling sources', (queries) => listSettling(queries, accountId, look), 'data_sources_settling'],
  ['due sources', (queries) => listDue(queries, accountId, { kind: 'daily', ...look }), 'data_sources_due '],
  ['hourly due', (queries) => listDue(queries, accountId, { kind: 'hourly', ...look }), 'data_sources_due_hourly'],
  [
    'a later page of lineage events',
    (queries) => listEvents(queries, run, { isAscending: false, last: { eventTimeMs: 1, eventId: 'e' }, limit: 50 }),
    'lineage_events_by_time (account_id=? AND domain_id=? AND event_time_ms<?',
  ],
  ['the log of a run', (queries) => listLogOfRun(queries, run, 10), 'data_source_log_by_run'],
];

let folder: string;
let store: StateStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-plans-'));
  store = openSqlite(join(folder, 'state.sqlite'));
  await store.migrate();
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test.each(INDEXES)('found by an index and in its order: %s', async (_, read, expected) => {
  const plan = await explain(store.queries, read);
  expect(plan[0]).toContain(expected);
  expect(plan.join()).not.toMatch(/SCAN|TEMP B-TREE/);
});

/** How SQLite goes about the query that `read` makes. */
async function explain(queries: StateQueries, read: (queries: StateQueries) => Promise<unknown>): Promise<string[]> {
  const asked: RootOperationNode[] = [];
  const listener: KyselyPlugin = {
    transformQuery: ({ node }) => {
      asked.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await read(queries.withPlugin(listener));
  const [node] = asked;
  if (node === undefined) throw new Error('Nothing was asked.');
  const { sql, parameters } = queries.getExecutor().compileQuery(node, { queryId: 'explained' });
  const explained = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
  const { rows } = await queries.executeQuery<{ detail: string }>(explained);
  return rows.map(({ detail }) => detail);
}
