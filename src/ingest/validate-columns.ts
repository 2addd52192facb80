import type { Column, RejectReason, TableSchema } from '../core/records.ts';
import { parseIsoInstant } from '../core/time.ts';
import { FUTURE_MS_MAX } from './limits.ts';
import type { InstantReader } from './timestamps.ts';

export type ColumnValues = Record<string, unknown[]>;

export interface RowFault {
  readonly reason: RejectReason;
  readonly message: string;
}

export interface ValidationContext {
  readonly instants: InstantReader;
  readonly nowMs: number;
  /** The line has `\u` escapes, so its text may hold what UTF-8 cannot. */
  readonly escaped: boolean;
}

export interface ColumnsReport {
  /** The first fault of each row that has one. */
  readonly faults: ReadonlyMap<number, RowFault>;
  /** Event time of each row; meaningless for a row with a fault. */
  readonly eventTimes: Float64Array;
  /** A value was replaced in `columns` (an instant written in another form): the bytes that came no longer hold. */
  readonly rewritten: boolean;
}

/** Checks every value of equally long lists against the schema of their table. */
export function validateColumns(
  schema: TableSchema,
  columns: ColumnValues,
  rows: number,
  context: ValidationContext,
): ColumnsReport {
  const faults = new Map<number, RowFault>();
  const eventTimes = new Float64Array(rows);
  let rewritten = false;
  for (const column of schema.columns) {
    if (column.server === true) continue;
    const values = columns[column.name];
    if (values === undefined) {
      if (column.required === true) failAll(faults, rows, missing(column, schema));
    } else if (column.type === 'timestamp') {
      const isEvent = column.name === schema.eventTime;
      rewritten =
        validateInstants(column, values, { faults, context, ...(isEvent ? { eventTimes } : {}) }) || rewritten;
    } else {
      validateValues(column, values, faults, context);
    }
  }
  return { faults, eventTimes, rewritten };
}

function validateValues(
  column: Column,
  values: readonly unknown[],
  faults: Map<number, RowFault>,
  context: ValidationContext,
): void {
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row];
    const fault = value === null ? missingIfRequired(column) : faultOf(column, value, context);
    if (fault !== undefined && !faults.has(row)) faults.set(row, fault);
  }
}

function faultOf(column: Column, value: unknown, context: ValidationContext): RowFault | undefined {
  switch (column.type) {
    case 'text':
      if (typeof value !== 'string') return wrongType(column, 'a string');
      if (context.escaped && (!value.isWellFormed() || value.includes('\u0000')))
        return wrongType(column, 'text that UTF-8 can hold');
      return value.length === 0 && column.required === true ? missingIfRequired(column) : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrongType(column, 'true or false');
    case 'integer':
    case 'bigint':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return wrongType(column, 'an integer');
      return outOfRange(column, value);
    default:
      if (typeof value !== 'number' || !Number.isFinite(value)) return wrongType(column, 'a number');
      return outOfRange(column, value);
  }
}

interface InstantTarget {
  readonly faults: Map<number, RowFault>;
  readonly context: ValidationContext;
  readonly eventTimes?: Float64Array;
}

/** True when a value was put into canonical form. */
function validateInstants(column: Column, values: unknown[], target: InstantTarget): boolean {
  const { faults, context, eventTimes } = target;
  const latest = context.nowMs + FUTURE_MS_MAX;
  let rewritten = false;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row];
    let timeMs = typeof value === 'string' ? context.instants.readCanonical(value) : undefined;
    if (timeMs === undefined && typeof value === 'string') {
      timeMs = parseIsoInstant(value);
      if (timeMs !== undefined) {
        values[row] = new Date(timeMs).toISOString();
        rewritten = true;
      }
    }
    const fault = instantFault(column, value, timeMs, latest);
    if (fault !== undefined && !faults.has(row)) faults.set(row, fault);
    if (eventTimes !== undefined && timeMs !== undefined) eventTimes[row] = timeMs;
  }
  return rewritten;
}

function instantFault(
  column: Column,
  value: unknown,
  timeMs: number | undefined,
  latest: number,
): RowFault | undefined {
  if (timeMs !== undefined) {
    return timeMs > latest
      ? { reason: 'FUTURE', message: `${column.name} is more than 10 minutes ahead of the server.` }
      : undefined;
  }
  if (value === null) return missingIfRequired(column);
  return {
    reason: column.required === true ? 'MISSING_TIMESTAMP' : 'UNDECODABLE',
    message: `${column.name} is not an ISO 8601 instant with a zone.`,
  };
}

function missingIfRequired(column: Column): RowFault | undefined {
  if (column.required !== true) return undefined;
  return {
    reason: column.type === 'timestamp' ? 'MISSING_TIMESTAMP' : 'SCHEMA_MISMATCH',
    message: `${column.name} is missing.`,
  };
}

function missing(column: Column, schema: TableSchema): RowFault {
  return missingIfRequired(column) ?? { reason: 'SCHEMA_MISMATCH', message: `${schema.name} needs ${column.name}.` };
}

function wrongType(column: Column, expected: string): RowFault {
  return { reason: 'UNDECODABLE', message: `${column.name} is not ${expected}.` };
}

function outOfRange(column: Column, value: number): RowFault | undefined {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = column;
  if (value >= min && value <= max) return undefined;
  return { reason: 'VALUE_OUT_OF_RANGE', message: `${column.name} is ${value}, outside ${describeRange(column)}.` };
}

function describeRange(column: Column): string {
  return column.max === undefined ? `${column.min} and up` : `${column.min} to ${column.max}`;
}

function failAll(faults: Map<number, RowFault>, rows: number, fault: RowFault): void {
  for (let row = 0; row < rows; row += 1) if (!faults.has(row)) faults.set(row, fault);
}
