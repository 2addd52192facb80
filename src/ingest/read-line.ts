import { isTableName, TABLES, type TableName, type TableSchema } from '../core/records.ts';
import type { SegmentLine } from '../core/segment.ts';
import { formatDay } from '../core/time.ts';
import { notABatch } from './errors.ts';
import { BATCH_BYTES_MAX, COLUMNS_MAX, LINE_BYTES_TARGET, NAME_CHARACTERS_MAX, ROW_BYTES_MAX } from './limits.ts';
import type { InstantReader } from './timestamps.ts';
import { type ColumnValues, type RowFault, validateColumns } from './validate-columns.ts';

/** One line of a batch: the table it names and its columns, or rows already known to be unusable. */
export interface LineReport {
  readonly rows: number;
  /** What goes into the segment: none when no row is good, several when the line had to be written anew and grew. */
  readonly accepted: readonly SegmentLine[];
  readonly rejected: readonly RejectedRows[];
  readonly table: string;
  /** Columns of the line, for what the server learns from them. */
  readonly columns: ColumnValues;
}

/** What becomes one dead letter: a row, or all rows of a line that was refused whole. */
export interface RejectedRows extends RowFault {
  /** The first of them. */
  readonly row: number;
  readonly rows: number;
  /** The row, or the whole line as it came, as JSON text. */
  readonly readPayload: () => string;
  readonly eventTimeMs: number | undefined;
}

export interface LineContext {
  readonly agentId: string;
  readonly nowMs: number;
  readonly instants: InstantReader;
  /** An administrator refuses this agent: its rows are kept as dead letters. */
  readonly refused: boolean;
}

/** `text` is `bytes` decoded. @throws IngestError 422 when it is not a line of a batch at all */
export function readLine(bytes: Buffer, text: string, context: LineContext): LineReport {
  const { table, columns } = parseLine(text);
  const rows = countRows(columns);
  if (context.refused)
    return rejectLine(text, table, rows, { reason: 'AGENT_REFUSED', message: 'The agent is on the deny list.' });
  const schema = isTableName(table) && TABLES[table].fromAgents ? TABLES[table] : undefined;
  if (schema === undefined)
    return rejectLine(text, table, rows, mismatch(`No table ${JSON.stringify(table)} takes rows from agents.`));
  const unknown = Object.keys(columns).find(
    (name) => !schema.columns.some((column) => column.name === name && column.server !== true),
  );
  if (unknown !== undefined)
    return rejectLine(
      text,
      table,
      rows,
      mismatch(`${table} has no column ${JSON.stringify(unknown)} that agents send.`),
    );
  const escaped = text.includes('\\u');
  const report = validateColumns(schema, columns, rows, { instants: context.instants, nowMs: context.nowMs, escaped });
  const faults = withOversized(report.faults, columns, rows, bytes.length);
  // A line made of JSON rows may be longer than any batch, and then longer than a roll reads.
  const mayStay = rows > 0 && faults.size === 0 && !report.rewritten && bytes.length <= BATCH_BYTES_MAX;
  const pristine = mayStay && isCanonical(text, table, Object.keys(columns));
  return {
    rows,
    table,
    columns,
    accepted: pristine
      ? [frame(schema, context.agentId, bytes.subarray(columnsOffset(table)), report.eventTimes)]
      : frameAnew(schema, context.agentId, goodRows(columns, report.eventTimes, faults)),
    rejected: [...faults].map(([row, fault]) => ({
      row,
      rows: 1,
      ...fault,
      readPayload: () => payloadOf(columns, row),
      eventTimeMs: report.eventTimes[row] || undefined,
    })),
  };
}

function parseLine(text: string): { table: string; columns: ColumnValues } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notABatch('A line is not JSON.');
  }
  const { table, columns } = (value ?? {}) as { table?: unknown; columns?: unknown };
  if (typeof table !== 'string' || typeof columns !== 'object' || columns === null || Array.isArray(columns)) {
    throw notABatch('A line is {"table": name, "columns": {name: [values]}}.');
  }
  refuseLongNames(table, Object.keys(columns));
  return { table, columns: columns as ColumnValues };
}

/** Names come back in messages and in every dead letter of the line. */
function refuseLongNames(table: string, names: readonly string[]): void {
  if (names.length > COLUMNS_MAX) throw notABatch(`A line names at most ${COLUMNS_MAX} columns.`);
  if ([table, ...names].some((name) => name.length > NAME_CHARACTERS_MAX))
    throw notABatch(`A name has at most ${NAME_CHARACTERS_MAX} characters.`);
}

function countRows(columns: ColumnValues): number {
  let rows: number | undefined;
  for (const [name, values] of Object.entries(columns)) {
    if (!Array.isArray(values)) throw notABatch(`Column ${JSON.stringify(name)} is not a list.`);
    if (rows !== undefined && values.length !== rows) throw notABatch('The lists of a line differ in length.');
    rows = values.length;
  }
  return rows ?? 0;
}

const KEY = /"\s*:/g;

/**
 * Whether the bytes may go to the segment as they are. Every key of JSON text matches KEY, and a quote inside a string
 * is escaped but would match too, so the count is never below the number of keys: equal to what the parsed line has, it
 * rules out repeated and further members, which another reader might understand differently from us.
 */
function isCanonical(text: string, table: string, names: readonly string[]): boolean {
  if (!text.startsWith(`{"table":"${table}","columns":{`) || !text.endsWith(']}}')) return false;
  return (
    isCompact(text, columnsOffset(table) + COLUMNS_BEGIN, names) || (text.match(KEY)?.length ?? 0) === names.length + 2
  );
}

const COLUMNS_BEGIN = '"columns":{'.length;

/**
 * The same answer for what nearly every agent sends, without looking at every character: lists one after the other and
 * nothing between them, found by their brackets. A bracket within a text makes it say no.
 */
function isCompact(text: string, from: number, names: readonly string[]): boolean {
  let at = from;
  for (const [index, name] of names.entries()) {
    const key = index === 0 ? `"${name}":[` : `,"${name}":[`;
    if (!text.startsWith(key, at)) return false;
    const end = text.indexOf(']', at + key.length);
    const nested = text.indexOf('[', at + key.length);
    if (end === -1 || (nested !== -1 && nested < end)) return false;
    at = end + 1;
  }
  return at === text.length - 2;
}

/** Where `"columns":` begins in a canonical line. */
function columnsOffset(table: string): number {
  return `{"table":"${table}",`.length;
}

interface GoodRows {
  readonly columns: ColumnValues;
  readonly times: Float64Array;
}

function goodRows(columns: ColumnValues, times: Float64Array, faults: ReadonlyMap<number, RowFault>): GoodRows {
  if (faults.size === 0) return { columns, times };
  return pickRows({ columns, times }, (row) => !faults.has(row));
}

function pickRows({ columns, times }: GoodRows, isWanted: (row: number) => boolean): GoodRows {
  const kept = Object.entries(columns).map(([name, values]) => [name, values.filter((_, row) => isWanted(row))]);
  return { columns: Object.fromEntries(kept), times: times.filter((_, row) => isWanted(row)) };
}

/** Rows in our own writing. It may be longer than what came (`1e20` is), so it is cut into lines of a bounded size. */
function frameAnew(schema: TableSchema, agentId: string, rows: GoodRows): SegmentLine[] {
  const count = rows.times.length;
  if (count === 0) return [];
  const body = Buffer.from(`"columns":${JSON.stringify(rows.columns)}}`);
  if (body.length <= LINE_BYTES_TARGET || count === 1) return [frame(schema, agentId, body, rows.times)];
  const half = count >> 1;
  return [
    ...frameAnew(
      schema,
      agentId,
      pickRows(rows, (row) => row < half),
    ),
    ...frameAnew(
      schema,
      agentId,
      pickRows(rows, (row) => row >= half),
    ),
  ];
}

function frame(
  schema: TableSchema,
  agentId: string,
  body: Uint8Array,
  times: readonly number[] | Float64Array,
): SegmentLine {
  let minEventMs = Number.POSITIVE_INFINITY;
  let maxEventMs = Number.NEGATIVE_INFINITY;
  for (const timeMs of times) {
    if (timeMs < minEventMs) minEventMs = timeMs;
    if (timeMs > maxEventMs) maxEventMs = timeMs;
  }
  return {
    table: schema.name,
    bytes: [Buffer.from(`{"agent_id":"${agentId}",`), body, NEWLINE],
    rows: times.length,
    minEventMs,
    maxEventMs,
    days: daysOf(times, formatDay(minEventMs), formatDay(maxEventMs)),
  };
}

const NEWLINE = Buffer.from('\n');

function daysOf(times: readonly number[] | Float64Array, first: string, last: string): string[] {
  if (first === last) return [first];
  return [...new Set(Array.from(times, formatDay))].sort();
}

/** Only a line longer than a row may be can hold a row that is too long. */
function withOversized(
  faults: ReadonlyMap<number, RowFault>,
  columns: ColumnValues,
  rows: number,
  lineBytes: number,
): ReadonlyMap<number, RowFault> {
  if (lineBytes <= ROW_BYTES_MAX) return faults;
  const sizes = new Float64Array(rows);
  for (const values of Object.values(columns)) {
    for (let row = 0; row < rows; row += 1) {
      const value = values[row];
      sizes[row] = (sizes[row] ?? 0) + (typeof value === 'string' ? Buffer.byteLength(value) : 8);
    }
  }
  const all = new Map(faults);
  for (let row = 0; row < rows; row += 1) {
    if ((sizes[row] ?? 0) > ROW_BYTES_MAX)
      all.set(row, { reason: 'TOO_LARGE', message: `The row is larger than ${ROW_BYTES_MAX} bytes.` });
  }
  return all;
}

/** One dead letter for all rows: a letter each would make a small line of many rows a thousand times as large. */
function rejectLine(text: string, table: string, rows: number, { reason, message }: RowFault): LineReport {
  const whole = { reason, message: `${message} The line has ${rows} rows.` };
  const rejected = [{ row: 0, rows, ...whole, readPayload: () => text, eventTimeMs: undefined }];
  return { rows, table, columns: {}, accepted: [], rejected };
}

function mismatch(message: string): RowFault {
  return { reason: 'SCHEMA_MISMATCH', message };
}

function payloadOf(columns: ColumnValues, row: number): string {
  const cells = Object.entries(columns).map(([name, values]) => [name, values[row]] as const);
  try {
    return JSON.stringify(Object.fromEntries(cells));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Lists within lists without end can be read and not be written: no column takes them, so they need not be kept.
    const flat = cells.map(([name, value]) => [name, typeof value === 'object' ? '(nested too deep)' : value]);
    return JSON.stringify(Object.fromEntries(flat));
  }
}

/** Frames lines the server makes itself. The caller vouches for the values. */
export function frameServerLine(
  table: TableName,
  agentId: string,
  columns: ColumnValues,
  times: readonly number[],
): SegmentLine {
  return frame(TABLES[table], agentId, Buffer.from(`"columns":${JSON.stringify(columns)}}`), times);
}
