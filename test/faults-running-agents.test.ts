import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { COLLECTION_STATES } from '../src/fleet/collection-states.ts';
import { deriveHealth, IDLE_AFTER_MS, REPORTED_HEALTH, SILENT_AFTER_MS } from '../src/fleet/health.ts';
import { readReportingThrough } from '../src/fleet/reporting.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';

// The watermark asks in SQL who is RUNNING; DescribeAgents asks `deriveHealth`. They must not disagree.

const ACCOUNT = '123456789012';
const NOW_MS = 10 * SILENT_AFTER_MS;

let folder: string;
let state: StateStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-running-'));
  state = openSqlite(join(folder, 'state.sqlite'));
  await state.migrate();
});
afterAll(async () => {
  await state[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const edges = (limitMs: number) => fc.constantFrom(-1, 0, 1).map((by) => NOW_MS - limitMs + by);
const moment = fc.oneof(fc.integer({ min: 0, max: NOW_MS }), edges(SILENT_AFTER_MS), edges(IDLE_AFTER_MS));
const agent = fc.record({
  denied: fc.boolean(),
  deleted: fc.boolean(),
  reportedHealth: fc.constantFrom(...REPORTED_HEALTH),
  collection: fc.constantFrom(...COLLECTION_STATES),
  collectionSinceMs: moment,
  lastContactAtMs: moment,
  lastRowAtMs: fc.option(moment, { nil: undefined }),
  visibleThroughMs: fc.option(fc.integer({ min: 0, max: NOW_MS }), { nil: undefined }),
});
type Facts = typeof agent extends fc.Arbitrary<infer T> ? T : never;

test('the SQL of RUNNING says what deriveHealth says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(agent, { maxLength: 6 }), async (agents) => {
      await state.queries.deleteFrom('agents').execute();
      for (const [index, facts] of agents.entries())
        await state.queries.insertInto('agents').values(rowOf(index, facts)).execute();
      const deniedAgents = new Set(agents.flatMap((facts, index) => (facts.denied ? [`o-${index}`] : [])));
      const through = await readReportingThrough(state.queries, ACCOUNT, { nowMs: NOW_MS, deniedAgents });
      const running = agents.filter((facts) => !facts.deleted && healthOf(facts) === 'RUNNING');
      const visible = running.flatMap((facts) => facts.visibleThroughMs ?? []);
      expect(through).toBe(visible.length === 0 ? undefined : Math.min(...visible));
    }),
    { numRuns: 300 },
  );
});

function healthOf(facts: Facts): string {
  return deriveHealth({ ...facts, collecting: facts.collection === 'STARTED' }, NOW_MS);
}

function rowOf(index: number, facts: Facts) {
  return {
    account_id: ACCOUNT,
    agent_id: `o-${index}`,
    machine_id: `m-${index}`,
    generation: 0,
    deleted_at_ms: facts.deleted ? 1 : null,
    host_name: 'h',
    agent_type: 'ONPREMISES',
    version: '1',
    platform: 'linux',
    key_hash: `k-${index}`,
    server_id: `d-${index}`,
    registered_at_ms: 0,
    last_contact_at_ms: facts.lastContactAtMs,
    last_row_at_ms: facts.lastRowAtMs ?? null,
    reported_health: facts.reportedHealth,
    collection_status: facts.collection,
    collection_since_ms: facts.collectionSinceMs,
    network_json: '[]',
    visible_through_ms: facts.visibleThroughMs ?? null,
  };
}
