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

/** `settle`: what was begun is done. */
export type DomainEvent = 'settle' | 'fault' | 'delete';

/** A domain needs nothing set up, so it is AVAILABLE when the answer goes out; what is below it goes in chunks. */
export const DOMAIN_MACHINE: Transitions<DomainState, DomainEvent> = {
  CREATING: { settle: 'AVAILABLE', fault: 'CREATION_FAILED', delete: null },
  AVAILABLE: { settle: null, fault: null, delete: 'DELETING' },
  CREATION_FAILED: { settle: null, fault: null, delete: 'DELETING' },
  DELETING: { settle: 'DELETED', fault: 'DELETION_FAILED', delete: null },
  DELETED: { settle: null, fault: null, delete: null },
  DELETION_FAILED: { settle: null, fault: null, delete: 'DELETING' },
};
