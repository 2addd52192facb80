import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { bindFirst } from '../src/adapters/duckdb/binding.ts';
import { readStatement } from '../src/adapters/duckdb/dialect/statement.ts';
import { qualifyTables } from '../src/adapters/duckdb/dialect/table-names.ts';
import { parseQuery, translations } from '../src/adapters/duckdb/dialect/translation.ts';
import { failureOf } from '../src/adapters/duckdb/failure.ts';
import { resultColumns } from '../src/adapters/duckdb/result-columns.ts';
import { openConnection } from '../src/adapters/duckdb/sandbox-session.ts';
import { formatterFor } from '../src/adapters/duckdb/value-text.ts';
import { type Case, COLLECTIONS, DATES, JSON_CASES, NUMBERS, QUERIES, REFUSALS, TEXTS } from './sql-dialect-cases.ts';

let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await openConnection();
});

interface Answer {
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

async function rowsOf(sql: string): Promise<Answer['rows']> {
  return (await answerOf(sql)).rows;
}

async function answerOf(sql: string, parameters: readonly string[] = []): Promise<Answer> {
  try {
    const tree = parseQuery(readStatement(sql, parameters).query);
    qualifyTables(tree, 'lake');
    const { statement } = await bindFirst(connection, translations(tree));
    const result = await statement.run();
    const formatters = result.columnTypes().map(formatterFor);
    const rows = await result.getRows();
    return {
      header: resultColumns(result).map(({ name }) => name),
      rows: rows.map((row) => row.map((value, i) => (value === null ? null : formatters[i]!(value)))),
    };
  } catch (error) {
    throw failureOf(error, { sql, paths: [], memoryBytesMax: 0 });
  }
}

const groups: Readonly<Record<string, readonly Case[]>> = {
  numbers: NUMBERS,
  dates: DATES,
  texts: TEXTS,
  json: JSON_CASES,
  collections: COLLECTIONS,
  refusals: REFUSALS,
};

for (const [group, cases] of Object.entries(groups)) {
  describe(group, () => {
    test.each(cases)('%s', async (expression, expected) => {
      if (expected instanceof RegExp) await expect(rowsOf(`SELECT ${expression}`)).rejects.toThrow(expected);
      else expect(await rowsOf(`SELECT ${expression}`)).toEqual([[expected]]);
    });
  });
}

describe('queries', () => {
  test.each(QUERIES)('%s', async (sql, header, rows) => {
    expect(await answerOf(sql)).toEqual({ header, rows });
  });
});

describe('parameters', () => {
  test.each([
    ['SELECT ? + 1', ['41'], '42'],
    ["SELECT ? || '?'", ["'it''s'"], "it's?"],
    ['SELECT ?', ["DATE '2024-01-02'"], '2024-01-02'],
    ['SELECT ?', ['-5'], '-5'],
    ['SELECT ?', ['plain words'], 'plain words'],
    ['SELECT ?', ["1'; DROP TABLE x --"], "1'; DROP TABLE x --"],
    ['SELECT ?', ["'a' || 'b'"], "'a' || 'b'"],
    ['SELECT ?', ["DECIMAL '1.50'"], '1.50'],
    ['SELECT ? -- ?', ['1'], '1'],
  ])('%s with %j', async (sql, parameters, expected) => {
    expect((await answerOf(sql, parameters)).rows).toEqual([[expected]]);
  });

  test('a wrong number of them is an error', async () => {
    await expect(answerOf('SELECT ?', [])).rejects.toThrow(
      'INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 0',
    );
  });
});
