import { expect, test } from 'vitest';
import { duckdbTypeOf } from './hive-types.ts';

test.each([
  ['string', 'VARCHAR'],
  ['VARCHAR(20)', 'VARCHAR'],
  ['decimal(10, 2)', 'DECIMAL(10,2)'],
  ['decimal(5)', 'DECIMAL(5,0)'],
  ['array<map<string,struct<a:int,b:array<double>>>>', 'MAP(VARCHAR, STRUCT("a" INTEGER, "b" DOUBLE[]))[]'],
  ['struct<Odd "name:binary>', 'STRUCT("Odd ""name" BLOB)'],
])('%s is %s', (hive, duckdb) => {
  expect(duckdbTypeOf(hive)).toBe(duckdb);
});

test.each(['nonsense', 'struct<a>', 'map<int>', 'decimal(1,2); DROP TABLE x'])('%s is no type', (hive) => {
  expect(() => duckdbTypeOf(hive)).toThrow(/Unknown column type/);
});
