import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseDatabases, compileFilter, type FilterExpression } from './configuration.ts';

const expressions = fc.array(
  fc.record({
    type: fc.constantFrom<FilterExpression['type']>('INCLUDE', 'EXCLUDE'),
    expression: fc.constantFrom('*', 'a*', '*b', 'ab', 'B*', 'x'),
  }),
  { maxLength: 4 },
);

test('the order of the expressions means nothing, and an exclude always wins', () => {
  fc.assert(
    fc.property(expressions, fc.constantFrom('a', 'ab', 'b', 'ba', 'xb'), (filterExpressions, table) => {
      const takes = (rules: readonly FilterExpression[]) =>
        compileFilter({ relationalFilterConfigurations: [{ databaseName: 'd', filterExpressions: rules }] })(
          'd',
          table,
        );
      expect(takes(filterExpressions.toReversed())).toBe(takes(filterExpressions));
      expect(takes([...filterExpressions, { type: 'EXCLUDE', expression: table }])).toBe(false);
      const withoutIncludes = filterExpressions.filter((rule) => rule.type === 'EXCLUDE');
      if (takes(filterExpressions)) expect(takes(withoutIncludes)).toBe(true);
    }),
  );
});

test('a table is taken when one of the entries of its database takes it', () => {
  const entry = (databaseName: string, expression: string) => ({
    databaseName,
    filterExpressions: [{ type: 'INCLUDE' as const, expression }],
  });
  const takes = compileFilter({ relationalFilterConfigurations: [entry('D', 'a'), entry('*', 'b')] });
  expect([takes('d', 'a'), takes('d', 'b'), takes('e', 'a'), takes('e', 'b'), takes('e', 'c')]).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
});

test('a named database that is not there is missing, a pattern never is', () => {
  const relationalFilterConfigurations = ['b', 'B', 'A*', 'none', 'x*'].map((databaseName) => ({ databaseName }));
  expect(chooseDatabases({ relationalFilterConfigurations }, ['b', 'a2', 'a1', 'c'])).toEqual({
    found: ['a1', 'a2', 'b'],
    missing: ['none'],
  });
});
