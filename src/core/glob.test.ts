import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileGlob } from './glob.ts';

test('a glob matches what a naive matcher matches', () => {
  const naive = (pattern: string, name: string): boolean => {
    if (pattern === '') return name === '';
    if (pattern[0] !== '*') return pattern[0] === name[0] && naive(pattern.slice(1), name.slice(1));
    return naive(pattern.slice(1), name) || (name !== '' && naive(pattern, name.slice(1)));
  };
  const text = (characters: string, maxLength: number) =>
    fc.array(fc.constantFrom(...characters), { maxLength }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text('ab.*', 8), text('ab.', 10), (glob, name) => {
      expect(compileGlob(glob.toUpperCase())(name)).toBe(naive(glob, name));
    }),
  );
});

test('a glob of many stars takes no long time over a name that nearly matches', () => {
  const startedMs = performance.now();
  expect(compileGlob(`${'*a'.repeat(500)}b`)('a'.repeat(2000))).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(500);
});
