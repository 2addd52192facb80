import type { Transitions } from '../../core/state-machine.ts';

export const PROJECT_STATES = ['ACTIVE', 'DELETING', 'DELETE_FAILED', 'UPDATING', 'UPDATE_FAILED', 'MOVING'] as const;
export type ProjectState = (typeof PROJECT_STATES)[number];

export type ProjectEvent = 'update' | 'delete';

/** Updates are done when the answer goes out. What is in a DELETING project goes in chunks; then it is gone, which is no state. */
export const PROJECT_MACHINE: Transitions<ProjectState, ProjectEvent> = {
  ACTIVE: { update: 'ACTIVE', delete: 'DELETING' },
  DELETING: { update: null, delete: 'DELETING' },
  DELETE_FAILED: { update: null, delete: null },
  UPDATING: { update: null, delete: null },
  UPDATE_FAILED: { update: null, delete: null },
  MOVING: { update: null, delete: null },
};
