import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { bindFirst } from '../src/adapters/duckdb/binding.ts';
import { readStatement } from '../src/adapters/duckdb/dialect/statement.ts';
import { qualifyTables } from '../src/adapters/duckdb/dialect/table-names.ts';
import { parseQuery, translations } from '../src/adapters/duckdb/dialect/translation.ts';
import { failureOf } from '../src/adapters/duckdb/failure.ts';
import { openConnection } from '../src/adapters/duckdb/sandbox-session.ts';
import { formatterFor } from '../src/adapters/duckdb/value-text.ts';
import { type Case, COLLECTIONS, DATES, JSON_CASES, NUMBERS, REFUSALS, TEXTS } from './sql-dialect-cases.ts';

let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await openConnection();
});

async function rowsOf(sql: string): Promise<(string | null)[][]> {
  try {
    const tree = parseQuery(readStatement(sql, []).query);
    qualifyTables(tree, 'lake');
    const { statement } = await bindFirst(connection, translations(tree));
    const result = await statement.run();
    const formatters = result.columnTypes().map(formatterFor);
    const rows = await result.getRows();
    return rows.map((row) => row.map((value, i) => (value === null ? null : formatters[i]!(value))));
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
