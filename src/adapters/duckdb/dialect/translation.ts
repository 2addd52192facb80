/** Between Trino's SQL and DuckDB's, by way of the parser's tree (athena-sql reference, 1). */
import { generate, parse, transpile } from '@polyglot-sql/sdk';
import { DialectError, notSupported } from './dialect-error.ts';
import { UNNEST_ROWS } from './from-rules.ts';
import { rewriteQuery } from './rewrite.ts';
import { type Assumptions, RewriteContext } from './rewrite-context.ts';
import { tokenize } from './tokens.ts';
import type { Json } from './tree.ts';

// NOTE: always `trino`, never `athena`: with the latter a backslash in a text is an escape (athena-sql reference, 1).
const TRINO = 'trino' as never;
const DUCKDB = 'duckdb' as never;

/** The tree of the one query in `sql`. */
export function parseQuery(sql: string): Json {
  const parsed = parse(sql, TRINO);
  if (!parsed.success) throw syntaxError(sql, parsed.error, parsed.errorStart);
  const [query, ...more] = parsed.ast as Json[];
  if (query === undefined || more.length > 0) throw new DialectError('SYNTAX_ERROR', 'expected one query');
  return query;
}

function syntaxError(sql: string, error: string | undefined, start: number | undefined): DialectError {
  const what = (error ?? 'cannot be parsed').replace(/^Parse error at line \d+, column \d+: /, '');
  const token = tokenize(sql).find((each) => each.start >= (start ?? 0));
  return new SyntaxDialectError(`mismatched input '${token?.text ?? '<EOF>'}'. ${what}`, token?.start ?? sql.length);
}

/** A syntax error knows its place better than by a word. */
export class SyntaxDialectError extends DialectError {
  readonly start: number;

  constructor(text: string, start: number) {
    super('SYNTAX_ERROR', text);
    this.start = start;
  }
}

/** `line 2:14` of an offset. */
export function placeOf(sql: string, offset: number): string {
  const lines = sql.slice(0, offset).split('\n');
  return `line ${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

/** The DuckDB texts to try in turn: the first one that binds is what the query means. */
export function* translations(query: Json): Generator<string> {
  let uses = { usedUnnest: true, usedReverse: true };
  for (const reversesArrays of [false, true]) {
    for (const unnestsRows of [false, true]) {
      if ((unnestsRows && !uses.usedUnnest) || (reversesArrays && !uses.usedReverse)) continue;
      const { text, context } = translate(query, { unnestsRows, reversesArrays });
      uses = context;
      yield text;
    }
  }
}

function translate(query: Json, assumptions: Assumptions): { text: string; context: RewriteContext } {
  const context = new RewriteContext(assumptions);
  const rewritten = rewriteQuery(structuredClone(query), context);
  const printed = generate([rewritten], TRINO);
  const text = printed.sql?.[0];
  if (!printed.success || text === undefined) throw notSupported(printed.error ?? 'this query');
  const translated = transpile(text, TRINO, DUCKDB, { unsupportedLevel: 'raise' } as never);
  const sql = translated.sql?.[0];
  if (!translated.success || sql === undefined) throw notSupported(translated.error ?? 'this query');
  return { text: deepenUnnests(sql), context };
}

/** `ATHENA_UNNEST_ROWS(x)` to `unnest(x, max_depth := 2)`. */
function deepenUnnests(sql: string): string {
  const tokens = tokenize(sql);
  const edits = new Map<number, readonly [end: number, by: string]>();
  tokens.forEach((token, i) => {
    if (token.kind !== 'word' || token.text.toLowerCase() !== UNNEST_ROWS) return;
    edits.set(token.start, [token.end, 'unnest']);
    let depth = 0;
    for (const each of tokens.slice(i + 1)) {
      if (each.text === '(') depth++;
      if (each.text === ')' && --depth === 0) {
        edits.set(each.start, [each.end, ', max_depth := 2)']);
        return;
      }
    }
  });
  let text = '';
  let at = 0;
  for (const [start, [end, by]] of [...edits].sort(([a], [b]) => a - b)) {
    text += sql.slice(at, start) + by;
    at = end;
  }
  return text + sql.slice(at);
}
