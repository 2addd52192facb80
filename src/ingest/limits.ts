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
