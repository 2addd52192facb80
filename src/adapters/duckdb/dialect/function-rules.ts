/** Function calls rebuilt for DuckDB: renames by table, and the calls that need more than a name (athena-sql, 3.2 and 4). */
import { callOf, type FunctionCall } from './calls.ts';
import { jodaMask, mysqlMask } from './date-masks.ts';
import { DialectError, notSupported } from './dialect-error.ts';
import { AGGREGATE_MACROS, MACROS, PASSED, REFUSED, RENAMED } from './function-table.ts';
import { LAMBDA_RULES } from './lambda-rules.ts';
import { checkPattern, checkReplacement, duckdbJsonPath, laxPath } from './path-and-pattern.ts';
import type { RewriteContext } from './rewrite-context.ts';
import { call, isObject, type Json, kindOf, partsOf, template, textLiteral, textValue } from './tree.ts';

type Rule = (call: FunctionCall, context: RewriteContext, node: Json) => Json;

const RULES: Readonly<Record<string, Rule>> = {
  concat: ({ args }) => args.reduce(joined),
  greatest: (each) => nullAware(each, 'GREATEST'),
  least: (each) => nullAware(each, 'LEAST'),
  random: ({ args }, _context, node) => (args.length === 0 ? node : call('athena_random', ...args)),
  rand: ({ args }, _context, node) => (args.length === 0 ? node : call('athena_random', ...args)),
  min: ({ args }, _context, node) => (args.length === 2 ? call('athena_min_n', ...args) : node),
  max: ({ args }, _context, node) => (args.length === 2 ? call('athena_max_n', ...args) : node),
  substring: ({ args }) => call('athena_substr', ...args),
  mod: ({ args }) => call('athena_mod', ...args),
  sequence,
  date_format: ({ args, name }) => call('athena_strftime', args[0]!, textLiteral(mysqlMask(literal(args[1], name)))),
  date_parse: ({ args, name }) => call('athena_strptime', args[0]!, textLiteral(mysqlMask(literal(args[1], name)))),
  format_datetime: ({ args, name }) =>
    call('athena_strftime', args[0]!, textLiteral(jodaMask(literal(args[1], name), false))),
  parse_datetime: ({ args, name }) =>
    call('athena_strptime', args[0]!, textLiteral(jodaMask(literal(args[1], name), true))),
  from_unixtime: (each) => {
    if (each.args.length > 2) throw notSupported('from_unixtime with hours and minutes', each.name);
    return call('athena_from_unixtime', ...each.args);
  },
  from_iso8601_date: ({ args, name }, _context, node) => {
    const text = textValue(args[0]);
    if (text !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(text)) throw notSupported('week and ordinal dates', name);
    return node;
  },
  current_timestamp: withoutPrecision,
  localtimestamp: withoutPrecision,
  current_time: withoutPrecision,
  localtime: withoutPrecision,
  approx_percentile: ({ args, name, parts }, _context, node) => {
    if (args.length > 2) throw notSupported('approx_percentile with weights or accuracy', name);
    parts.name = 'approx_quantile';
    return node;
  },
  array_sort: ({ args, name }, _context, node) => {
    if (args.length > 1) throw notSupported('array_sort with a comparator', name);
    return node;
  },
  reverse: ({ args }, context, node) => {
    context.usedReverse = true;
    return context.assumptions.reversesArrays ? call('athena_list_reverse', ...args) : node;
  },
  normalize: ({ args, name }) => {
    const form = args.length > 1 ? JSON.stringify(args[1]) : '';
    if (args.length > 1 && !/"NFC"/i.test(form)) throw notSupported('normalize to another form than NFC', name);
    return call('athena_normalize', args[0]!);
  },
  concat_ws: ({ args }, _context, node) =>
    args.length === 2 && isArrayLike(args[1]) ? call('athena_array_join', args[1]!, args[0]!) : node,
  format: ({ args, name }) => formatted(args, name),
  row: (_each, _context, node) => node,
  json_extract: (each) => call('athena_json_extract', each.args[0]!, duckdbJsonPath(each.args[1])),
  json_extract_scalar: (each) => call('athena_json_extract_scalar', each.args[0]!, duckdbJsonPath(each.args[1])),
  json_size: (each) => call('athena_json_size', each.args[0]!, duckdbJsonPath(each.args[1])),
  json_value: (each) => call('athena_json_extract_scalar', each.args[0]!, laxPath(each)),
  json_query: (each) => call('athena_json_format', call('athena_json_extract', each.args[0]!, laxPath(each))),
  json_exists: (each) =>
    template('($found IS NOT NULL)', { found: call('athena_json_extract', each.args[0]!, laxPath(each)) }),
  regexp_like: withPattern,
  regexp_extract: withPattern,
  regexp_extract_all: withPattern,
  regexp_split: withPattern,
  regexp_count: (each) => {
    checkPattern(each.args[1]);
    return call('athena_regexp_count', ...each.args);
  },
  regexp_replace: ({ args, name, parts }, _context, node) => {
    if (kindOf(args[2]) === 'lambda') throw notSupported('regexp_replace with a lambda', name);
    const pattern = checkPattern(args[1]);
    parts.args = [args[0]!, pattern, ...args.slice(2).map((text) => checkReplacement(text, args[1]))];
    return node;
  },
};

/** Both sides of `||`; an element beside an array literal becomes an array of one: `ARRAY[1] || 2`. */
export function asArrays(left: Json, right: Json): [Json, Json] {
  const wrap = (side: Json, other: Json): Json => {
    const isElement = kindOf(side) === 'literal' || kindOf(side) === 'neg';
    return isElement && kindOf(other) === 'array_func' ? template('ARRAY[$side]', { side }) : side;
  };
  return [wrap(left, right), wrap(right, left)];
}

function joined(one: Json, other: Json): Json {
  const [left, right] = asArrays(one, other);
  return template('($left || $right)', { left, right });
}

/** The call rebuilt; undefined when `node` is no call that the dialect knows by name. */
export function rewriteCall(node: Json, context: RewriteContext): Json | undefined {
  const each = callOf(node);
  if (each === undefined) return undefined;
  const { name, args } = each;
  const lambdaRule = LAMBDA_RULES[name];
  if (lambdaRule !== undefined && !name.startsWith('athena_')) return lambdaRule(args, context, name);
  const rule = RULES[name];
  if (rule !== undefined) return rule(each, context, node);
  if (AGGREGATE_MACROS.has(name)) return aggregateMacro(each);
  if (MACROS.has(name)) return call(`athena_${name}`, ...args);
  const renamed = RENAMED[name];
  if (renamed !== undefined) {
    each.parts.name = renamed;
    return node;
  }
  if (PASSED.has(name)) return node;
  if (REFUSED.has(name) || name.startsWith('st_')) throw notSupported(`function ${name}`, name);
  throw new DialectError('FUNCTION_NOT_FOUND', `Function '${name}' not registered`, name);
}

/** `aggregate(…) FILTER (WHERE …)` over a macro: the condition moves into the first argument. */
export function pushFilter(condition: Json, first: Json): Json {
  return template('(CASE WHEN $condition THEN $first END)', { condition, first });
}

function aggregateMacro({ name, args, distinct, filter }: FunctionCall): Json {
  if (distinct) throw notSupported(`${name} with DISTINCT`, name);
  const [first, ...rest] = args;
  return call(`athena_${name}`, filter === null ? first! : pushFilter(filter, first!), ...rest);
}

function nullAware({ args, parts }: FunctionCall, name: string): Json {
  parts.name = name;
  const anyNull = args
    .map((arg) => template('$arg IS NULL', { arg }))
    .reduce((left, right) => template('($left OR $right)', { left, right }));
  return template('(CASE WHEN $anyNull THEN NULL ELSE $chosen END)', { anyNull, chosen: call(name, ...args) });
}

function withoutPrecision({ parts }: FunctionCall, _context: RewriteContext, node: Json): Json {
  parts.args = [];
  parts.no_parens = true;
  return node;
}

function withPattern({ args, parts }: FunctionCall, _context: RewriteContext, node: Json): Json {
  parts.args = [args[0]!, checkPattern(args[1]), ...args.slice(2)];
  return node;
}

function sequence({ args }: FunctionCall): Json {
  const [from, to, step] = args;
  if (step !== undefined) return call(isInterval(step) ? 'athena_sequence_t' : 'athena_sequence', from!, to!, step);
  if (!isDateLike(from) && !isDateLike(to)) return call('athena_sequence', from!, to!);
  return call('athena_sequence_t', from!, to!, template("INTERVAL '1' DAY", {}));
}

export function isInterval(node: Json | undefined): boolean {
  const kind = kindOf(node);
  if (kind === 'interval') return true;
  if (kind !== 'paren' && kind !== 'neg') return false;
  return isInterval(partsOf(node, kind)?.this);
}

const DATE_CALLS =
  /^(athena_(date_add|date_trunc|plus|minus|strptime|from_unixtime)|date|current_date|current_timestamp|now|localtimestamp|from_iso8601_date|from_iso8601_timestamp|last_day_of_month)$/;

function isDateLike(node: Json | undefined): boolean {
  const kind = kindOf(node);
  if (kind === 'paren') return isDateLike(partsOf(node, kind)?.this);
  if (kind === 'literal') return /^(date|timestamp)$/.test(String(partsOf(node, kind)?.literal_type));
  if (kind === 'cast' || kind === 'try_cast') {
    const to = partsOf(node, kind)?.to;
    return isObject(to) && /^(date|timestamp)$/.test(String(to.data_type));
  }
  if (kind === 'function') return DATE_CALLS.test(String(partsOf(node, kind)?.name).toLowerCase());
  return kind === 'current_date' || kind === 'current_timestamp';
}

export function isArrayLike(node: Json | undefined): boolean {
  const kind = kindOf(node);
  if (kind === 'array_func' || kind === 'array_agg') return true;
  const name = String(partsOf(node, 'function')?.name ?? '').toLowerCase();
  return /^(athena_(split|array_\w+|slice|flatten|sequence|repeat|trim_array)|list_\w+|array_\w+|map_keys|map_values)$/.test(
    name,
  );
}

function literal(node: Json | undefined, name: string): string {
  const text = textValue(node);
  if (text === undefined) throw notSupported(`${name} with a computed mask`, name);
  return text;
}

/** Java's format as printf: what `%s` prints is turned into text first, as printf takes text only there. */
function formatted(args: readonly Json[], name: string): Json {
  const mask = textValue(args[0]);
  if (mask === undefined) throw notSupported('format with a computed mask', name);
  const marks = [...mask.matchAll(/%(?:%|([-+ 0,#(]*)(\d*)(?:\.\d+)?([a-zA-Z])|)/g)].filter((mark) => mark[0] !== '%%');
  for (const [all, flags, , letter] of marks) {
    if (!/^[sdfexXob]$/.test(letter ?? '') || /[,(]/.test(flags ?? '')) throw notSupported(`format mark ${all}`, name);
  }
  const values = args.slice(1).map((arg, i) => (/[sb]/.test(marks[i]?.[3] ?? '') ? call('athena_varchar', arg) : arg));
  return call('printf', textLiteral(mask.replace(/%b/g, '%s')), ...values);
}
