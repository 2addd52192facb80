import { crc32 } from 'node:zlib';
import { assert } from './errors.ts';
import type { TableName } from './records.ts';

/**
 * The one file format of our own: what a group commit makes durable. Sections of NDJSON lines, one section a table, then
 * a JSON index, then a trailer of 20 bytes:
 *
 *     offset (u64 LE) and length (u32 LE) of the index · CRC-32 (u32 LE) of all before the trailer · magic "PSG1"
 *
 * A line is `{"agent_id":"…","columns":{"<column>":[…],…}}`: the columns as the agent sent them, byte for byte.
 */
export interface SegmentIndex {
  readonly tables: Readonly<Partial<Record<TableName, SegmentSection>>>;
  /** Newest event time of each agent in it: what moves the watermark once the segment is visible. */
  readonly agents: readonly (readonly [agentId: string, maxEventMs: number])[];
}

export interface SegmentSection {
  readonly offset: number;
  readonly length: number;
  readonly rows: number;
  readonly minEventMs: number;
  readonly maxEventMs: number;
  /** UTC days of its rows, ascending. */
  readonly days: readonly string[];
}

/** One line of a section with what the index needs to know of it. */
export interface SegmentLine {
  readonly table: TableName;
  readonly bytes: readonly Uint8Array[];
  readonly rows: number;
  readonly minEventMs: number;
  readonly maxEventMs: number;
  readonly days: readonly string[];
}

export const SEGMENT_TRAILER_BYTES = 20;
const MAGIC = 'PSG1';

export interface EncodedSegment {
  readonly parts: readonly Uint8Array[];
  readonly sizeBytes: number;
  readonly rows: number;
  /** CRC-32, 8 hex digits. */
  readonly checksum: string;
}

/** Lays lines out by table, in the order they come. */
export function encodeSegment(lines: readonly SegmentLine[], agents: SegmentIndex['agents']): EncodedSegment {
  const parts: Uint8Array[] = [];
  const tables: Partial<Record<TableName, SegmentSection>> = {};
  let offset = 0;
  for (const [table, section] of groupByTable(lines)) {
    const start = offset;
    for (const line of section) {
      for (const part of line.bytes) {
        parts.push(part);
        offset += part.byteLength;
      }
    }
    tables[table] = describeSection(section, start, offset - start);
  }
  const index = Buffer.from(JSON.stringify({ tables, agents } satisfies SegmentIndex));
  parts.push(index);
  const checksum = parts.reduce((sum, part) => crc32(part, sum), 0);
  parts.push(encodeTrailer(offset, index.byteLength, checksum));
  return {
    parts,
    sizeBytes: offset + index.byteLength + SEGMENT_TRAILER_BYTES,
    rows: lines.reduce((sum, line) => sum + line.rows, 0),
    checksum: checksum.toString(16).padStart(8, '0'),
  };
}

/** Where the index of a segment is, from its last 20 bytes. */
export function decodeTrailer(trailer: Uint8Array): { offset: number; length: number; checksum: number } {
  const bytes = Buffer.from(trailer.buffer, trailer.byteOffset, trailer.byteLength);
  assert(
    bytes.byteLength === SEGMENT_TRAILER_BYTES && bytes.toString('latin1', 16) === MAGIC,
    'a segment ends with its magic',
  );
  return { offset: Number(bytes.readBigUInt64LE(0)), length: bytes.readUInt32LE(8), checksum: bytes.readUInt32LE(12) };
}

export function decodeIndex(bytes: Uint8Array): SegmentIndex {
  return JSON.parse(Buffer.from(bytes).toString()) as SegmentIndex;
}

/** The key of an account's segment: its number, 20 digits. */
export function segmentKey(accountId: string, segmentNo: number): string {
  return `${segmentPrefix(accountId)}${formatSegmentNo(segmentNo)}.segment`;
}

export function segmentPrefix(accountId: string): string {
  return `segments/${accountId}/`;
}

/** The number in a segment's key; undefined when it is not one. */
export function parseSegmentNo(key: string): number | undefined {
  const match = /\/(\d{20})\.segment$/.exec(key);
  return match === null ? undefined : Number(match[1]);
}

export function formatSegmentNo(segmentNo: number): string {
  return String(segmentNo).padStart(20, '0');
}

function groupByTable(lines: readonly SegmentLine[]): Map<TableName, SegmentLine[]> {
  const groups = new Map<TableName, SegmentLine[]>();
  for (const line of lines) {
    const group = groups.get(line.table);
    if (group === undefined) groups.set(line.table, [line]);
    else group.push(line);
  }
  return groups;
}

function describeSection(lines: readonly SegmentLine[], offset: number, length: number): SegmentSection {
  let rows = 0;
  let minEventMs = Number.POSITIVE_INFINITY;
  let maxEventMs = Number.NEGATIVE_INFINITY;
  const days = new Set<string>();
  for (const line of lines) {
    rows += line.rows;
    minEventMs = Math.min(minEventMs, line.minEventMs);
    maxEventMs = Math.max(maxEventMs, line.maxEventMs);
    for (const day of line.days) days.add(day);
  }
  return { offset, length, rows, minEventMs, maxEventMs, days: [...days].sort() };
}

function encodeTrailer(offset: number, length: number, checksum: number): Uint8Array {
  const trailer = Buffer.alloc(SEGMENT_TRAILER_BYTES);
  trailer.writeBigUInt64LE(BigInt(offset), 0);
  trailer.writeUInt32LE(length, 8);
  trailer.writeUInt32LE(checksum, 12);
  trailer.write(MAGIC, 16, 'latin1');
  return trailer;
}
