import { createHash } from 'node:crypto';
import { isTableName } from '../core/records.ts';
import type { SegmentLine } from '../core/segment.ts';
import { ROW_BYTES_MAX } from './limits.ts';
import { frameServerLine, type RejectedRow } from './read-line.ts';

export interface BatchIdentity {
  readonly agentId: string;
  readonly epoch: number;
  readonly sequence: number;
}

/** The line of `ingest_errors` that keeps the rows a batch could not place. A resend would make the same error ids. */
export function frameDeadLetters(
  rows: readonly (RejectedRow & { table: string })[],
  batch: BatchIdentity,
  nowMs: number,
): SegmentLine {
  const receivedAt = new Date(nowMs).toISOString();
  const payloads = rows.map((row) => cutToBytes(row.payload.toWellFormed(), ROW_BYTES_MAX));
  const columns = {
    error_id: rows.map((row) => errorId(batch, row.table, row.row)),
    source: rows.map(() => 'native'),
    table_name: rows.map((row) =>
      isTableName(row.table) ? row.table : row.table.slice(0, 255).toWellFormed().replaceAll('\u0000', ''),
    ),
    reason: rows.map((row) => row.reason),
    message: rows.map((row) => row.message.toWellFormed()),
    payload: payloads.map((payload) => payload.text),
    payload_truncated: payloads.map((payload) => payload.cut),
    event_timestamp: rows.map((row) =>
      row.eventTimeMs === undefined ? null : new Date(row.eventTimeMs).toISOString(),
    ),
    batch_producer: rows.map(() => batch.agentId),
    batch_epoch: rows.map(() => batch.epoch),
    batch_seq: rows.map(() => batch.sequence),
    timestamp: rows.map(() => receivedAt),
  };
  return frameServerLine(
    'ingest_errors',
    batch.agentId,
    columns,
    rows.map(() => nowMs),
  );
}

function errorId(batch: BatchIdentity, table: string, row: number): string {
  const identity = ['native', batch.agentId, batch.epoch, batch.sequence, table, row].join('\u0000');
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}

function cutToBytes(text: string, bytesMax: number): { text: string; cut: boolean } {
  if (Buffer.byteLength(text) <= bytesMax) return { text, cut: false };
  // The decoder drops the broken character that the cut may have left at the end.
  return {
    text: Buffer.from(text)
      .subarray(0, bytesMax)
      .toString()
      .replace(/\uFFFD+$/, ''),
    cut: true,
  };
}
