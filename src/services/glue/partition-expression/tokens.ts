import { InvalidInputException } from '../errors.ts';

/** `word`: a bare name or keyword. `name`: a quoted name. `mark`: an operator, parenthesis or comma. */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'mark';
  readonly text: string;
}

const SHAPES: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /\s+/y],
  ['string', /'(?:[^']|'')*'/y],
  ['name', /"[^"]+"|`[^`]+`/y],
  ['number', /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y],
  ['word', /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy],
  ['mark', /<>|!=|>=|<=|[=<>(),]/y],
];

/** Cuts an expression into tokens, quotes taken off. @throws InvalidInputException at what is no token */
export function readTokens(expression: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < expression.length; ) {
    const [kind, text] = matchAt(expression, at);
    if (kind !== 'space') tokens.push({ kind, text: unquote(kind, text) });
    at += text.length;
  }
  return tokens;
}

function matchAt(expression: string, at: number): readonly [Token['kind'] | 'space', string] {
  for (const [kind, shape] of SHAPES) {
    shape.lastIndex = at;
    const text = shape.exec(expression)?.[0];
    if (text !== undefined) return [kind, text];
  }
  throw new InvalidInputException(
    `Expression cannot be read at position ${at + 1}: '${expression.slice(at, at + 20)}'.`,
  );
}

function unquote(kind: Token['kind'], text: string): string {
  if (kind === 'string') return text.slice(1, -1).replaceAll("''", "'");
  return kind === 'name' ? text.slice(1, -1) : text;
}
