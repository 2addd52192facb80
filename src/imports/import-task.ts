import type { FileClassification, ImportState } from './import-states.ts';

/** An import of an account: what was asked, where the bytes are, and how far it is. Times are epoch milliseconds. */
export interface ImportTask {
  readonly accountId: string;
  readonly taskId: string;
  readonly clientRequestToken: string;
  readonly name: string;
  readonly importUrl: string;
  readonly status: ImportState;
  readonly source: ImportSource;
  /** Its place in the one queue of imports and deletions. */
  readonly importNo: number;
  /** The place of its deletion, once one was asked for. */
  readonly deleteNo: number | undefined;
  readonly deletesHistory: boolean;
  readonly fileClassification: FileClassification | undefined;
  readonly requestedAtMs: number;
  readonly completedAtMs: number | undefined;
  readonly deletedAtMs: number | undefined;
  /** Entries of the file that are dealt with. */
  readonly entriesDone: number;
  /** How often a server has begun to work on it since it last got on. */
  readonly attempts: number;
  readonly serversImported: number;
  readonly serversFailed: number;
  readonly applicationsImported: number;
  readonly applicationsFailed: number;
  /** First line of the file. */
  readonly headerText: string | undefined;
  /** Where the zip of errors is in the service's bucket. */
  readonly reportKey: string | undefined;
}

/** Where the bytes are that the task was started for. What somebody stores there later is another file. */
export type ImportSource =
  /** A second name of an object of ours, which nobody writes to. */
  | { readonly kind: 'pinned'; readonly objectKey: string }
  /** An object elsewhere, as long as it has this tag. */
  | { readonly kind: 'remote'; readonly bucket: string; readonly key: string; readonly etag: string };

const SOURCE_LINE_DIGITS = 10;

/** The key of the task's own copy of the file. */
export function pinnedObjectKey(accountId: string, taskId: string): string {
  return `${pinnedPrefix(accountId)}${taskId}/file`;
}

export function pinnedPrefix(accountId: string): string {
  return `imports/${accountId}/`;
}

/** The id a record has as a source of the inventory. Padded, so that of two lines about one server the later one counts. */
export function sourceIdOf(taskId: string, line: number): string {
  return `${taskId}/${String(line).padStart(SOURCE_LINE_DIGITS, '0')}`;
}

export function reportKeyOf(taskId: string): string {
  return `imports/${taskId}/errors-and-failed-entries.zip`;
}
