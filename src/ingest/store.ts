import type { SequenceRange } from '../core/sequence-ranges.ts';
import type { StateQueries } from '../ports/state/state-store.ts';

export interface Producer {
  readonly agentId: string;
  readonly epoch: number;
}

/** The ranges of accepted batch numbers of each producer, by `producerKey`. */
export async function listAcceptedRanges(
  queries: StateQueries,
  accountId: string,
  producers: readonly Producer[],
): Promise<Map<string, SequenceRange[]>> {
  const rows = await queries
    .selectFrom('accepted_batches')
    .select(['agent_id', 'epoch', 'first_sequence', 'last_sequence'])
    .where('account_id', '=', accountId)
    .where((eb) => eb.or(producers.map(({ agentId, epoch }) => eb.and({ agent_id: agentId, epoch }))))
    .orderBy('agent_id')
    .orderBy('epoch')
    .orderBy('first_sequence')
    .execute();
  const ranges = new Map<string, SequenceRange[]>();
  for (const row of rows) {
    const key = producerKey(row.agent_id, row.epoch);
    const list = ranges.get(key) ?? [];
    list.push({ first: row.first_sequence, last: row.last_sequence });
    ranges.set(key, list);
  }
  return ranges;
}

/** Identifies the numbering a batch belongs to. */
export function producerKey(agentId: string, epoch: number): string {
  return `${agentId}/${epoch}`;
}

/** Writes only what differs: an epoch with many gaps must not be written anew with each batch. */
export async function changeAcceptedRanges(
  queries: StateQueries,
  producer: { accountId: string; agentId: string; epoch: number },
  { before, after }: { before: readonly SequenceRange[]; after: readonly SequenceRange[] },
): Promise<void> {
  const gone = withoutThose(before, after);
  if (gone.length > 0) {
    await queries
      .deleteFrom('accepted_batches')
      .where('account_id', '=', producer.accountId)
      .where('agent_id', '=', producer.agentId)
      .where('epoch', '=', producer.epoch)
      .where(
        'first_sequence',
        'in',
        gone.map((range) => range.first),
      )
      .execute();
  }
  const identity = { account_id: producer.accountId, agent_id: producer.agentId, epoch: producer.epoch };
  const rows = withoutThose(after, before).map(({ first, last }) => ({
    ...identity,
    first_sequence: first,
    last_sequence: last,
  }));
  if (rows.length > 0) await queries.insertInto('accepted_batches').values(rows).execute();
}

function withoutThose(ranges: readonly SequenceRange[], others: readonly SequenceRange[]): SequenceRange[] {
  const known = new Map(others.map((range) => [range.first, range.last]));
  return ranges.filter((range) => known.get(range.first) !== range.last);
}

/** Takes the next segment number, or returns false when another gateway took it first. */
export async function advanceLog(queries: StateQueries, accountId: string, segmentNo: number): Promise<boolean> {
  const result = await queries
    .updateTable('segment_logs')
    .set({ last_segment_no: segmentNo })
    .where('account_id', '=', accountId)
    .where('last_segment_no', '=', segmentNo - 1)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function readLastSegmentNo(queries: StateQueries, accountId: string): Promise<number> {
  await queries
    .insertInto('segment_logs')
    .values({
      account_id: accountId,
      last_segment_no: 0,
      rolled_segment_no: 0,
      claimed_segment_no: null,
      last_file_id: 0,
    })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .execute();
  const row = await queries
    .selectFrom('segment_logs')
    .select('last_segment_no')
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return row.last_segment_no;
}

export async function insertSegment(
  queries: StateQueries,
  segment: {
    accountId: string;
    segmentNo: number;
    objectKey: string;
    sizeBytes: number;
    checksum: string;
    rows: number;
    nowMs: number;
  },
): Promise<void> {
  await queries
    .insertInto('segments')
    .values({
      account_id: segment.accountId,
      segment_no: segment.segmentNo,
      object_key: segment.objectKey,
      size_bytes: segment.sizeBytes,
      checksum: segment.checksum,
      rows: segment.rows,
      committed_at_ms: segment.nowMs,
    })
    .execute();
}
