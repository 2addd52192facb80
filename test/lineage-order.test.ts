import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { systemRandom } from '../src/adapters/system.ts';
import { LineageNodes } from '../src/governance/lineage/lineage-nodes.ts';
import { listNodesBySource } from '../src/governance/lineage/lineage-store.ts';
import { recordEvent } from '../src/governance/lineage/record-event.ts';
import { parseRunEvent } from '../src/governance/lineage/run-event.ts';

// The graph is what was said, not the order it was said in.

const DOMAIN = { accountId: '123456789012', domainId: 'dzd_a' };
const PLACE = { accountId: DOMAIN.accountId, region: 'us-east-1' };
const NAMES = ['a', 'b', 'c'];
const IDENTIFIERS = [...NAMES.map((name) => `db/${name}`), 'ns.j', 'ns.j/1', 'ns.j/2'];

const facets = fc.dictionary(fc.constantFrom('schema', 'columnLineage', 'documentation'), fc.nat(3), { maxKeys: 2 });
const datasets = fc.array(
  fc.record({ namespace: fc.constant('db'), name: fc.constantFrom(...NAMES), facets, inputFacets: facets }),
  { maxLength: 3 },
);
const event = fc.record({
  eventType: fc.constantFrom('START', 'RUNNING', 'COMPLETE', 'FAIL', 'OTHER'),
  eventTime: fc.nat(4).map((day) => `2024-01-0${day + 1}T00:00:00Z`),
  run: fc.record({ runId: fc.constantFrom('1', '2'), facets }),
  job: fc.record({ namespace: fc.constant('ns'), name: fc.constant('j'), facets }),
  inputs: datasets,
  outputs: datasets,
});

/** Everything that can be asked of the graph after these events, with names for ids. */
async function graphAfter(events: readonly unknown[]) {
  await using state = openSqlite(':memory:');
  await state.migrate();
  const ports = { state, clock: { nowMs: () => 0 } as never, random: systemRandom };
  await state.queries
    .insertInto('domains')
    .values({
      account_id: DOMAIN.accountId,
      domain_id: DOMAIN.domainId,
      name: 'd',
      description: null,
      domain_version: 'V1',
      status: 'AVAILABLE',
      root_unit_id: 'u',
      settings_json: '{}',
      created_at_ms: 0,
      updated_at_ms: 0,
    })
    .execute();
  for (const value of events) {
    const body = JSON.stringify(value);
    const incoming = { domain: DOMAIN, place: PLACE, event: parseRunEvent(body), body, by: 'u', nowMs: 0 };
    await state.transaction((tx) => recordEvent(tx, systemRandom, incoming));
  }
  const known = await listNodesBySource(state.queries, DOMAIN, IDENTIFIERS);
  const names = new Map(known.map((node) => [node.nodeId, node.sourceIdentifier]));
  const nodes = new LineageNodes(ports);
  const named = (references: readonly { nodeId: string; eventTimeMs: number }[]) =>
    references.map(({ nodeId, eventTimeMs }) => `${names.get(nodeId)} at ${eventTimeMs}`).sort();
  const graph: unknown[] = [];
  for (const { sourceIdentifier } of known) {
    for (let day = 1; day <= 5; day++) {
      const view = await nodes.get(DOMAIN, sourceIdentifier, Date.UTC(2024, 0, day)).catch(() => undefined);
      const { eventTimeMs, forms, name, description } = view ?? {};
      const around = view && { up: named(view.upstream), down: named(view.downstream) };
      graph.push({ sourceIdentifier, day, name, description, eventTimeMs, forms, ...around });
    }
    for (const direction of ['UPSTREAM', 'DOWNSTREAM'] as const) {
      const page = { direction, isAscending: true, limit: 100 };
      graph.push({ direction, versions: (await nodes.history(DOMAIN, sourceIdentifier, page)).versions });
    }
  }
  return graph;
}

test('events make the same graph in any order, and when they come twice', { timeout: 120_000 }, async () => {
  const shuffled = fc.array(event, { minLength: 1, maxLength: 6 }).chain((events) =>
    fc.record({
      events: fc.constant(events),
      order: fc.shuffledSubarray([...events, events[0]], { minLength: events.length + 1 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ events, order }) => {
      expect(await graphAfter(order)).toEqual(await graphAfter(events));
    }),
    { numRuns: 40 },
  );
});
