import type { StateQueries } from '../ports/state/state-store.ts';

/**
 * Somebody who reads the files of rolls in the order of their segments. A file that a follower has not read yet is not
 * merged with others: in the merged one nobody could tell its rows from those that were read.
 */
export interface LogFollower {
  /** Every file up to this segment has been read. */
  readFollowedThrough(queries: StateQueries, accountId: string): Promise<number>;
}
