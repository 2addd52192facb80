import { RE2JS } from 're2js';
import type { CatalogColumn } from '../../../catalog/catalog.ts';
import { InvalidInputException } from '../errors.ts';
import type { Condition, Operator } from './condition.ts';
import { type Rank, type RankOf, rankOf } from './key-types.ts';
import { parseExpression } from './parse-expression.ts';

/** What Hive writes for a partition whose key is null. */
export const NULL_PARTITION = '__HIVE_DEFAULT_PARTITION__';

type Values = readonly string[];

/** SQL's three truths: undefined is what a comparison with null answers. */
type Truth = boolean | undefined;
type Test = (values: Values) => Truth;

interface Key {
  readonly index: number;
  readonly column: CatalogColumn;
  readonly rank: RankOf;
}

const HOLDS: Readonly<Record<Operator, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/**
 * Which partitions of a table with these keys an expression means. The null partition is in an answer only where the
 * expression says so: by IS NULL, or by naming it. @throws InvalidInputException
 */
export function compilePartitionExpression(
  expression: string,
  partitionKeys: readonly CatalogColumn[],
): (values: Values) => boolean {
  const test = compile(parseExpression(expression), (name) => findKey(partitionKeys, name));
  return (values) => test(values) === true;
}

function findKey(partitionKeys: readonly CatalogColumn[], name: string): Key {
  const index = partitionKeys.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  const column = partitionKeys[index];
  if (column === undefined)
    throw new InvalidInputException(`Expression names '${name}', which is not a partition key.`);
  return { index, column, rank: rankOf(column.type) };
}

function compile(condition: Condition, keyOf: (name: string) => Key): Test {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return joinTests(
        condition.kind,
        condition.parts.map((part) => compile(part, keyOf)),
      );
    case 'not':
      return negate(compile(condition.part, keyOf));
    case 'compare':
      return compareTest(keyOf(condition.key), condition.operator, condition.literal);
    case 'in': {
      const key = keyOf(condition.key);
      return joinTests(
        'or',
        condition.literals.map((literal) => compareTest(key, '=', literal)),
      );
    }
    case 'between': {
      const key = keyOf(condition.key);
      return joinTests('and', [compareTest(key, '>=', condition.low), compareTest(key, '<=', condition.high)]);
    }
    case 'like':
      return likeTest(keyOf(condition.key), condition.pattern);
    case 'isNull':
      return nullTest(keyOf(condition.key));
  }
}

/** AND is false as soon as one part is, OR true; an unknown part leaves what the others do not decide unknown. */
function joinTests(kind: 'and' | 'or', tests: readonly Test[]): Test {
  const decisive = kind === 'or';
  return (values) => {
    let outcome: Truth = !decisive;
    for (const test of tests) {
      const truth = test(values);
      if (truth === decisive) return decisive;
      if (truth === undefined) outcome = undefined;
    }
    return outcome;
  };
}

function negate(test: Test): Test {
  return (values) => {
    const truth = test(values);
    return truth === undefined ? undefined : !truth;
  };
}

function nullTest({ index }: Key): Test {
  return (values) => values[index] === NULL_PARTITION;
}

function compareTest(key: Key, operator: Operator, literal: string): Test {
  if (literal === NULL_PARTITION) {
    if (operator === '=') return nullTest(key);
    return operator === '<>' ? negate(nullTest(key)) : () => undefined;
  }
  const asked = key.rank(literal);
  if (asked === undefined)
    throw new InvalidInputException(`'${literal}' is not a ${key.column.type}, the type of '${key.column.name}'.`);
  const holds = HOLDS[operator];
  return (values) => {
    const actual = rankAt(key, values);
    return actual === undefined ? undefined : holds(actual < asked ? -1 : actual > asked ? 1 : 0);
  };
}

/** Undefined for the null partition, and for a value that is none of the key's type. */
function rankAt(key: Key, values: Values): Rank | undefined {
  const text = values[key.index];
  return text === undefined || text === NULL_PARTITION ? undefined : key.rank(text);
}

/** `%` any run, `_` one character; of the value's text whatever the key's type. */
function likeTest({ index }: Key, pattern: string): Test {
  const parts = pattern.split(/([%_])/).map((part) => (part === '%' ? '.*' : part === '_' ? '.' : RE2JS.quote(part)));
  const compiled = RE2JS.compile(parts.join(''), RE2JS.DOTALL);
  return (values) => {
    const text = values[index];
    return text === undefined || text === NULL_PARTITION ? undefined : compiled.matches(text);
  };
}
