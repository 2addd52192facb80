/** SQL cut into tokens, comments and blanks left out: enough to find statement ends, literals and the place of a word. */

export type TokenKind = 'word' | 'name' | 'text' | 'number' | 'mark';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// In order: line comment, block comment, 'text', "name" or `name`, number, word, one mark. No part can match twice.
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|('(?:[^']|'')*(?:'|$))|("(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$))|(\d[\w.]*(?:(?<=[eE])[+-]\d+)?|\.\d\w*)|([\p{L}_@$][\p{L}\p{N}_@$]*)|(\S)/gu;

const KINDS: readonly TokenKind[] = ['text', 'name', 'number', 'word', 'mark'];

export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(TOKEN)) {
    const group = match.slice(1).findIndex((part) => part !== undefined);
    const kind = KINDS[group];
    if (kind !== undefined)
      tokens.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}

/** `line 2:14` of the word's first appearance in the text; `line 1:1` when it is not there. */
export function locate(sql: string, word: string | undefined): string {
  const wanted = word?.toLowerCase();
  const token = wanted === undefined ? undefined : tokenize(sql).find((each) => bare(each) === wanted);
  const before = sql.slice(0, token?.start ?? 0);
  const lines = before.split('\n');
  return `line ${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

function bare({ kind, text }: Token): string {
  return (kind === 'name' ? text.slice(1, -1) : text).toLowerCase();
}

/** Whether the token is this keyword. */
export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}

/** The content of a text token: quotes off, doubled quotes single. */
export function textOf(token: Token): string {
  return token.text.slice(1, -1).replaceAll("''", "'");
}
