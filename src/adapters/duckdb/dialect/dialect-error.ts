/** A refusal by the dialect: an Athena error name, what is wrong, and the word in the text it is about. */
import { SqlError } from '../../../ports/sql-engine.ts';
import { locate } from './tokens.ts';

export class DialectError extends Error {
  readonly code: string;
  /** The word to point at. */
  readonly word: string | undefined;

  constructor(code: string, text: string, word?: string) {
    super(text);
    this.code = code;
    this.word = word;
  }

  /** The error as users read it, with the place in `source` (athena-sql reference, 9). */
  toSqlError(source: string): SqlError {
    return new SqlError('user', `${this.code}: ${locate(source, this.word)}: ${this.message}`);
  }
}

export function notSupported(text: string, word?: string): DialectError {
  return new DialectError('NOT_SUPPORTED', text, word);
}
