import { RE2JS } from 're2js';

/** The expression is neither glob text nor a regular expression. */
export class NameExpressionError extends Error {
  constructor(expression: string, reason: string) {
    super(`'${expression}' is not a valid expression: ${reason}`);
    this.name = 'NameExpressionError';
  }
}

const GLOB = /^[\p{L}\p{M}\p{N}_*|-]*$/u;
const FLAGS = RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL;

/**
 * Which names an expression means (decision G11). Of name characters, `*` and `|` alone it is what most clients send: a
 * glob with alternatives. Anything else is a regular expression, matched in linear time whatever it says. Both have to
 * match the whole name, in any case. @throws NameExpressionError
 */
export function compileNameExpression(expression: string): (name: string) => boolean {
  const pattern = compile(GLOB.test(expression) ? expression.replaceAll('*', '.*') : expression, expression);
  return (name) => pattern.matches(name);
}

function compile(pattern: string, expression: string): RE2JS {
  try {
    return RE2JS.compile(pattern, FLAGS);
  } catch (error) {
    throw new NameExpressionError(expression, (error as Error).message);
  }
}
