import type { StateQueries } from '../ports/state/state-store.ts';

export interface SegmentRow {
  readonly segmentNo: number;
  readonly objectKey: string;
  readonly sizeBytes: number;
  readonly committedAtMs: number;
}

export interface LogCursor {
  readonly lastSegmentNo: number;
  readonly rolledSegmentNo: number;
  readonly claimedSegmentNo: number | undefined;
}

export async function readCursor(queries: StateQueries, accountId: string): Promise<LogCursor> {
  const row = await queries
    .selectFrom('segment_logs')
    .select(['last_segment_no', 'rolled_segment_no', 'claimed_segment_no'])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  if (row === undefined) return { lastSegmentNo: 0, rolledSegmentNo: 0, claimedSegmentNo: undefined };
  return {
    lastSegmentNo: row.last_segment_no,
    rolledSegmentNo: row.rolled_segment_no,
    claimedSegmentNo: row.claimed_segment_no ?? undefined,
  };
}

/** Segments after the cursor, in order. */
export async function listSegments(
  queries: StateQueries,
  accountId: string,
  after: number,
  limit: number,
): Promise<SegmentRow[]> {
  const rows = await queries
    .selectFrom('segments')
    .select(['segment_no', 'object_key', 'size_bytes', 'committed_at_ms'])
    .where('account_id', '=', accountId)
    .where('segment_no', '>', after)
    .orderBy('segment_no')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    segmentNo: row.segment_no,
    objectKey: row.object_key,
    sizeBytes: row.size_bytes,
    committedAtMs: row.committed_at_ms,
  }));
}

/** What waits to be rolled: its size and its oldest commit. */
export async function readBacklog(
  queries: StateQueries,
  accountId: string,
): Promise<{ bytes: number; oldestMs: number | undefined }> {
  const row = await queries
    .selectFrom('segments')
    .select((eb) => [
      eb.fn.sum<number | null>('size_bytes').as('bytes'),
      eb.fn.min<number | null>('committed_at_ms').as('oldest'),
    ])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return { bytes: row?.bytes ?? 0, oldestMs: row?.oldest ?? undefined };
}

export async function claimSegments(queries: StateQueries, accountId: string, upTo: number): Promise<void> {
  await queries
    .updateTable('segment_logs')
    .set({ claimed_segment_no: upTo })
    .where('account_id', '=', accountId)
    .execute();
}

/** Moves the cursor to the end of the claim and forgets its segments. False: the cursor was not where the roll began. */
export async function finishClaim(
  queries: StateQueries,
  accountId: string,
  claim: { after: number; upTo: number },
): Promise<boolean> {
  const moved = await queries
    .updateTable('segment_logs')
    .set({ rolled_segment_no: claim.upTo, claimed_segment_no: null })
    .where('account_id', '=', accountId)
    .where('rolled_segment_no', '=', claim.after)
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) return false;
  await queries
    .deleteFrom('segments')
    .where('account_id', '=', accountId)
    .where('segment_no', '<=', claim.upTo)
    .execute();
  return true;
}
