import type { Transitions } from '../core/state-machine.ts';

export const IMPORT_STATES = [
  'IMPORT_IN_PROGRESS',
  'IMPORT_COMPLETE',
  'IMPORT_COMPLETE_WITH_ERRORS',
  'IMPORT_FAILED',
  'IMPORT_FAILED_SERVER_LIMIT_EXCEEDED',
  'IMPORT_FAILED_RECORD_LIMIT_EXCEEDED',
  'IMPORT_FAILED_UNSUPPORTED_FILE_TYPE',
  'INTERNAL_ERROR',
  'DELETE_IN_PROGRESS',
  'DELETE_COMPLETE',
  'DELETE_FAILED',
  'DELETE_FAILED_LIMIT_EXCEEDED',
] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/**
 * The ends of an import are events of their own: `completed`, `completedWithErrors`, `failed`, … `broke` is our fault, of an
 * import or of a deletion. `delete` is asked by a user, once the import is over.
 */
export type ImportEvent =
  | 'completed'
  | 'completedWithErrors'
  | 'failed'
  | 'serverLimit'
  | 'recordLimit'
  | 'unsupportedFile'
  | 'broke'
  | 'delete'
  | 'deleted'
  | 'deletionLimit';

const NOTHING = {
  completed: null,
  completedWithErrors: null,
  failed: null,
  serverLimit: null,
  recordLimit: null,
  unsupportedFile: null,
  broke: null,
  delete: null,
  deleted: null,
  deletionLimit: null,
} as const;
const OVER = { ...NOTHING, delete: 'DELETE_IN_PROGRESS' } as const;

/** An import task: one file, taken in once, and perhaps taken out again. */
export const IMPORT_MACHINE: Transitions<ImportState, ImportEvent> = {
  IMPORT_IN_PROGRESS: {
    ...NOTHING,
    completed: 'IMPORT_COMPLETE',
    completedWithErrors: 'IMPORT_COMPLETE_WITH_ERRORS',
    failed: 'IMPORT_FAILED',
    serverLimit: 'IMPORT_FAILED_SERVER_LIMIT_EXCEEDED',
    recordLimit: 'IMPORT_FAILED_RECORD_LIMIT_EXCEEDED',
    unsupportedFile: 'IMPORT_FAILED_UNSUPPORTED_FILE_TYPE',
    broke: 'INTERNAL_ERROR',
  },
  IMPORT_COMPLETE: OVER,
  IMPORT_COMPLETE_WITH_ERRORS: OVER,
  IMPORT_FAILED: OVER,
  IMPORT_FAILED_SERVER_LIMIT_EXCEEDED: OVER,
  IMPORT_FAILED_RECORD_LIMIT_EXCEEDED: OVER,
  IMPORT_FAILED_UNSUPPORTED_FILE_TYPE: OVER,
  INTERNAL_ERROR: OVER,
  DELETE_IN_PROGRESS: {
    ...NOTHING,
    deleted: 'DELETE_COMPLETE',
    deletionLimit: 'DELETE_FAILED_LIMIT_EXCEEDED',
    broke: 'DELETE_FAILED',
    delete: 'DELETE_IN_PROGRESS',
  },
  DELETE_COMPLETE: OVER,
  DELETE_FAILED: OVER,
  DELETE_FAILED_LIMIT_EXCEEDED: OVER,
};

export const FILE_CLASSIFICATIONS = [
  'MODELIZEIT_EXPORT',
  'RVTOOLS_EXPORT',
  'VMWARE_NSX_EXPORT',
  'IMPORT_TEMPLATE',
] as const;
export type FileClassification = (typeof FILE_CLASSIFICATIONS)[number];
