import type { Transitions } from '../../core/state-machine.ts';

export const DATA_SOURCE_STATES = [
  'CREATING',
  'FAILED_CREATION',
  'READY',
  'UPDATING',
  'FAILED_UPDATE',
  'RUNNING',
  'DELETING',
  'FAILED_DELETION',
] as const;
export type DataSourceState = (typeof DATA_SOURCE_STATES)[number];

/** `settle` and `fault`: what was begun came to its end, well or not. `run` and `rest`: a run was asked for, and ended. */
export type DataSourceEvent = 'settle' | 'fault' | 'update' | 'delete' | 'run' | 'rest';

/** A data source that has settled its deletion is gone, which is no state. */
export const DATA_SOURCE_MACHINE: Transitions<DataSourceState, DataSourceEvent> = {
  CREATING: { settle: 'READY', fault: 'FAILED_CREATION', update: null, delete: null, run: null, rest: null },
  FAILED_CREATION: { settle: null, fault: null, update: 'UPDATING', delete: 'DELETING', run: null, rest: null },
  READY: { settle: null, fault: null, update: 'UPDATING', delete: 'DELETING', run: 'RUNNING', rest: null },
  UPDATING: { settle: 'READY', fault: 'FAILED_UPDATE', update: null, delete: null, run: null, rest: null },
  FAILED_UPDATE: { settle: null, fault: null, update: 'UPDATING', delete: 'DELETING', run: null, rest: null },
  RUNNING: { settle: null, fault: null, update: null, delete: null, run: null, rest: 'READY' },
  DELETING: { settle: null, fault: 'FAILED_DELETION', update: null, delete: 'DELETING', run: null, rest: null },
  FAILED_DELETION: { settle: null, fault: null, update: null, delete: 'DELETING', run: null, rest: null },
};
