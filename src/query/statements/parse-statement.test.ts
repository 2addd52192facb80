import { expect, test } from 'vitest';
import { classifyStatement, isEmptyStatement, parseStatement } from './parse-statement.ts';

test('classifies by the first words, whatever stands around them', () => {
  const classes: Record<string, [string, string | undefined, string]> = {
    '-- hello\n/* there */ select 1': ['DML', 'SELECT', 'csv'],
    '(SELECT 1) UNION (SELECT 2)': ['DML', 'SELECT', 'csv'],
    'WITH a AS (SELECT 1) SELECT * FROM a': ['DML', 'SELECT', 'csv'],
    'VALUES 1': ['DML', 'SELECT', 'csv'],
    'EXPLAIN SELECT 1': ['UTILITY', 'EXPLAIN', 'csv'],
    'show  tables': ['UTILITY', 'SHOW_TABLES', 'txt'],
    'DESC t': ['UTILITY', 'DESCRIBE', 'txt'],
    'SHOW CREATE TABLE t': ['UTILITY', 'SHOW_CREATE_TABLE', 'txt'],
    'CREATE OR REPLACE VIEW v AS SELECT 1': ['DDL', 'CREATE_VIEW', 'txt'],
    'CREATE TABLE t AS SELECT 1': ['DML', 'CREATE_TABLE_AS_SELECT', 'txt'],
    'CREATE EXTERNAL TABLE t (a int)': ['DDL', 'CREATE_EXTERNAL_TABLE', 'txt'],
    'INSERT INTO t SELECT 1': ['DML', 'INSERT', 'txt'],
    nonsense: ['DDL', undefined, 'txt'],
  };
  for (const [sql, [type, substatementType, extension]] of Object.entries(classes)) {
    const expected = substatementType === undefined ? { type, extension } : { type, substatementType, extension };
    expect(classifyStatement(sql), sql).toEqual(expected);
  }
});

test('nothing but blanks, comments and semicolons is no statement', () => {
  for (const sql of ['', ' \n', '-- x', '/* x', ';;', '/**/ ; -- ']) expect(isEmptyStatement(sql)).toBe(true);
  expect(isEmptyStatement('-- x\nSELECT 1')).toBe(false);
});

test('reads names bare, back-quoted and in double quotes, in lower case', () => {
  for (const sql of ['DESCRIBE Db.T', 'DESCRIBE `DB`.`t`', 'DESCRIBE AwsDataCatalog."db"."T";'])
    expect(parseStatement(sql)).toEqual({ kind: 'describe', name: { database: 'db', table: 't' }, formatted: false });
  expect(parseStatement('DESCRIBE 2020_a')).toMatchObject({ name: { table: '2020_a' } });
  expect(parseStatement('DESCRIBE formatted')).toMatchObject({ name: { table: 'formatted' }, formatted: false });
  expect(() => parseStatement('DESCRIBE other.db.t')).toThrow(/^CATALOG_NOT_FOUND: line 1:10/);
});

test('says where it stopped understanding', () => {
  const failures: Record<string, RegExp> = {
    'SHOW TABLES IN': /^FAILED: ParseException line 1:15 mismatched input <EOF> expecting a name/,
    "SHOW TABLES LIKE 'abc": /line 1:18 unterminated ''abc'/,
    'SHOW TBLPROPERTIES t (a)': /line 1:23 mismatched input 'a' expecting the name of a property/,
    'DROP VIEW\n  v CASCADE': /line 2:5 mismatched input 'CASCADE' expecting the end of the statement/,
    'CREATE VIEW v': /line 1:14 mismatched input <EOF> expecting AS/,
    'CREATE VIEW v AS ;': /expecting SELECT/,
    'SHOW FUNCTIONS': /^NOT_SUPPORTED: line 1:1: SHOW is not supported/,
  };
  for (const [sql, text] of Object.entries(failures)) expect(() => parseStatement(sql), sql).toThrow(text);
});

test('takes the SELECT of a view as written and probes it in its place', () => {
  const sql = "CREATE OR REPLACE VIEW db.v COMMENT 'it''s' AS\nSELECT a -- b;\nFROM t ; ";
  const view = parseStatement(sql);
  if (view.kind !== 'create-view') throw new Error(view.kind);
  expect(view).toMatchObject({ replaces: true, comment: "it's", sql: 'SELECT a -- b;\nFROM t' });
  expect(view.probeSql.indexOf('SELECT a')).toBe(sql.indexOf('SELECT a'));
  expect(view.probeSql).toMatch(/^WITH "v" AS \(\s+SELECT a -- b;\nFROM t\n\) SELECT \* FROM "v" LIMIT 0$/);
});
