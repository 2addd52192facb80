import { expect, test } from 'vitest';
import { graphOf, SOURCE_IDENTIFIER_CHARACTERS_MAX } from './event-graph.ts';
import { EVENT_FACETS_MAX, EventFailure, FACETS_MAX, parseRunEvent } from './run-event.ts';

const PLACE = { accountId: '123456789012', region: 'us-east-1' };

function graph(more: object) {
  const event = {
    eventType: 'COMPLETE',
    eventTime: '2024-07-01T12:00:00Z',
    run: { runId: 'r' },
    job: { namespace: 'ns', name: 'j' },
    ...more,
  };
  const { nodes, edges } = graphOf(parseRunEvent(JSON.stringify(event)), PLACE);
  return { nodes, edges: edges.map(([above, below]) => [above.sourceIdentifier, below.sourceIdentifier]) };
}

test('what is read stands above the run, what is written below, and the job above it all', () => {
  const both = { namespace: 'db', name: 'both', facets: { a: 1 } };
  const { nodes, edges } = graph({
    inputs: [{ namespace: 'db', name: 'in' }, both],
    outputs: [
      { ...both, facets: { a: 2 } },
      { namespace: 'db', name: 'out' },
    ],
  });
  expect(edges).toEqual([
    ['ns.j', 'ns.j/r'],
    ['db/in', 'ns.j/r'],
    ['db/both', 'ns.j/r'],
    ['ns.j/r', 'db/both'],
    ['ns.j/r', 'db/out'],
  ]);
  const twice = nodes.find((node) => node.sourceIdentifier === 'db/both');
  expect(twice).toMatchObject({ hasUpstream: true, hasDownstream: true });
  expect(twice?.facets.filter((facet) => facet.facet === 'dataset/a').map((facet) => facet.content)).toEqual(['2']);
});

test('source identifiers and facets are bounded', () => {
  const named = (characters: number) => ({ outputs: [{ namespace: 'a', name: 'x'.repeat(characters - 2) }] });
  graph(named(SOURCE_IDENTIFIER_CHARACTERS_MAX));
  expect(() => graph(named(SOURCE_IDENTIFIER_CHARACTERS_MAX + 1))).toThrow(EventFailure);
  const facetsOf = (count: number) => ({
    facets: Object.fromEntries(Array.from({ length: count }, (_, at) => [at, 1])),
  });
  const withFacets = (count: number) => ({ outputs: [{ namespace: 'a', name: 'b', ...facetsOf(count) }] });
  const many = (count: number) => ({
    outputs: Array.from({ length: 20 }, (_, at) => ({
      namespace: 'a',
      name: `${at}`,
      ...facetsOf(at === 0 ? count : 99),
    })),
  });
  // Job and run have two each, a dataset has its name.
  graph(many(EVENT_FACETS_MAX - 4 - 19 * 100 - 1));
  expect(() => graph(many(EVENT_FACETS_MAX - 4 - 19 * 100))).toThrow(EventFailure);
  // One more is the name, which every node has.
  graph(withFacets(FACETS_MAX - 1));
  expect(() => graph(withFacets(FACETS_MAX))).toThrow(EventFailure);
});
