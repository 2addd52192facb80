import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesPattern } from './name-pattern.ts';

test('no pattern fits every name, an empty one none', () => {
  expect(matchesPattern('a', undefined)).toBe(true);
  expect(matchesPattern('a', '')).toBe(false);
});

test('* is any characters, | a choice, in any case', () => {
  expect(matchesPattern('flight_data', '*FLIGHT*')).toBe(true);
  expect(matchesPattern('a_b', 'x|a*')).toBe(true);
  expect(matchesPattern('a_b', 'a')).toBe(false);
  expect(matchesPattern('sales', 'sa.*')).toBe(true);
});

test('agrees with a regular expression', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '*', '|'), maxLength: 8 }),
      (name, pattern) => {
        const expression = new RegExp(`^(?:${pattern.replaceAll('*', '.*')})$`);
        expect(matchesPattern(name, pattern)).toBe(expression.test(name));
      },
    ),
  );
});

test('many stars end soon', () => {
  expect(matchesPattern('a'.repeat(255), `${'*a'.repeat(1000)}b`)).toBe(false);
});
