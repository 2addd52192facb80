import { createHash } from 'node:crypto';
import { isTableName } from '../core/records.ts';
import type { SegmentLine } from '../core/segment.ts';
import { DEAD_LETTER_BYTES_MAX, LINE_BYTES_TARGET, ROW_BYTES_MAX } from './limits.ts';
import { frameServerLine, type RejectedRow } from './read-line.ts';

export interface BatchIdentity {
  readonly agentId: string;
  readonly epoch: number;
  readonly sequence: number;
}

type PlacelessRow = RejectedRow & { readonly table: string };

interface DeadLetter {
  readonly row: PlacelessRow;
  readonly payload: string;
  readonly cut: boolean;
}

/** The lines of `ingest_errors` that keep the rows a batch could not place. A resend would make the same error ids. */
export function frameDeadLetters(rows: readonly PlacelessRow[], batch: BatchIdentity, nowMs: number): SegmentLine[] {
  const lines: SegmentLine[] = [];
  let letters: DeadLetter[] = [];
  let lineBytes = 0;
  let bytesLeft = DEAD_LETTER_BYTES_MAX;
  for (const row of rows) {
    const letter = { row, ...readPayload(row, bytesLeft) };
    bytesLeft -= letter.payload.length;
    // A quote or a backslash takes two characters in the line.
    lineBytes += 2 * letter.payload.length + LETTER_BYTES;
    letters.push(letter);
    if (lineBytes >= LINE_BYTES_TARGET) {
      lines.push(frameLetters(letters, batch, nowMs));
      letters = [];
      lineBytes = 0;
    }
  }
  if (letters.length > 0) lines.push(frameLetters(letters, batch, nowMs));
  return lines;
}

/** About what a dead letter takes without its payload. */
const LETTER_BYTES = 512;

function readPayload(row: PlacelessRow, bytesLeft: number): { payload: string; cut: boolean } {
  if (bytesLeft <= 0) return { payload: '', cut: true };
  return cutToBytes(row.readPayload().toWellFormed(), ROW_BYTES_MAX);
}

function frameLetters(letters: readonly DeadLetter[], batch: BatchIdentity, nowMs: number): SegmentLine {
  const receivedAt = new Date(nowMs).toISOString();
  const all = <T>(value: (row: PlacelessRow) => T): T[] => letters.map(({ row }) => value(row));
  const columns = {
    error_id: all((row) => errorId(batch, row.table, row.row)),
    source: all(() => 'native'),
    table_name: all(({ table }) => (isTableName(table) ? table : table.toWellFormed().replaceAll('\u0000', ''))),
    reason: all((row) => row.reason),
    message: all((row) => row.message.toWellFormed()),
    payload: letters.map((letter) => letter.payload),
    payload_truncated: letters.map((letter) => letter.cut),
    event_timestamp: all((row) => (row.eventTimeMs === undefined ? null : new Date(row.eventTimeMs).toISOString())),
    batch_producer: all(() => batch.agentId),
    batch_epoch: all(() => batch.epoch),
    batch_seq: all(() => batch.sequence),
    timestamp: all(() => receivedAt),
  };
  return frameServerLine(
    'ingest_errors',
    batch.agentId,
    columns,
    all(() => nowMs),
  );
}

function errorId(batch: BatchIdentity, table: string, row: number): string {
  const identity = ['native', batch.agentId, batch.epoch, batch.sequence, table, row].join('\u0000');
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}

function cutToBytes(text: string, bytesMax: number): { payload: string; cut: boolean } {
  if (Buffer.byteLength(text) <= bytesMax) return { payload: text, cut: false };
  // The decoder drops the broken character that the cut may have left at the end.
  return {
    payload: Buffer.from(text)
      .subarray(0, bytesMax)
      .toString()
      .replace(/\uFFFD+$/, ''),
    cut: true,
  };
}
