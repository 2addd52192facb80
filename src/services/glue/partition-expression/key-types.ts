/** What values of a partition key compare by: larger values give larger results, whatever their text. */
export type Rank = bigint | number | string;

/** The rank of a value's text, or undefined when the text is no value of the type. */
export type RankOf = (text: string) => Rank | undefined;

const FRACTION_DIGITS = 40;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d{0,40}))?$|^([+-]?)\.(\d{1,40})$/;
const FLOAT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?$/;

const RANKS: Readonly<Record<string, RankOf>> = {
  tinyint: rankDecimal,
  smallint: rankDecimal,
  int: rankDecimal,
  integer: rankDecimal,
  bigint: rankDecimal,
  long: rankDecimal,
  decimal: rankDecimal,
  float: rankFloat,
  double: rankFloat,
  date: rankDate,
  timestamp: rankTimestamp,
  boolean: (text) => (/^(?:true|false)$/i.test(text) ? text.toLowerCase() : undefined),
};

/** How keys of a Hive type compare (decision G12): numbers as numbers, dates as dates, everything else as text. */
export function rankOf(hiveType: string): RankOf {
  const name = hiveType.toLowerCase().replace(/\(.*$/, '').trim();
  return Object.hasOwn(RANKS, name) ? RANKS[name]! : rankText;
}

/** By bytes of UTF-8, as the catalogue orders everything. */
function rankText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Exact at any size: a bigint holds more than a double does. */
function rankDecimal(text: string): bigint | undefined {
  const match = DECIMAL.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '0', fraction = match[5] ?? '', otherSign] = match;
  const digits = BigInt(whole + fraction.padEnd(FRACTION_DIGITS, '0'));
  return sign === '-' || otherSign === '-' ? -digits : digits;
}

function rankFloat(text: string): number | undefined {
  return FLOAT.test(text.trim()) ? Number(text) : undefined;
}

function rankDate(text: string): string | undefined {
  const match = DATE.exec(text.trim());
  if (match === null) return undefined;
  const [day, year, month, date] = match;
  const time = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date)));
  // A day that is none (30 February) would roll over into the next month.
  return time.getUTCMonth() === Number(month) - 1 && time.getUTCDate() === Number(date) ? day : undefined;
}

function rankTimestamp(text: string): string | undefined {
  const match = TIMESTAMP.exec(text.trim());
  if (match === null) return undefined;
  const [, day = '', hour = '00', minute = '00', second = '00', fraction = ''] = match;
  if (rankDate(day) === undefined || hour > '23' || minute > '59' || second > '59') return undefined;
  return `${day} ${hour}:${minute}:${second}.${fraction.padEnd(9, '0')}`;
}
