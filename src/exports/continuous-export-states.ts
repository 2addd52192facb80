import type { Transitions } from '../core/state-machine.ts';

export const EXPORT_STATES = [
  'START_IN_PROGRESS',
  'START_FAILED',
  'ACTIVE',
  'ERROR',
  'STOP_IN_PROGRESS',
  'STOP_FAILED',
  'INACTIVE',
] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

/** `ready`: its resources stand. `fault`: something in the way. `stop`: asked by a user. `drained`: all is delivered. */
export type ExportEvent = 'ready' | 'fault' | 'stop' | 'drained';

export const EXPORT_MACHINE: Transitions<ExportState, ExportEvent> = {
  START_IN_PROGRESS: { ready: 'ACTIVE', fault: 'START_FAILED', stop: null, drained: null },
  START_FAILED: { ready: null, fault: null, stop: null, drained: null },
  ACTIVE: { ready: null, fault: 'ERROR', stop: 'STOP_IN_PROGRESS', drained: null },
  ERROR: { ready: null, fault: null, stop: 'STOP_IN_PROGRESS', drained: null },
  STOP_IN_PROGRESS: { ready: null, fault: 'STOP_FAILED', stop: 'STOP_IN_PROGRESS', drained: 'INACTIVE' },
  STOP_FAILED: { ready: null, fault: null, stop: 'STOP_IN_PROGRESS', drained: null },
  INACTIVE: { ready: null, fault: null, stop: null, drained: null },
};

/** While one of these stands, an account starts no other export. */
export const LIVE_STATES: readonly ExportState[] = [
  'START_IN_PROGRESS',
  'ACTIVE',
  'ERROR',
  'STOP_IN_PROGRESS',
  'STOP_FAILED',
];

/** States in which there is work for the exporter. */
export const WORKING_STATES: readonly ExportState[] = ['START_IN_PROGRESS', 'ACTIVE', 'STOP_IN_PROGRESS'];

export const STATUS_DETAILS = [
  'ACCESS_DENIED',
  'DELIVERY_STREAM_LIMIT_FAILURE',
  'FIREHOSE_ROLE_MISSING',
  'FIREHOSE_STREAM_DOES_NOT_EXIST',
  'INTERNAL_FAILURE',
  'LAKE_FORMATION_ACCESS_DENIED',
  'S3_BUCKET_LIMIT_FAILURE',
  'S3_NOT_SIGNED_UP',
] as const;
export type StatusDetail = (typeof STATUS_DETAILS)[number];
