/** Operators, casts and literals rebuilt for DuckDB (athena-sql reference, 4 and 5.2). */
import { notSupported } from './dialect-error.ts';
import { asArrays, isInterval, pushFilter } from './function-rules.ts';
import {
  asList,
  call,
  isObject,
  type Json,
  type JsonObject,
  kindOf,
  partsOf,
  template,
  textLiteral,
  textValue,
} from './tree.ts';

type Rule = (parts: JsonObject, node: Json) => Json;

export const EXPRESSION_RULES: Readonly<Record<string, Rule>> = {
  div: ({ left, right }) => call('athena_div', left!, right!),
  mod: ({ left, right }) => call('athena_mod', left!, right!),
  mod_func: (parts) => call('athena_mod', parts.this!, parts.expression!),
  add: (parts, node) => {
    if (isInterval(parts.right)) return call('athena_plus', parts.left!, parts.right!);
    if (isInterval(parts.left)) return call('athena_plus', parts.right!, parts.left!);
    return node;
  },
  sub: (parts, node) => (isInterval(parts.right) ? call('athena_minus', parts.left!, parts.right!) : node),
  concat: (parts, node) => {
    [parts.left, parts.right] = asArrays(parts.left!, parts.right!);
    return node;
  },
  cast: (parts, node) => castTo(parts, node, 'cast'),
  try_cast: (parts, node) => castTo(parts, node, 'try_cast'),
  at_time_zone: (parts) => call('athena_at_timezone', parts.this!, parts.zone!),
  literal: zonedTimestamp,
  extract: extractField,
  interval: compoundInterval,
  subscript: (parts, node) => {
    const index = partsOf(parts.index, 'literal');
    if (kindOf(parts.index) === 'neg' || (index?.literal_type === 'number' && Number(index.value) <= 0)) {
      throw notSupported('array subscripts below 1');
    }
    return node;
  },
  // FILTER over a call that became a macro.
  filter: (parts, node) => {
    const inner = partsOf(parts.this, 'function');
    if (inner === undefined || !/^athena_(min|max)_n$/.test(String(inner.name))) return node;
    const [first, ...rest] = asList(inner.args);
    return call(String(inner.name), pushFilter(parts.expression!, first!), ...rest);
  },
  lambda: (parts, node) => {
    if (parts.colon === true) throw notSupported('lambda expressions written with a colon', 'lambda');
    return node;
  },
  method_call: (parts) => {
    const name = isObject(parts.method) ? String(parts.method.name) : '';
    throw notSupported(`qualified function ${name}`, name);
  },
  parameter: () => {
    throw notSupported('named and numbered parameters');
  },
  property_e_q: () => {
    throw notSupported('named arguments');
  },
};

const INTEGERS = /^(int|big_int|small_int|tiny_int)$/;

function castTo(parts: JsonObject, node: Json, kind: 'cast' | 'try_cast'): Json {
  if (parts.double_colon_syntax === true) throw notSupported('casts written with ::', ':');
  const to = isObject(parts.to) ? parts.to : {};
  const from = parts.this!;
  const type = String(to.data_type);
  if (type === 'var_char' || type === 'char') return textCast(type, to.length ?? null, from, kind);
  if (type === 'json') return call('athena_to_json', from);
  if (type === 'decimal') fillDecimal(to);
  if (type === 'timestamp' || type === 'time') to.precision = null;
  if (INTEGERS.test(type)) parts.this = call('athena_half_up', from);
  if (isObject(to)) fixNested(to);
  return node;
}

function textCast(type: string, length: Json, from: Json, _kind: string): Json {
  const text = call('athena_varchar', from);
  const size = Number(length ?? 1);
  const number = { literal: { literal_type: 'number', value: String(size) } };
  if (type === 'var_char') return length === null ? text : call('athena_left', text, number);
  return call('athena_rpad', call('athena_left', text, number), number);
}

function fillDecimal(to: JsonObject): void {
  to.precision ??= 38;
  to.scale ??= 0;
}

// Types inside arrays, maps and rows: the same gaps, filled in place.
function fixNested(type: JsonObject): void {
  for (const part of Object.values(type)) {
    for (const inner of Array.isArray(part) ? part : [part]) {
      if (!isObject(inner)) continue;
      if (inner.data_type === 'decimal') fillDecimal(inner);
      if (inner.data_type === 'timestamp') inner.precision = null;
      fixNested(inner);
    }
  }
}

/** `TIMESTAMP '… Zone/City'` is a timestamp with time zone. */
function zonedTimestamp(parts: JsonObject, node: Json): Json {
  if (parts.literal_type !== 'timestamp') return node;
  const zoned = /^(.*\d)\s*([A-Za-z][\w/+-]*|[+-]\d{1,2}(?::?\d{2})?)$/s.exec(String(parts.value));
  const date = /^\s*\d{4}-\d{2}-\d{2}\s*$/.test(String(parts.value));
  if (zoned === null || date) return node;
  const [, time = '', zone = ''] = zoned;
  const offset = /^[+-]/.test(zone);
  if (offset && !/:/.test(time)) return node;
  return template('CAST($text AS TIMESTAMP WITH TIME ZONE)', {
    text: textLiteral(offset ? `${time}${zone}` : `${time} ${zone}`),
  });
}

const EXTRACTED: Readonly<Record<string, string>> = {
  dayofweek: 'athena_dow',
  day_of_week: 'athena_dow',
  dow: 'athena_dow',
  dayofyear: 'athena_doy',
  day_of_year: 'athena_doy',
  doy: 'athena_doy',
  yearofweek: 'athena_yow',
  year_of_week: 'athena_yow',
  yow: 'athena_yow',
};

function extractField(parts: JsonObject, node: Json): Json {
  const field = isObject(parts.field) ? String(parts.field.Custom ?? '') : String(parts.field);
  const name = EXTRACTED[field.toLowerCase()];
  if (name !== undefined) return call(name, parts.this!);
  if (/timezone/i.test(field)) throw notSupported(`extract(${field})`, 'extract');
  return node;
}

/** `INTERVAL '1-2' YEAR TO MONTH` in months, `INTERVAL '1 02:03:04' DAY TO SECOND` in seconds. */
function compoundInterval(parts: JsonObject, node: Json): Json {
  const unit = isObject(parts.unit) ? parts.unit : {};
  if (unit.type !== 'span') return node;
  const text = textValue(parts.this) ?? '';
  const months = /^\s*(-?)(\d+)-(\d+)\s*$/.exec(text);
  if (unit.this === 'Year' && unit.expression === 'Month' && months !== null) {
    return ofUnit(`${months[1]}${Number(months[2]) * 12 + Number(months[3])}`, 'MONTH');
  }
  const clock = /^\s*(-?)(\d+) (\d+):(\d+)(?::(\d+)(?:\.\d+)?)?\s*$/.exec(text);
  if (unit.this !== 'Day' || clock === null) throw notSupported('this form of INTERVAL', 'interval');
  const [, sign = '', days, hours, minutes, seconds] = clock;
  const total = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds ?? 0);
  return ofUnit(`${sign}${total}`, 'SECOND');
}

function ofUnit(count: string, unit: 'MONTH' | 'SECOND'): Json {
  const interval = structuredClone(template(`INTERVAL '1' ${unit}`, {}));
  const parts = partsOf(interval, 'interval');
  if (parts !== undefined) parts.this = textLiteral(count);
  return interval;
}
