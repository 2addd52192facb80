import { expect, test } from 'vitest';
import { describeChanges } from './describe-changes.ts';

const content = (members: object, ...columns: [string, string, string?][]) =>
  JSON.stringify({
    tableName: 't',
    ...members,
    columns: columns.map(([columnName, dataType, columnDescription]) => ({ columnName, dataType, columnDescription })),
  });

test('the same content has no changes, and a new asset has none to tell', () => {
  expect(describeChanges(content({}, ['a', 'int']), content({}, ['a', 'int']))).toEqual([]);
  expect(describeChanges(undefined, content({}, ['a', 'int']))).toEqual([]);
});

test('columns that come, go, change and move are told by name', () => {
  const before = content({}, ['a', 'int'], ['b', 'int'], ['c', 'int', 'old']);
  const after = content({}, ['c', 'int', 'new'], ['a', 'bigint'], ['d', 'string']);
  expect(describeChanges(before, after)).toEqual([
    'column d added (string)',
    'column b removed',
    'column c: another comment',
    'column a: int -> bigint',
    'columns in another order',
  ]);
});

test('members that come, go and change are told with their values', () => {
  const before = content({ sourceLocation: 's3://a/', compressionType: 'gzip' }, ['a', 'int']);
  const after = content({ sourceLocation: 's3://b/', tableDescription: 'x' }, ['a', 'int']);
  expect(describeChanges(before, after)).toEqual([
    'sourceLocation: "s3://a/" -> "s3://b/"',
    'compressionType: "gzip" -> absent',
    'tableDescription: absent -> "x"',
  ]);
});
