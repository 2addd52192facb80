import { SqlError } from '../../ports/sql-engine.ts';
import type { TableName } from './statement.ts';
import { formatPosition, type Token, tokenize } from './tokens.ts';

const CATALOG = 'awsdatacatalog';
const NAME_CHARACTERS_MAX = 255;

/** Walks over the tokens of one statement and complains, with the place, about what should not be there. */
export class Cursor {
  readonly sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string) {
    this.sql = sql;
    this.#tokens = [...tokenize(sql)];
  }

  get next(): Token {
    return this.peek(0);
  }

  peek(ahead: number): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }

  take(): Token {
    const token = this.next;
    this.#at = Math.min(this.#at + 1, this.#tokens.length - 1);
    return token;
  }

  /** Takes these words if all of them come next. */
  takeWords(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => isWord(this.peek(ahead), word))) return false;
    this.#at += words.length;
    return true;
  }

  expectWord(word: string): void {
    if (!this.takeWords(word)) this.fail(word);
  }

  takeSign(sign: string): boolean {
    if (this.next.kind !== 'sign' || this.next.text !== sign) return false;
    this.take();
    return true;
  }

  expectSign(sign: string): void {
    if (!this.takeSign(sign)) this.fail(`'${sign}'`);
  }

  takeText(): string | undefined {
    return this.next.kind === 'text' || this.next.kind === 'quoted' ? this.take().text : undefined;
  }

  /** A name in lower case. */
  expectName(): string {
    const { kind, text } = this.next;
    if (kind !== 'word' && kind !== 'name' && kind !== 'quoted') this.fail('a name');
    if (text.length === 0 || text.length > NAME_CHARACTERS_MAX) this.fail('a name of 1 to 255 characters');
    this.take();
    return text.toLowerCase();
  }

  /** `table`, `database.table` or `catalog.database.table`. */
  expectTableName(): TableName {
    const parts = this.#dotted(3);
    const table = parts.pop() ?? '';
    const database = parts.pop();
    return database === undefined ? { table } : { database, table };
  }

  /** `database` or `catalog.database`. */
  expectDatabaseName(): string {
    return this.#dotted(2).pop() ?? '';
  }

  /** A trailing `;` is none of the statement. */
  expectEnd(): void {
    const hadSemicolon = this.takeSign(';');
    while (this.takeSign(';'));
    if (this.next.kind === 'end') return;
    if (hadSemicolon) throw this.refusal('NOT_SUPPORTED', 'Only one statement can be run at a time');
    this.fail('the end of the statement');
  }

  fail(expected: string): never {
    const { kind, text, start } = this.next;
    const found = kind === 'end' ? '<EOF>' : `'${text.slice(0, 60)}'`;
    const why = kind === 'bad' ? `unterminated ${found}` : `mismatched input ${found} expecting ${expected}`;
    throw new SqlError('user', `FAILED: ParseException line ${formatPosition(this.sql, start)} ${why}`);
  }

  /** An error at `token`, the next one unless it is said. */
  refusal(name: string, text: string, token = this.next): SqlError {
    return new SqlError('user', `${name}: line ${formatPosition(this.sql, token.start)}: ${text}`);
  }

  #dotted(partsMax: number): string[] {
    const first = this.next;
    const parts = [this.expectName()];
    while (this.takeSign('.')) parts.push(this.expectName());
    if (parts.length > partsMax) this.fail(`a name of at most ${partsMax} parts`);
    if (parts.length === partsMax && parts[0] !== CATALOG)
      throw this.refusal('CATALOG_NOT_FOUND', `Catalog '${parts[0]}' does not exist`, first);
    return parts;
  }
}

export function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text.toUpperCase() === word;
}
