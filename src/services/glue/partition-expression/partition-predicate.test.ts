import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidInputException } from '../errors.ts';
import { compilePartitionExpression, NULL_PARTITION } from './partition-predicate.ts';

const key = (type: string) => [{ name: 'k', type }];
const matches = (expression: string, type: string, value: string) =>
  compilePartitionExpression(expression, key(type))([value]);

describe('comparison by the type of the key', () => {
  test.each([
    ['k < 10', 'int', '9', true],
    ["k < '10'", 'string', '9', false],
    ['k = 01', 'int', '1', true],
    ['k = 01', 'string', '1', false],
    ['k > 9007199254740992', 'bigint', '9007199254740993', true],
    ['k = 1.50', 'decimal(10,2)', '1.5', true],
    ['k < -1', 'smallint', '-2', true],
    ['k = 1e3', 'double', '1000', true],
    ["k > '2026-01-09'", 'date', '2026-01-10', true],
    ["k = timestamp '2026-01-01'", 'timestamp', '2026-01-01 00:00:00', true],
    ["k < '2026-01-01 00:00:00.5'", 'timestamp', '2026-01-01T00:00:00.49', true],
    ["k = 'TRUE'", 'boolean', 'true', true],
    ["k = 'a'", 'varchar(3)', 'a', true],
    ["k = 'it''s'", 'string', "it's", true],
    ["k > '\u{ffee}'", 'string', '\u{1f991}', true],
    ['k = 1', 'int', 'garbage', false],
    ['k <> 1', 'int', 'garbage', false],
  ])('%s for %s holds for %s: %s', (expression, type, value, expected) => {
    expect(matches(expression, type, value)).toBe(expected);
  });

  test.each([
    ["k = 'x'", 'int'],
    ['k = 1.5e', 'double'],
    ["k between '2026-13-01' and '2026-12-01'", 'date'],
    ["k in (1, 'y')", 'bigint'],
    ["k > '24:00'", 'timestamp'],
    ["k = 'yes'", 'boolean'],
  ])('%s is refused for %s', (expression, type) => {
    expect(() => matches(expression, type, '1')).toThrow(InvalidInputException);
  });
});

describe('grammar', () => {
  test.each([
    ['K=1', '1', true],
    ['"k" = 1', '1', true],
    ['`k` = 1', '1', true],
    ['1 = k', '1', true],
    ['2 > k', '1', true],
    ['2 <= k', '1', false],
    ['k != 1', '2', true],
    ['k <> 1', '1', false],
    ['k in (1,2 , 3)', '3', true],
    ['k NOT IN (1,2)', '3', true],
    ['k between 2 and 4 and k > 3', '4', true],
    ['k not between 2 and 4', '3', false],
    ['k = 1 or k = 2 and k = 3', '1', true],
    ['(k = 1 or k = 2) and k = 3', '1', false],
    ['not k = 1 and k = 2', '2', true],
    ['not (k = 1 and k = 2)', '1', true],
    ['k is not null', '1', true],
    ["k like '1%3'", '1003', true],
    ["k like '1_3'", '1003', false],
    ["k not like '2%'", '1003', true],
    [' k\n=\t1 ', '1', true],
  ])('%s with %s: %s', (expression, value, expected) => {
    expect(matches(expression, 'int', value)).toBe(expected);
  });

  test.each([
    'k',
    'k =',
    '= 1',
    'k = 1 and',
    'and k = 1',
    'k = 1)',
    '(k = 1',
    'k == 1',
    'k in 1',
    'k in (1',
    'k between 1 or 2',
    'k is 1',
    'k not = 1',
    'k = k',
    '1 = 1',
    'z = 1',
    "k = 'a",
    'k = 1; drop',
    'k = 5x',
    `${'('.repeat(200)}k = 1${')'.repeat(200)}`,
    `${'not '.repeat(200)}k = 1`,
  ])('%s is refused', (expression) => {
    expect(() => compilePartitionExpression(expression, key('int'))).toThrow(InvalidInputException);
  });

  test('LIKE takes pattern characters of regular expressions as they are', () => {
    expect(matches("k like 'a.b%'", 'string', 'axb')).toBe(false);
    expect(matches("k like 'a.b%'", 'string', 'a.b\nc')).toBe(true);
    expect(matches(`k like '${'%a'.repeat(300)}'`, 'string', 'b'.repeat(1000))).toBe(false);
  });
});

test('the null partition is in an answer only where the expression says so', () => {
  const isIn = (expression: string) => matches(expression, 'int', NULL_PARTITION);
  for (const expression of [
    'k = 1',
    'k <> 1',
    'not k = 1',
    'k > 1 or k <= 1',
    'k in (1)',
    "k like '%'",
    'k is not null',
  ])
    expect(isIn(expression)).toBe(false);
  for (const expression of [
    'k is null',
    `k = '${NULL_PARTITION}'`,
    `k in (1, '${NULL_PARTITION}')`,
    'k = 1 or k is null',
  ])
    expect(isIn(expression)).toBe(true);
  expect(matches(`k <> '${NULL_PARTITION}'`, 'int', '1')).toBe(true);
  expect(matches(`k > '${NULL_PARTITION}'`, 'int', '1')).toBe(false);
});

/** A tree with the answer a person would give, next to the text of it. Two keys: `n` numbers, `s` texts. */
interface Model {
  readonly text: string;
  readonly eval: (n: number | null, s: string | null) => boolean | null;
}

const OPERATORS: Record<string, (a: number | string, b: number | string) => boolean> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
const NUMBER = fc.integer({ min: -12, max: 12 });
const TEXT = fc.string({ unit: fc.constantFrom('a', 'b', "'"), maxLength: 3 });
const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const and3 = (a: boolean | null, b: boolean | null) =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const not3 = (a: boolean | null) => (a === null ? null : !a);

const operator = fc.constantFrom(...Object.keys(OPERATORS));
const leaf: fc.Arbitrary<Model> = fc.oneof(
  fc.tuple(operator, NUMBER).map(([sign, asked]) => ({
    text: `n ${sign} ${asked}`,
    eval: (n: number | null) => (n === null ? null : OPERATORS[sign]!(n, asked)),
  })),
  fc.tuple(operator, TEXT).map(([sign, asked]) => ({
    text: `s ${sign} ${quote(asked)}`,
    eval: (_: number | null, s: string | null) => (s === null ? null : OPERATORS[sign]!(s, asked)),
  })),
  fc.array(NUMBER, { minLength: 1, maxLength: 4 }).map((asked) => ({
    text: `n in (${asked.join(', ')})`,
    eval: (n: number | null) => (n === null ? null : asked.includes(n)),
  })),
  fc.tuple(NUMBER, NUMBER).map(([low, high]) => ({
    text: `n BETWEEN ${low} AND '${high}'`,
    eval: (n: number | null) => (n === null ? null : low <= n && n <= high),
  })),
  TEXT.map((asked) => ({
    text: `s like ${quote(`%${asked}%`)}`,
    eval: (_: number | null, s: string | null) => s?.includes(asked) ?? null,
  })),
  fc.constant({ text: 's IS NULL', eval: (_: number | null, s: string | null) => s === null }),
);
const tree = fc.letrec<{ node: Model }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    tie('node').map((part) => ({ text: `NOT (${part.text})`, eval: (n, s) => not3(part.eval(n, s)) }) as Model),
    fc
      .tuple(tie('node'), tie('node'))
      .map(
        ([a, b]) =>
          ({ text: `(${a.text}) and (${b.text})`, eval: (n, s) => and3(a.eval(n, s), b.eval(n, s)) }) as Model,
      ),
    fc.tuple(tie('node'), tie('node')).map(
      ([a, b]) =>
        ({
          text: `((${a.text}) OR (${b.text}))`,
          eval: (n, s) => not3(and3(not3(a.eval(n, s)), not3(b.eval(n, s)))),
        }) as Model,
    ),
  ),
})).node;

test('any expression chooses what a naive model chooses', () => {
  const keys = [
    { name: 'n', type: 'int' },
    { name: 's', type: 'string' },
  ];
  const row = fc.tuple(fc.option(NUMBER), fc.option(TEXT));
  fc.assert(
    fc.property(tree, fc.array(row, { minLength: 1, maxLength: 8 }), (model, rows) => {
      const predicate = compilePartitionExpression(model.text, keys);
      for (const [n, s] of rows) {
        const values = [n === null ? NULL_PARTITION : String(n), s === null ? NULL_PARTITION : s];
        expect([model.text, predicate(values)]).toEqual([model.text, model.eval(n, s) === true]);
      }
    }),
    { numRuns: 500 },
  );
});
