import fc from 'fast-check';
import { expect, test } from 'vitest';
import { transition } from '../core/state-machine.ts';
import {
  BATCH_DELETE_EVENTS,
  BATCH_DELETE_MACHINE,
  BATCH_DELETE_STATES,
  type BatchDeleteState,
  RUNNING_STATES,
} from './batch-delete-states.ts';

test('the machine of batch deletes is this table', () => {
  const table = BATCH_DELETE_STATES.map((from) =>
    [from, ...BATCH_DELETE_EVENTS.map((event) => BATCH_DELETE_MACHINE[from][event] ?? '-')].join(' '),
  );
  expect(table).toEqual([
    'INITIALIZING VALIDATING - - -',
    'VALIDATING - DELETING - FAILED',
    'DELETING - - COMPLETED FAILED',
    'COMPLETED - - - -',
    'FAILED - - - -',
  ]);
});

test('a task only moves on, and what is over stays over', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...BATCH_DELETE_EVENTS)), (events) => {
      let state: BatchDeleteState = 'INITIALIZING';
      for (const event of events) {
        const next: BatchDeleteState | undefined = transition(BATCH_DELETE_MACHINE, state, event);
        if (next === undefined) continue;
        expect(RUNNING_STATES).toContain(state);
        expect(BATCH_DELETE_STATES.indexOf(next)).toBeGreaterThan(BATCH_DELETE_STATES.indexOf(state));
        state = next;
      }
    }),
  );
});
