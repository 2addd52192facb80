import type { StateQueries, StateTransaction } from '../ports/state/state-store.ts';
import type { DataFile, NewDataFile } from './store.ts';

/**
 * Whoever keeps copies of our files (continuous exports) has to change with them: a compaction replaces files in every
 * place at once, or nowhere.
 */
export interface CopyHolder {
  /** Files with the same text have copies in the same places. A file without one still waits to be copied: let it be. */
  placements(queries: StateQueries, files: readonly DataFile[]): Promise<ReadonlyMap<number, string>>;
  /** Copies the bytes of `added` to wherever `removed` are; what it returns makes that true, in the swapping transaction. */
  prepareSwap(removed: readonly DataFile[], added: readonly NewDataFile[]): Promise<CommitSwap>;
  /** Object keys of the copies of files whose grace is over. */
  listCopyKeys(queries: StateQueries, fileIds: readonly number[]): Promise<readonly string[]>;
  /** Forgets the copies of those files. */
  forgetCopies(tx: StateTransaction, fileIds: readonly number[]): Promise<void>;
}

export type CommitSwap = (tx: StateTransaction, addedFileIds: readonly number[]) => Promise<void>;
