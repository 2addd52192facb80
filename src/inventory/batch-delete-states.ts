import type { Transitions } from '../core/state-machine.ts';

export const BATCH_DELETE_STATES = ['INITIALIZING', 'VALIDATING', 'DELETING', 'COMPLETED', 'FAILED'] as const;
export type BatchDeleteState = (typeof BATCH_DELETE_STATES)[number];

/** `begin`: a worker has it. `accept`: some servers are there. `finish`: the last is dealt with. `fail`: none was deleted. */
export const BATCH_DELETE_EVENTS = ['begin', 'accept', 'finish', 'fail'] as const;
export type BatchDeleteEvent = (typeof BATCH_DELETE_EVENTS)[number];

const FINAL = { begin: null, accept: null, finish: null, fail: null } as const;

/** The life of a batch delete task. It moves one way, so a worker that takes it up again goes on where it stands. */
export const BATCH_DELETE_MACHINE: Transitions<BatchDeleteState, BatchDeleteEvent> = {
  INITIALIZING: { begin: 'VALIDATING', accept: null, finish: null, fail: null },
  VALIDATING: { begin: null, accept: 'DELETING', finish: null, fail: 'FAILED' },
  DELETING: { begin: null, accept: null, finish: 'COMPLETED', fail: 'FAILED' },
  COMPLETED: FINAL,
  FAILED: FINAL,
};

/** States in which the servers of a task belong to it. */
export const RUNNING_STATES: readonly BatchDeleteState[] = ['INITIALIZING', 'VALIDATING', 'DELETING'];
