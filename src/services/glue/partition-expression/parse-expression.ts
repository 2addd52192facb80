import { InvalidInputException } from '../errors.ts';
import type { Condition, Operator } from './condition.ts';
import { readTokens, type Token } from './tokens.ts';

/** Parentheses and NOTs inside one another; the stack of a request must not depend on its text. */
const DEPTH_MAX = 64;

const OPERATORS: Readonly<Record<string, Operator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** The same comparison with its sides changed. */
const FLIPPED: Readonly<Record<Operator, Operator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const KEYWORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'IN', 'BETWEEN', 'LIKE', 'IS', 'NULL']);
const TYPE_PREFIXES: ReadonlySet<string> = new Set(['DATE', 'TIMESTAMP']);

/**
 * Reads the WHERE grammar of GetPartitions: comparisons of a key with literals, IN, BETWEEN, LIKE, IS NULL, joined by AND,
 * OR, NOT and parentheses. @throws InvalidInputException
 */
export function parseExpression(expression: string): Condition {
  return new ExpressionParser(readTokens(expression)).parse();
}

class ExpressionParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Condition {
    const condition = this.#disjunction();
    const left = this.#tokens[this.#at];
    if (left !== undefined) throw unexpected(left);
    return condition;
  }

  #disjunction(): Condition {
    return this.#joined('OR', () => this.#joined('AND', () => this.#negation()));
  }

  #joined(keyword: 'AND' | 'OR', readPart: () => Condition): Condition {
    const parts = [readPart()];
    while (this.#takeWord(keyword)) parts.push(readPart());
    return parts.length === 1 ? parts[0]! : { kind: keyword === 'AND' ? 'and' : 'or', parts };
  }

  #negation(): Condition {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) throw new InvalidInputException(`Expression is nested deeper than ${DEPTH_MAX}.`);
    const condition = this.#unguardedNegation();
    this.#depth -= 1;
    return condition;
  }

  #unguardedNegation(): Condition {
    if (this.#takeWord('NOT')) return { kind: 'not', part: this.#negation() };
    if (!this.#takeMark('(')) return this.#comparison();
    const inner = this.#disjunction();
    this.#expectMark(')');
    return inner;
  }

  #comparison(): Condition {
    const literal = this.#takeLiteral();
    if (literal !== undefined) {
      const operator = FLIPPED[this.#operator()];
      return { kind: 'compare', key: this.#key(), operator, literal };
    }
    const key = this.#key();
    const isNegated = this.#takeWord('NOT');
    const test = this.#keywordTest(key);
    if (test !== undefined) return isNegated ? { kind: 'not', part: test } : test;
    if (isNegated) throw unexpected(this.#tokens[this.#at]);
    return { kind: 'compare', key, operator: this.#operator(), literal: this.#literal() };
  }

  #keywordTest(key: string): Condition | undefined {
    if (this.#takeWord('IN')) return { kind: 'in', key, literals: this.#list() };
    if (this.#takeWord('LIKE')) return { kind: 'like', key, pattern: this.#literal() };
    if (this.#takeWord('BETWEEN')) {
      const low = this.#literal();
      if (!this.#takeWord('AND')) throw unexpected(this.#tokens[this.#at]);
      return { kind: 'between', key, low, high: this.#literal() };
    }
    if (!this.#takeWord('IS')) return undefined;
    const isNegated = this.#takeWord('NOT');
    if (!this.#takeWord('NULL')) throw unexpected(this.#tokens[this.#at]);
    return isNegated ? { kind: 'not', part: { kind: 'isNull', key } } : { kind: 'isNull', key };
  }

  #list(): string[] {
    this.#expectMark('(');
    const literals = [this.#literal()];
    while (this.#takeMark(',')) literals.push(this.#literal());
    this.#expectMark(')');
    return literals;
  }

  #literal(): string {
    const literal = this.#takeLiteral();
    if (literal === undefined) throw unexpected(this.#tokens[this.#at]);
    return literal;
  }

  /** A string or number; `date '…'` and `timestamp '…'` are their strings, because the key says the type. */
  #takeLiteral(): string | undefined {
    const token = this.#tokens[this.#at];
    const next = this.#tokens[this.#at + 1];
    if (token?.kind === 'word' && TYPE_PREFIXES.has(token.text.toUpperCase()) && next?.kind === 'string') {
      this.#at += 2;
      return next.text;
    }
    if (token?.kind !== 'string' && token?.kind !== 'number') return undefined;
    this.#at += 1;
    return token.text;
  }

  #key(): string {
    const token = this.#tokens[this.#at];
    const isKey = token?.kind === 'name' || (token?.kind === 'word' && !KEYWORDS.has(token.text.toUpperCase()));
    if (!isKey) throw unexpected(token);
    this.#at += 1;
    return token!.text;
  }

  #operator(): Operator {
    const token = this.#tokens[this.#at];
    const operator = token?.kind === 'mark' ? OPERATORS[token.text] : undefined;
    if (operator === undefined) throw unexpected(token);
    this.#at += 1;
    return operator;
  }

  #takeWord(keyword: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' || token.text.toUpperCase() !== keyword) return false;
    this.#at += 1;
    return true;
  }

  #takeMark(mark: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.#at += 1;
    return true;
  }

  #expectMark(mark: string): void {
    if (!this.#takeMark(mark)) throw unexpected(this.#tokens[this.#at]);
  }
}

function unexpected(token: Token | undefined): InvalidInputException {
  if (token === undefined) return new InvalidInputException('Expression ends too early.');
  return new InvalidInputException(`Expression has an unexpected '${token.text}'.`);
}
