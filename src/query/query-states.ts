import type { Transitions } from '../core/state-machine.ts';

export const QUERY_STATES = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type QueryState = (typeof QUERY_STATES)[number];

/** `lose`: the server that ran it is gone or going, and another may begin again. */
export const QUERY_EVENTS = ['claim', 'succeed', 'fail', 'cancel', 'lose'] as const;
export type QueryEvent = (typeof QUERY_EVENTS)[number];

const FINAL = { claim: null, succeed: null, fail: null, cancel: null, lose: null } as const;

/** The life of a query. What is over stays as it is. */
export const QUERY_MACHINE: Transitions<QueryState, QueryEvent> = {
  QUEUED: { claim: 'RUNNING', succeed: null, fail: null, cancel: 'CANCELLED', lose: null },
  RUNNING: { claim: null, succeed: 'SUCCEEDED', fail: 'FAILED', cancel: 'CANCELLED', lose: 'QUEUED' },
  SUCCEEDED: FINAL,
  FAILED: FINAL,
  CANCELLED: FINAL,
};

export function isOver(state: QueryState): boolean {
  return state !== 'QUEUED' && state !== 'RUNNING';
}
