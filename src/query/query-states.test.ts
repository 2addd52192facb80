import fc from 'fast-check';
import { expect, test } from 'vitest';
import { transition } from '../core/state-machine.ts';
import { isOver, QUERY_EVENTS, QUERY_MACHINE, QUERY_STATES, type QueryState } from './query-states.ts';

test('the machine is this table', () => {
  const table = QUERY_STATES.map((from) =>
    [from, ...QUERY_EVENTS.map((event) => QUERY_MACHINE[from][event] ?? '-')].join(' '),
  );
  expect(table).toEqual([
    'QUEUED RUNNING - - CANCELLED -',
    'RUNNING - SUCCEEDED FAILED CANCELLED QUEUED',
    'SUCCEEDED - - - - -',
    'FAILED - - - - -',
    'CANCELLED - - - - -',
  ]);
});

test('whatever happens, what is over stays over and is ended once', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...QUERY_EVENTS)), (events) => {
      let state: QueryState = 'QUEUED';
      let endings = 0;
      for (const event of events) {
        const next: QueryState | undefined = transition(QUERY_MACHINE, state, event);
        if (next === undefined) continue;
        expect(isOver(state)).toBe(false);
        if (isOver(next)) endings += 1;
        state = next;
      }
      expect(endings).toBe(isOver(state) ? 1 : 0);
    }),
  );
});
