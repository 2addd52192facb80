import type { Transitions } from '../../core/state-machine.ts';

export const DOMAIN_STATES = [
  'CREATING',
  'AVAILABLE',
  'CREATION_FAILED',
  'DELETING',
  'DELETED',
  'DELETION_FAILED',
] as const;
export type DomainState = (typeof DOMAIN_STATES)[number];

export type DomainEvent = 'delete';

/**
 * A domain needs nothing set up, so it is AVAILABLE when the answer goes out. What is below a DELETING one goes in chunks;
 * then it is gone, which is no state. The states without an arrow are the service's, and no domain of ours is ever in one.
 */
export const DOMAIN_MACHINE: Transitions<DomainState, DomainEvent> = {
  CREATING: { delete: null },
  AVAILABLE: { delete: 'DELETING' },
  CREATION_FAILED: { delete: null },
  DELETING: { delete: 'DELETING' },
  DELETED: { delete: null },
  DELETION_FAILED: { delete: null },
};
