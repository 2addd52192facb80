import { createHash } from 'node:crypto';
import { isTableName } from '../core/records.ts';
import type { SegmentLine } from '../core/segment.ts';
import { DEAD_LETTER_BYTES_MAX, LINE_BYTES_TARGET, ROW_BYTES_MAX } from './limits.ts';
import { frameServerLine, type RejectedRows } from './read-line.ts';

export interface BatchIdentity {
  readonly agentId: string;
  readonly epoch: number;
  readonly sequence: number;
}

type PlacelessRows = RejectedRows & { readonly table: string };

interface DeadLetter {
  readonly about: PlacelessRows;
  readonly payload: string;
  readonly cut: boolean;
}

/** The lines of `ingest_errors` that keep the rows a batch could not place. A resend would make the same error ids. */
export function frameDeadLetters(
  rejected: readonly PlacelessRows[],
  batch: BatchIdentity,
  nowMs: number,
): SegmentLine[] {
  const lines: SegmentLine[] = [];
  let letters: DeadLetter[] = [];
  let lineBytes = 0;
  for (const letter of writeLetters(rejected)) {
    lineBytes += bytesOf(letter);
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

function* writeLetters(rejected: readonly PlacelessRows[]): Generator<DeadLetter> {
  let bytesLeft = DEAD_LETTER_BYTES_MAX;
  for (const [index, about] of rejected.entries()) {
    const letter = { about, ...cutToBytes(about.readPayload(), ROW_BYTES_MAX) };
    bytesLeft -= bytesOf(letter);
    if (bytesLeft < 0) {
      yield summarize(about, rejected.slice(index));
      return;
    }
    yield letter;
  }
}

/** The letter that stands for all that do not fit. */
function summarize(first: PlacelessRows, rest: readonly PlacelessRows[]): DeadLetter {
  const rows = rest.reduce((sum, some) => sum + some.rows, 0);
  const message = `${first.message} This and all further rejected rows of the batch, ${rows}, are not kept: they take too much room.`;
  return { about: { ...first, message }, payload: '', cut: true };
}

/** More than a letter takes without its texts. */
const LETTER_BYTES = 256;

/** Not less than what a letter takes in a line: of JSON text, as messages and payloads are, at most each character two. */
function bytesOf({ about, payload }: DeadLetter): number {
  const tableBytes = Buffer.byteLength(JSON.stringify(about.table));
  return LETTER_BYTES + tableBytes + 2 * Buffer.byteLength(about.message) + 2 * Buffer.byteLength(payload);
}

function frameLetters(letters: readonly DeadLetter[], batch: BatchIdentity, nowMs: number): SegmentLine {
  const receivedAt = new Date(nowMs).toISOString();
  const all = <T>(value: (some: PlacelessRows) => T): T[] => letters.map(({ about }) => value(about));
  const columns = {
    error_id: all(({ table, row }) => errorId(batch, table, row)),
    source: all(() => 'native'),
    table_name: all(({ table }) => (isTableName(table) ? table : table.toWellFormed().replaceAll('\u0000', ''))),
    reason: all(({ reason }) => reason),
    message: all(({ message }) => message.toWellFormed()),
    payload: letters.map((letter) => letter.payload),
    payload_truncated: letters.map((letter) => letter.cut),
    event_timestamp: all(({ eventTimeMs }) => (eventTimeMs === undefined ? null : new Date(eventTimeMs).toISOString())),
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
  // A character has at least a byte: of a long line only the beginning is looked at.
  const head = text.slice(0, bytesMax).toWellFormed();
  if (head.length === text.length && Buffer.byteLength(head) <= bytesMax) return { payload: head, cut: false };
  // The decoder drops the broken character that the cut may have left at the end.
  return {
    payload: Buffer.from(head)
      .subarray(0, bytesMax)
      .toString()
      .replace(/\uFFFD+$/, ''),
    cut: true,
  };
}
