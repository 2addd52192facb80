import { isUtf8 } from 'node:buffer';
import type { TableName } from '../core/records.ts';
import type { SegmentLine } from '../core/segment.ts';
import { notABatch, tooLarge } from './errors.ts';
import { BATCH_DAYS_MAX, BATCH_ROWS_MAX, COLUMNS_MAX, JSON_CELLS_MAX } from './limits.ts';
import { type LineReport, type RejectedRows, readLine } from './read-line.ts';
import { InstantReader } from './timestamps.ts';
import type { ColumnValues } from './validate-columns.ts';

export interface Batch {
  readonly lines: readonly SegmentLine[];
  readonly rejected: readonly (RejectedRows & { readonly table: string })[];
  /** Rows of all lines, the rejected ones included. */
  readonly rows: number;
  /** Columns of the accepted lines of a table, for what the server itself learns from them. */
  columnsOf(table: TableName): readonly ColumnValues[];
}

export interface BatchContext {
  readonly agentId: string;
  readonly nowMs: number;
  readonly refused: boolean;
}

/** Reads `application/x-ndjson`: one line a table. @throws IngestError 413 or 422 */
export function readNdjsonBatch(body: Buffer, context: BatchContext): Batch {
  if (!isUtf8(body)) throw notABatch('The body is not UTF-8.');
  const lines: Buffer[] = [];
  for (let from = 0; from < body.length; ) {
    const newline = body.indexOf(0x0a, from);
    const to = newline === -1 ? body.length : newline;
    const end = to > from && body[to - 1] === 0x0d ? to - 1 : to;
    if (end > from) lines.push(body.subarray(from, end));
    from = to + 1;
  }
  return readLines(lines, context);
}

/** Reads `application/json`, rows as objects, by turning each table into a line. @throws IngestError 413 or 422 */
export function readJsonBatch(body: Buffer, context: BatchContext): Batch {
  if (!isUtf8(body)) throw notABatch('The body is not UTF-8.');
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw notABatch('The body is not JSON.');
  }
  const tables = (value as { tables?: unknown } | null)?.tables;
  if (typeof tables !== 'object' || tables === null || Array.isArray(tables))
    throw notABatch('The body is {"tables": {name: [rows]}}.');
  return readLines(toLines(tables), context);
}

function toLines(tables: object): Buffer[] {
  let rowsLeft = BATCH_ROWS_MAX;
  let cellsLeft = JSON_CELLS_MAX;
  return Object.entries(tables).map(([table, value]) => {
    const rows = asRows(table, value);
    rowsLeft -= rows.length;
    if (rowsLeft < 0) throw tooLarge(`A batch holds at most ${BATCH_ROWS_MAX} rows.`);
    const names = namesOf(rows);
    // Every row gets every column, so both are counted before.
    cellsLeft -= names.length * rows.length;
    if (cellsLeft < 0) throw tooLarge(`Rows times columns of a JSON batch are at most ${JSON_CELLS_MAX}.`);
    return toLine(table, rows, names);
  });
}

type JsonRow = Readonly<Record<string, unknown>>;

function asRows(table: string, rows: unknown): readonly JsonRow[] {
  if (!Array.isArray(rows) || rows.some((row) => typeof row !== 'object' || row === null || Array.isArray(row))) {
    throw notABatch(`The rows of ${JSON.stringify(table)} are not a list of objects.`);
  }
  return rows as readonly JsonRow[];
}

function namesOf(rows: readonly JsonRow[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  if (names.size > COLUMNS_MAX) throw notABatch(`The rows of a table name at most ${COLUMNS_MAX} columns.`);
  return [...names];
}

function toLine(table: string, rows: readonly JsonRow[], names: readonly string[]): Buffer {
  const columns = Object.fromEntries(
    names.map((name) => [name, rows.map((row) => (Object.hasOwn(row, name) ? row[name] : null))]),
  );
  try {
    return Buffer.from(JSON.stringify({ table, columns }));
  } catch (error) {
    if (error instanceof RangeError) throw notABatch(`The rows of ${JSON.stringify(table)} are nested too deep.`);
    throw error;
  }
}

function readLines(lines: readonly Buffer[], context: BatchContext): Batch {
  const instants = new InstantReader();
  const reports: LineReport[] = [];
  const rowsBefore = new Map<string, number>();
  let rows = 0;
  for (const line of lines) {
    const report = readLine(line, line.toString(), { ...context, instants });
    // A line of a few bytes without rows says nothing, and there may be very many.
    if (report.rows === 0) continue;
    rows += report.rows;
    if (rows > BATCH_ROWS_MAX) throw tooLarge(`A batch holds at most ${BATCH_ROWS_MAX} rows.`);
    reports.push(numberOn(report, rowsBefore));
  }
  refuseManyDays(reports);
  return {
    lines: reports.flatMap((report) => report.accepted),
    rejected: reports.flatMap((report) => report.rejected.map((some) => ({ ...some, table: report.table }))),
    rows,
    columnsOf: (table) =>
      reports.filter((report) => report.table === table && report.accepted.length > 0).map((report) => report.columns),
  };
}

function refuseManyDays(reports: readonly LineReport[]): void {
  const days = new Set<string>();
  for (const { accepted } of reports) for (const line of accepted) for (const day of line.days) days.add(day);
  if (days.size > BATCH_DAYS_MAX) throw tooLarge(`The rows of a batch spread over at most ${BATCH_DAYS_MAX} days.`);
}

/** Rows of a table are numbered through all its lines, so that table and row say which one a rejected row was. */
function numberOn(report: LineReport, rowsBefore: Map<string, number>): LineReport {
  const before = rowsBefore.get(report.table) ?? 0;
  rowsBefore.set(report.table, before + report.rows);
  if (before === 0) return report;
  return { ...report, rejected: report.rejected.map((some) => ({ ...some, row: before + some.row })) };
}
