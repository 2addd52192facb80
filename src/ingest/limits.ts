import { MINUTE_MS } from '../core/time.ts';

/** Limits of the native agent protocol, version 1. */
export const BATCH_BYTES_MAX = 16 * 1024 * 1024;
export const BATCH_ROWS_MAX = 100_000;
export const ROW_BYTES_MAX = 64 * 1024;
/** An event may be this far ahead of our clock before its row is refused. */
export const FUTURE_MS_MAX = 10 * MINUTE_MS;
/** Decoded bytes that may wait for a commit; past it agents are asked to come back. */
export const PENDING_BYTES_MAX = 128 * 1024 * 1024;
/** Decoded bytes of one segment, so that a roll can always take at least one. */
export const SEGMENT_BYTES_MAX = 32 * 1024 * 1024;
/** Ranges that the accepted numbers of one epoch may break into before the agent is told to number without gaps. */
export const BATCH_GAPS_MAX = 1000;
/** Batches of one group, so that its statements stay small. */
export const GROUP_BATCHES_MAX = 256;
/** Columns a line may name, and characters of any name in it; no table has nearly as many. */
export const COLUMNS_MAX = 100;
export const NAME_CHARACTERS_MAX = 255;
/** Bytes of a line the server writes itself, well below what a roll reads at once. */
export const LINE_BYTES_TARGET = 4 * 1024 * 1024;
/** Bytes of payload that the dead letters of one batch keep; the rows past it are kept without theirs. */
export const DEAD_LETTER_BYTES_MAX = 32 * 1024 * 1024;
