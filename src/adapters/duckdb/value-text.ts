/** Values of DuckDB as Athena prints them (glue-athena reference, 7.1). One formatter per column, chosen once. */
import {
  type DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  type DuckDBListValue,
  type DuckDBMapValue,
  type DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';
import { SqlError } from '../../ports/sql-engine.ts';
import { formatDouble, formatReal } from './java-text.ts';

export type FormatValue = (value: DuckDBValue) => string;

const BIGINT_MIN = -(2n ** 63n);
const BIGINT_MAX = 2n ** 63n - 1n;
const MILLIS_A_DAY = 86_400_000;
const MILLIS_PER_DAY = BigInt(MILLIS_A_DAY);

/** The formatter for every value of a column of this type; NULL never reaches it. */
export function formatterFor(type: DuckDBType): FormatValue {
  switch (type.typeId) {
    case DuckDBTypeId.FLOAT:
      return (value) => formatReal(value as number);
    case DuckDBTypeId.DOUBLE:
      return (value) => formatDouble(value as number);
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.UBIGINT:
      return formatWide;
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.STRUCT:
      return nestedFormatter(type);
    default:
      return formatPlain;
  }
}

function formatPlain(value: DuckDBValue): string {
  if (typeof value === 'string') return value;
  if (value instanceof DuckDBTimestampValue) return formatMicros(value.micros);
  if (value instanceof DuckDBTimestampTZValue) return `${formatMicros(value.micros)} UTC`;
  if (value instanceof DuckDBTimestampSecondsValue) return formatMillis(value.seconds * 1000n);
  if (value instanceof DuckDBTimestampMillisecondsValue) return formatMillis(value.millis);
  if (value instanceof DuckDBTimestampNanosecondsValue) return formatMillis(floorDivide(value.nanos, 1_000_000n));
  if (value instanceof DuckDBTimeValue) return formatClock(value.micros / 1000n);
  if (value instanceof DuckDBTimeTZValue) return formatClock(value.micros / 1000n);
  if (value instanceof DuckDBIntervalValue) return formatInterval(value);
  if (value instanceof DuckDBBlobValue) return formatBytes(value.bytes);
  if (value instanceof DuckDBDateValue || value instanceof DuckDBDecimalValue) return value.toString();
  return String(value);
}

function formatWide(value: DuckDBValue): string {
  const wide = value as bigint;
  if (wide >= BIGINT_MIN && wide <= BIGINT_MAX) return String(wide);
  throw new SqlError('user', `NUMERIC_VALUE_OUT_OF_RANGE: bigint out of range: ${wide}`);
}

// Inside arrays, maps and rows text is bare and null is `null`.
function nestedFormatter(type: DuckDBType): FormatValue {
  const inner = (of: DuckDBType): FormatValue => {
    const format = formatterFor(of);
    return (value) => (value === null ? 'null' : format(value));
  };
  if (type.typeId === DuckDBTypeId.LIST || type.typeId === DuckDBTypeId.ARRAY) {
    const item = inner(type.valueType);
    return (value) => `[${(value as DuckDBListValue | DuckDBArrayValue).items.map(item).join(', ')}]`;
  }
  if (type.typeId === DuckDBTypeId.MAP) {
    const [key, item] = [inner(type.keyType), inner(type.valueType)];
    return (value) =>
      `{${(value as DuckDBMapValue).entries.map((entry) => `${key(entry.key)}=${item(entry.value)}`).join(', ')}}`;
  }
  return structFormatter(type, inner);
}

function structFormatter(type: DuckDBType, inner: (of: DuckDBType) => FormatValue): FormatValue {
  if (type.typeId !== DuckDBTypeId.STRUCT) return formatPlain;
  const fields = type.entryNames.map((name, i) => ({ name, format: inner(type.entryTypes[i]!) }));
  return (value) => {
    const { entries } = value as DuckDBStructValue;
    return `{${fields.map(({ name, format }) => `${name}=${format(entries[name] ?? null)}`).join(', ')}}`;
  };
}

function formatMicros(micros: bigint): string {
  return formatMillis(floorDivide(micros, 1000n));
}

function formatMillis(millis: bigint): string {
  const count = Number(millis);
  const day = Math.floor(count / MILLIS_A_DAY);
  return `${formatDay(day)} ${clockText(count - day * MILLIS_A_DAY)}`;
}

// Neighbouring rows are mostly of one day, and printing a day is the dear part.
let lastDay = Number.NaN;
let lastDayText = '';

function formatDay(day: number): string {
  if (day !== lastDay) {
    const iso = new Date(day * MILLIS_A_DAY).toISOString();
    // Years beyond four digits carry a sign there.
    lastDayText = iso.slice(0, iso.indexOf('T')).replace(/^\+0*/, '');
    lastDay = day;
  }
  return lastDayText;
}

function formatClock(millis: bigint): string {
  return clockText(Number(millis));
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));

function clockText(millis: number): string {
  const seconds = Math.floor(millis / 1000);
  const minutes = Math.floor(seconds / 60);
  const fraction = String(millis - seconds * 1000).padStart(3, '0');
  return `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}.${fraction}`;
}

function formatBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** `3-5` for year to month, `2 03:00:00.000` for day to second. */
function formatInterval({ months, days, micros }: DuckDBIntervalValue): string {
  if (months !== 0 && days === 0 && micros === 0n) {
    const count = Math.abs(months);
    return `${months < 0 ? '-' : ''}${Math.floor(count / 12)}-${count % 12}`;
  }
  const millis = (BigInt(days) + BigInt(months) * 30n) * MILLIS_PER_DAY + micros / 1000n;
  const size = millis < 0n ? -millis : millis;
  return `${millis < 0n ? '-' : ''}${size / MILLIS_PER_DAY} ${formatClock(size % MILLIS_PER_DAY)}`;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
