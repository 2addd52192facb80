import { SqlError } from '../../ports/sql-engine.ts';
import { Cursor, isWord } from './cursor.ts';
import { CREATE_TABLE_AS, HEADS, type Head } from './heads.ts';
import type { Statement, StatementType } from './statement.ts';
import { formatPosition, type Token, tokenize } from './tokens.ts';

export interface StatementClass {
  readonly type: StatementType;
  readonly substatementType?: string;
  /** Extension of the file the answer is written to. */
  readonly extension: 'csv' | 'txt';
}

const HEAD_WORDS_MAX = 4;

/** Whether there is anything in the text but blanks, comments and semicolons. */
export function isEmptyStatement(sql: string): boolean {
  for (const token of tokenize(sql)) {
    if (token.kind === 'end') return true;
    if (token.text !== ';') return false;
  }
  return true;
}

/** What kind of statement this is, as far as its first words tell. Never fails: that is for when it runs. */
export function classifyStatement(sql: string): StatementClass {
  const head = findHead(sql);
  if (head === undefined) return { type: 'DDL', extension: 'txt' };
  return { type: head.type, substatementType: head.substatementType, extension: head.writesCsv ? 'csv' : 'txt' };
}

/** @throws SqlError when it is no statement we can run. */
export function parseStatement(sql: string): Statement {
  const head = findHead(sql);
  if (head === undefined) throw unknownStatement(sql);
  if (head.parse === undefined) throw unsupported(sql, head);
  if (head.writesCsv) return { kind: 'read' };
  const cursor = new Cursor(sql);
  cursor.takeWords(...head.words);
  const statement = head.parse(cursor);
  cursor.expectEnd();
  return statement;
}

function findHead(sql: string): Head | undefined {
  const first = firstTokens(sql);
  // A query in parentheses: `(SELECT 1) UNION (SELECT 2)`.
  const lead = first[0]?.kind === 'sign' && first[0].text === '(' ? [SELECT] : first;
  const found = HEADS.find(({ words }) => words.every((word, i) => lead[i] !== undefined && isWord(lead[i], word)));
  return found?.words.join(' ') === 'CREATE TABLE' && hasQuery(sql) ? CREATE_TABLE_AS : found;
}

const SELECT: Token = { kind: 'word', text: 'SELECT', start: 0, end: 0 };

function firstTokens(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const token of tokenize(sql)) {
    tokens.push(token);
    if (tokens.length === HEAD_WORDS_MAX) break;
  }
  return tokens;
}

function hasQuery(sql: string): boolean {
  let afterAs = false;
  for (const token of tokenize(sql)) {
    if (afterAs && (token.text === '(' || ['SELECT', 'WITH', 'VALUES', 'TABLE'].some((word) => isWord(token, word))))
      return true;
    afterAs = isWord(token, 'AS');
  }
  return false;
}

function unsupported(sql: string, head: Head): SqlError {
  const name = head === CREATE_TABLE_AS ? 'CREATE TABLE AS SELECT' : head.words.join(' ');
  return new SqlError('user', `NOT_SUPPORTED: line ${startOf(sql)}: ${name} is not supported by Periplus`);
}

function unknownStatement(sql: string): SqlError {
  const text = firstTokens(sql)[0]?.text ?? '';
  const expected = "Expecting: 'CREATE', 'DESCRIBE', 'DROP', 'EXPLAIN', 'SELECT', 'SHOW', 'TABLE', 'VALUES', 'WITH'";
  return new SqlError(
    'user',
    `SYNTAX_ERROR: line ${startOf(sql)}: mismatched input '${text.slice(0, 60)}'. ${expected}`,
  );
}

function startOf(sql: string): string {
  return formatPosition(sql, firstTokens(sql)[0]?.start ?? 0);
}
