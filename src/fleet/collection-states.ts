import type { Transitions } from '../core/state-machine.ts';

export const COLLECTION_STATES = ['STARTED', 'START_SCHEDULED', 'STOPPED', 'STOP_SCHEDULED'] as const;
export type CollectionState = (typeof COLLECTION_STATES)[number];
export type CollectionEvent = 'start' | 'stop' | 'contact';

/**
 * Whether an agent collects. A command is scheduled until the agent is next heard from, because that answer carries it.
 * A refused event (`null`) is what the API calls redundant.
 */
export const COLLECTION_MACHINE: Transitions<CollectionState, CollectionEvent> = {
  STARTED: { start: null, stop: 'STOP_SCHEDULED', contact: 'STARTED' },
  START_SCHEDULED: { start: null, stop: 'STOP_SCHEDULED', contact: 'STARTED' },
  STOPPED: { start: 'START_SCHEDULED', stop: null, contact: 'STOPPED' },
  STOP_SCHEDULED: { start: 'START_SCHEDULED', stop: null, contact: 'STOPPED' },
};

/** What the agent is told: the state it will be in once it has heard. */
export function collectionOrder(state: CollectionState): 'STARTED' | 'STOPPED' {
  return COLLECTION_MACHINE[state].contact === 'STARTED' ? 'STARTED' : 'STOPPED';
}
