import { MINUTE_MS } from '../core/time.ts';

/** Limits of the native agent protocol, version 1. */
export const BATCH_BYTES_MAX = 16 * 1024 * 1024;
export const BATCH_ROWS_MAX = 100_000;
export const ROW_BYTES_MAX = 64 * 1024;
/** An event may be this far ahead of our clock before its row is refused. */
export const FUTURE_MS_MAX = 10 * MINUTE_MS;
/** UTC days that the rows of one batch may spread over: each becomes files of its own, which everybody waits for. */
export const BATCH_DAYS_MAX = 400;
/** Bytes that may wait for a commit, as they came or as they are written; past it agents are asked to come back. */
export const PENDING_BYTES_MAX = 128 * 1024 * 1024;
/** Bytes of the batches of one segment, so that a roll can always take at least one. */
export const SEGMENT_BYTES_MAX = 32 * 1024 * 1024;
/** Ranges that the accepted numbers of one epoch may break into before the agent is told to number without gaps. */
export const BATCH_GAPS_MAX = 10_000;
/** Batches of one group, so that its statements stay small. */
export const GROUP_BATCHES_MAX = 256;
/** Columns a line may name, and characters of any name in it; no table has nearly as many. */
export const COLUMNS_MAX = 100;
export const NAME_CHARACTERS_MAX = 255;
/** Bytes of a line the server writes itself, well below what a roll reads at once. */
export const LINE_BYTES_TARGET = 4 * 1024 * 1024;
/** Rows times columns of the tables of a JSON batch, which have to be filled up; more than its rows of any table have. */
export const JSON_CELLS_MAX = 2_000_000;
/** Bytes of the dead letters of one batch as they are written; one letter stands for all that are past it. */
export const DEAD_LETTER_BYTES_MAX = 32 * 1024 * 1024;
/** Rejected rows that an answer names one by one. */
export const REJECTED_LISTED_MAX = 1000;
/** Addresses kept of an agent, and characters of each: an IPv6 address with an IPv4 tail, any hardware address. */
export const ADDRESSES_MAX = 256;
export const IP_CHARACTERS_MAX = 45;
export const MAC_CHARACTERS_MAX = 64;
