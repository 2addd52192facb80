import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATA_SOURCE_MACHINE, type DataSourceEvent, type DataSourceState } from '../data-sources/data-source-states.ts';
import {
  ACTIVITY_STATES,
  COUNTER_OF,
  endingOf,
  LIVE_STATES,
  RUN_MACHINE,
  type RunEvent,
  type RunState,
} from './run-states.ts';

test('no walk of events leaves the end of a run, and every walk begins live', () => {
  const events: RunEvent[] = ['start', 'succeed', 'succeedPartly', 'fail'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 8 }), (walk) => {
      const seen: RunState[] = ['REQUESTED'];
      for (const event of walk) {
        const from = seen.at(-1) as RunState;
        const to = RUN_MACHINE[from][event];
        if (to === null) continue;
        expect(LIVE_STATES).toContain(from);
        seen.push(to);
      }
      expect(new Set(seen).size).toBe(seen.length);
    }),
  );
});

test('a data source is only updated, deleted or run where nothing else is under way with it', () => {
  const events: DataSourceEvent[] = ['settle', 'fault', 'update', 'delete', 'run', 'rest'];
  const busy: DataSourceState[] = ['CREATING', 'UPDATING', 'RUNNING'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 20 }), (walk) => {
      let state: DataSourceState = 'CREATING';
      for (const event of walk) {
        const to: DataSourceState | null = DATA_SOURCE_MACHINE[state][event];
        if (event === 'run') expect(to).toBe(state === 'READY' ? 'RUNNING' : null);
        if (busy.includes(state) && (event === 'update' || event === 'delete')) expect(to).toBeNull();
        state = to ?? state;
      }
    }),
  );
});

test('how a run ends follows from its activities alone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...ACTIVITY_STATES), { maxLength: 6 }),
      fc.nat(2),
      (found, missingDatabases) => {
        const failed = found.filter((status) => COUNTER_OF[status] === 'failed').length;
        const publishingFailed = found.filter((status) => status === 'PUBLISHING_FAILED').length;
        const ending = endingOf({ all: found.length, failed, publishingFailed, missingDatabases });
        if (found.length > 0 && found.every((status) => status === 'FAILED')) expect(ending).toBe('fail');
        else if (failed > 0 || missingDatabases > 0) expect(ending).toBe('succeedPartly');
        else expect(ending).toBe('succeed');
      },
    ),
  );
});
