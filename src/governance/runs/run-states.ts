import type { Transitions } from '../../core/state-machine.ts';

export const RUN_STATES = ['REQUESTED', 'RUNNING', 'FAILED', 'PARTIALLY_SUCCEEDED', 'SUCCESS'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** `fail`: also what a cancelled run shows, since there is no state for that. */
export type RunEvent = 'start' | 'succeed' | 'succeedPartly' | 'fail';

/** A run of a data source. */
export const RUN_MACHINE: Transitions<RunState, RunEvent> = {
  REQUESTED: { start: 'RUNNING', succeed: null, succeedPartly: null, fail: 'FAILED' },
  RUNNING: { start: null, succeed: 'SUCCESS', succeedPartly: 'PARTIALLY_SUCCEEDED', fail: 'FAILED' },
  FAILED: { start: null, succeed: null, succeedPartly: null, fail: null },
  PARTIALLY_SUCCEEDED: { start: null, succeed: null, succeedPartly: null, fail: null },
  SUCCESS: { start: null, succeed: null, succeedPartly: null, fail: null },
};

export const LIVE_STATES: readonly RunState[] = ['REQUESTED', 'RUNNING'];

export type RunType = 'PRIORITIZED' | 'SCHEDULED';

export const ACTIVITY_STATES = [
  'FAILED',
  'PUBLISHING_FAILED',
  'SUCCEEDED_CREATED',
  'SUCCEEDED_UPDATED',
  'SKIPPED_ALREADY_IMPORTED',
  'SKIPPED_ARCHIVED',
  'SKIPPED_NO_ACCESS',
  'UNCHANGED',
] as const;
export type ActivityState = (typeof ACTIVITY_STATES)[number];

export type Counter = 'added' | 'updated' | 'unchanged' | 'skipped' | 'failed';

/** Exactly one counter for every activity. */
export const COUNTER_OF: Readonly<Record<ActivityState, Counter>> = {
  FAILED: 'failed',
  PUBLISHING_FAILED: 'failed',
  SUCCEEDED_CREATED: 'added',
  SUCCEEDED_UPDATED: 'updated',
  SKIPPED_ALREADY_IMPORTED: 'skipped',
  SKIPPED_ARCHIVED: 'skipped',
  SKIPPED_NO_ACCESS: 'skipped',
  UNCHANGED: 'unchanged',
};

/** How a run that was carried through ends: by its counters alone (datazone.md §5.4). */
export function endingOf(counts: {
  readonly all: number;
  readonly failed: number;
  readonly publishingFailed: number;
  readonly missingDatabases: number;
}): 'succeed' | 'succeedPartly' | 'fail' {
  const { all, failed, publishingFailed, missingDatabases } = counts;
  // An asset whose publishing failed is there: such a run has done something.
  if (all > 0 && failed - publishingFailed === all) return 'fail';
  return failed > 0 || missingDatabases > 0 ? 'succeedPartly' : 'succeed';
}
