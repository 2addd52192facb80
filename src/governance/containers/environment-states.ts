import type { Transitions } from '../../core/state-machine.ts';

export const ENVIRONMENT_STATES = [
  'ACTIVE',
  'CREATING',
  'UPDATING',
  'DELETING',
  'CREATE_FAILED',
  'UPDATE_FAILED',
  'DELETE_FAILED',
  'VALIDATION_FAILED',
  'SUSPENDED',
  'DISABLED',
  'EXPIRED',
  'DELETED',
  'INACCESSIBLE',
] as const;
export type EnvironmentState = (typeof ENVIRONMENT_STATES)[number];

/** `settle` and `fault`: what was begun came to its end, well or not. */
export type EnvironmentEvent = 'settle' | 'fault' | 'update' | 'delete';

const NEVER = { settle: null, fault: null, update: null, delete: null } as const;

/**
 * An environment that has settled its deletion is gone, which is no state. The states without an arrow are the service's,
 * and no environment of ours is ever in one.
 */
export const ENVIRONMENT_MACHINE: Transitions<EnvironmentState, EnvironmentEvent> = {
  ACTIVE: { settle: null, fault: null, update: 'UPDATING', delete: 'DELETING' },
  CREATING: { settle: 'ACTIVE', fault: 'CREATE_FAILED', update: null, delete: null },
  UPDATING: { settle: 'ACTIVE', fault: 'UPDATE_FAILED', update: null, delete: null },
  DELETING: { settle: null, fault: null, update: null, delete: 'DELETING' },
  CREATE_FAILED: { settle: null, fault: null, update: null, delete: 'DELETING' },
  UPDATE_FAILED: { settle: null, fault: null, update: 'UPDATING', delete: 'DELETING' },
  DELETE_FAILED: NEVER,
  VALIDATION_FAILED: NEVER,
  SUSPENDED: NEVER,
  DISABLED: NEVER,
  EXPIRED: NEVER,
  DELETED: NEVER,
  INACCESSIBLE: NEVER,
};
