/** Words, names, texts and signs of a statement, for our own parser only: queries are the engine's to read. */

export type TokenKind = 'word' | 'name' | 'quoted' | 'text' | 'sign' | 'bad' | 'end';

export interface Token {
  /** `name` is back-quoted; `quoted` is in double quotes, a name or a text by where it stands; `bad` has no end. */
  readonly kind: TokenKind;
  /** Without its quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const BLANK = /\s/;
const WORD = /[\p{L}\p{N}_$]/u;
const QUOTED: Readonly<Record<string, TokenKind>> = { '`': 'name', '"': 'quoted', "'": 'text' };

/** Reads on demand, so that the first words of a long query cost nothing. Ends with one `end` token. */
export function* tokenize(sql: string): Generator<Token, void> {
  let at = skipBlanks(sql, 0);
  while (at < sql.length) {
    const token = readToken(sql, at);
    yield token;
    at = skipBlanks(sql, token.end);
  }
  yield { kind: 'end', text: '', start: sql.length, end: sql.length };
}

/** `L:C` of an offset, both from 1. */
export function formatPosition(sql: string, offset: number): string {
  const before = sql.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return `${before.split('\n').length}:${offset - lineStart + 1}`;
}

function skipBlanks(sql: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < sql.length && BLANK.test(sql[at]!)) at += 1;
    if (sql.startsWith('--', at)) at = endOf(sql, '\n', at);
    else if (sql.startsWith('/*', at)) at = endOf(sql, '*/', at + 2);
    else return at;
  }
}

/** Just after the next `mark`; the end of the text when there is none. */
function endOf(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  return found === -1 ? sql.length : found + mark.length;
}

function readToken(sql: string, start: number): Token {
  const first = sql[start]!;
  const kind = QUOTED[first];
  if (kind !== undefined) return readQuoted(sql, start, kind);
  let end = start;
  while (end < sql.length && WORD.test(sql[end]!)) end += 1;
  if (end > start) return { kind: 'word', text: sql.slice(start, end), start, end };
  return { kind: 'sign', text: first, start, end: start + 1 };
}

function readQuoted(sql: string, start: number, kind: TokenKind): Token {
  const mark = sql[start]!;
  let text = '';
  for (let at = start + 1; ; ) {
    const found = sql.indexOf(mark, at);
    if (found === -1) return { kind: 'bad', text: sql.slice(start), start, end: sql.length };
    text += sql.slice(at, found);
    if (sql[found + 1] !== mark) return { kind, text, start, end: found + 1 };
    text += mark;
    at = found + 2;
  }
}
