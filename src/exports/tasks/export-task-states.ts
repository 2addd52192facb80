import type { Transitions } from '../../core/state-machine.ts';

export const EXPORT_TASK_STATES = ['IN_PROGRESS', 'SUCCEEDED', 'FAILED'] as const;
export type ExportTaskState = (typeof EXPORT_TASK_STATES)[number];

export const EXPORT_TASK_EVENTS = ['succeed', 'fail'] as const;
export type ExportTaskEvent = (typeof EXPORT_TASK_EVENTS)[number];

const FINAL = { succeed: null, fail: null } as const;

/** The life of an export task. A server that is killed leaves it in progress, and the next one makes it from the start. */
export const EXPORT_TASK_MACHINE: Transitions<ExportTaskState, ExportTaskEvent> = {
  IN_PROGRESS: { succeed: 'SUCCEEDED', fail: 'FAILED' },
  SUCCEEDED: FINAL,
  FAILED: FINAL,
};
