/**
 * From what the user sent to the one query the parser gets: one statement only, EXPLAIN taken off, `?` filled in, and
 * literals spelt out that the parser does not read (athena-sql reference, 5.2). Works on tokens, so strings and comments
 * stay as they are.
 */
import { DialectError, notSupported } from './dialect-error.ts';
import { isWord, type Token, textOf, tokenize } from './tokens.ts';

export interface ReadStatement {
  readonly kind: 'query' | 'explain' | 'explain analyze';
  /** The query alone. Blanks stand where words were taken off, so places still hold. */
  readonly query: string;
}

const READING = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE', 'EXPLAIN', '(']);
const CAST_TYPES = new Set(
  'REAL DOUBLE BIGINT INTEGER INT SMALLINT TINYINT CHAR VARCHAR BOOLEAN VARBINARY JSON'.split(' '),
);

/** @throws DialectError for anything but one statement that reads. */
export function readStatement(sql: string, parameters: readonly string[]): ReadStatement {
  const single = onlyStatement(sql);
  const first = tokenize(single)[0];
  const keyword = first?.text.toUpperCase() ?? '';
  if (first === undefined) throw new DialectError('SYNTAX_ERROR', 'the statement is empty');
  if (!READING.has(keyword)) throw notSupported(`${keyword} statements are not run by the query engine`, first.text);
  const { kind, query } = keyword === 'EXPLAIN' ? takeOffExplain(single) : { kind: 'query' as const, query: single };
  return { kind, query: spellOutLiterals(fillParameters(query, parameters)) };
}

function onlyStatement(sql: string): string {
  const tokens = tokenize(sql);
  const end = tokens.find((token) => token.text === ';');
  if (end === undefined) return sql;
  const after = tokens.find((token) => token.start > end.start && token.text !== ';');
  if (after !== undefined) throw new DialectError('NOT_SUPPORTED', 'only one statement may be run at a time', ';');
  return sql.slice(0, end.start);
}

function takeOffExplain(sql: string): ReadStatement {
  const tokens = tokenize(sql);
  let at = 1;
  const analyze = isWord(tokens[at], 'ANALYZE');
  if (analyze) at++;
  if (isWord(tokens[at], 'VERBOSE')) at++;
  if (tokens[at]?.text === '(' && !startsQuery(tokens[at + 1])) at = checkExplainOptions(tokens, at);
  const start = tokens[at]?.start ?? sql.length;
  return { kind: analyze ? 'explain analyze' : 'explain', query: blanks(sql.slice(0, start)) + sql.slice(start) };
}

function startsQuery(token: Token | undefined): boolean {
  return ['SELECT', 'WITH', 'VALUES', 'TABLE'].some((word) => isWord(token, word)) || token?.text === '(';
}

// Only the forms that say what happens anyway.
function checkExplainOptions(tokens: readonly Token[], open: number): number {
  const close = tokens.findIndex((token, i) => i > open && token.text === ')');
  const options = tokens.slice(open + 1, close < 0 ? undefined : close).map((token) => token.text.toUpperCase());
  for (const option of options.join(' ').split(' , ')) {
    if (option !== 'TYPE LOGICAL' && option !== 'FORMAT TEXT') throw notSupported(`EXPLAIN (${option})`, 'EXPLAIN');
  }
  return close + 1;
}

function fillParameters(query: string, parameters: readonly string[]): string {
  const marks = tokenize(query).filter((token) => token.text === '?');
  if (marks.length !== parameters.length) {
    const text = `Incorrect number of parameters: expected ${marks.length} but found ${parameters.length}`;
    throw new DialectError('INVALID_PARAMETER_USAGE', text);
  }
  return replaceAll(
    query,
    marks.map((mark, i) => ({ ...mark, by: literalText(parameters[i] ?? '') })),
  );
}

/** A parameter as a literal; text that is none is bound as a string (glue-athena reference, 6.1). */
function literalText(parameter: string): string {
  const tokens = tokenize(parameter);
  const kinds = tokens.map((token) => token.kind).join(' ');
  const whole = tokens.at(-1)?.end === parameter.trimEnd().length && !parameter.includes('--');
  const closed = tokens.every((token) => token.kind !== 'text' || /^'(?:[^']|'')*'$/.test(token.text));
  const constant = kinds === 'word' && /^(true|false|null)$/i.test(parameter.trim());
  const signed = kinds === 'mark number' && /^[+-]$/.test(tokens[0]?.text ?? '');
  const plain = kinds === 'number' || kinds === 'text' || kinds === 'word text' || kinds === 'word text word';
  if (whole && closed && (constant || signed || plain)) return parameter.trim();
  return `'${parameter.replaceAll("'", "''")}'`;
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

function replaceAll(sql: string, replacements: readonly Replacement[]): string {
  let text = '';
  let at = 0;
  for (const { start, end, by } of replacements) {
    text += sql.slice(at, start) + by;
    at = end;
  }
  return text + sql.slice(at);
}

function spellOutLiterals(query: string): string {
  const tokens = tokenize(query);
  const replacements: Replacement[] = [];
  tokens.forEach((token, i) => {
    const replacement = spellOutAt(tokens, i, token);
    if (replacement !== undefined) replacements.push(replacement);
  });
  return replaceAll(query, replacements);
}

function spellOutAt(tokens: readonly Token[], i: number, token: Token): Replacement | undefined {
  const next = tokens[i + 1];
  const previous = tokens[i - 1];
  if (token.kind !== 'word' || next === undefined) return undefined;
  const word = token.text.toUpperCase();
  if (word === 'TABLE' && (previous === undefined || previous.text === '(') && next.text !== '(') {
    return { start: token.start, end: token.end, by: 'SELECT * FROM' };
  }
  if (word === 'U' && next.text === '&' && tokens[i + 2]?.kind === 'text' && tokens[i + 2]?.start === next.end) {
    return { start: token.start, end: tokens[i + 2]!.end, by: unicodeText(textOf(tokens[i + 2]!)) };
  }
  if (next.kind !== 'text' || isWord(previous, 'AS')) return undefined;
  if (word === 'DECIMAL') return { start: token.start, end: next.end, by: decimalCast(textOf(next)) };
  if (!CAST_TYPES.has(word)) return undefined;
  return { start: token.start, end: next.end, by: `CAST(${next.text} AS ${word})` };
}

function unicodeText(text: string): string {
  const decoded = text.replace(/\\(?:\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4})|(\\))/g, (_all, long, short, slash) =>
    slash === undefined ? String.fromCodePoint(Number.parseInt(long ?? short, 16)) : '\\',
  );
  return `'${decoded.replaceAll("'", "''")}'`;
}

function decimalCast(text: string): string {
  const digits = /^\s*[+-]?0*(\d*)\.?(\d*)\s*$/.exec(text);
  if (digits === null) throw new DialectError('SYNTAX_ERROR', `'${text}' is not a valid decimal literal`, `'${text}'`);
  const scale = digits[2]?.length ?? 0;
  const precision = Math.max(1, (digits[1]?.length ?? 0) + scale);
  return `CAST('${text.trim()}' AS DECIMAL(${precision}, ${scale}))`;
}

function blanks(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
