import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileNameExpression, NameExpressionError } from './name-expression.ts';

test('a glob matches what a naive matcher matches', () => {
  const naive = (pattern: string, name: string): boolean => {
    if (pattern === '') return name === '';
    if (pattern[0] !== '*') return pattern[0] === name[0] && naive(pattern.slice(1), name.slice(1));
    return naive(pattern.slice(1), name) || (name !== '' && naive(pattern, name.slice(1)));
  };
  const text = (characters: string, maxLength: number) =>
    fc.array(fc.constantFrom(...characters), { maxLength }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(text('ab_*', 5), { minLength: 1, maxLength: 3 }), text('ab_', 6), (globs, name) => {
      const expected = globs.some((glob) => naive(glob, name));
      expect(compileNameExpression(globs.join('|').toUpperCase())(name)).toBe(expected);
    }),
  );
});

test('an expression that is none says why', () => {
  expect(() => compileNameExpression('a[')).toThrow(NameExpressionError);
});
