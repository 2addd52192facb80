import { expect, test } from 'vitest';
import { DATASETS_MAX, EventFailure, parseRunEvent, readDatasets } from './run-event.ts';

const EVENT = {
  eventType: 'COMPLETE',
  eventTime: '2024-07-01T14:00:00.123999+02:00',
  run: { runId: 'r', facets: { a: 1 } },
  job: { namespace: 'ns', name: 'j' },
};
const parse = (more: object) => parseRunEvent(JSON.stringify({ ...EVENT, ...more }));

test('an event is read to the millisecond, whatever its zone', () => {
  expect(parse({})).toMatchObject({
    eventTimeMs: Date.UTC(2024, 6, 1, 12, 0, 0, 123),
    runId: 'r',
    runFacets: { a: 1 },
    job: { namespace: 'ns', name: 'j', facets: {} },
  });
});

test('datasets may be left out, and have to be named when they are there', () => {
  expect(readDatasets(parse({ inputs: null }))).toEqual({ inputs: [], outputs: [] });
  for (const outputs of [{}, [1], [null], [{ name: 'a' }], [{ namespace: 'a', name: '' }]])
    expect(() => readDatasets(parse({ outputs }))).toThrow(EventFailure);
});

test('inputs and outputs together are bounded', () => {
  const datasets = (count: number) => Array.from({ length: count }, () => ({ namespace: 'a', name: 'b' }));
  expect(readDatasets(parse({ inputs: datasets(1), outputs: datasets(DATASETS_MAX - 1) })).outputs).toHaveLength(
    DATASETS_MAX - 1,
  );
  expect(() => readDatasets(parse({ inputs: datasets(1), outputs: datasets(DATASETS_MAX) }))).toThrow(EventFailure);
});
