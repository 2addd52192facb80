import { afterAll, expect, test } from 'vitest';
import { SandboxPool } from '../src/adapters/duckdb/sandbox-pool.ts';
import { Lake } from './sql-lake-fixture.ts';

const lake = await Lake.open();
afterAll(() => lake[Symbol.asyncDispose]());

test('a process that answered well serves the next statement; any other is ended', async () => {
  await using pool = new SandboxPool(1);
  const first = pool.take();
  await first.ready;
  pool.release(first, true);
  const second = pool.take();
  expect(second).toBe(first);
  pool.release(second, false);
  await second.ended();
  const third = pool.take();
  expect(third).not.toBe(first);
  await third.ready;
  pool.release(third, true);
});

test('a statement sees the files it names and nothing of the one before', async () => {
  for (const text of ['one', 'two', 'three']) {
    await lake.addTable('t', [['name', 'string']], { '2024-01-01': `SELECT '${text}' AS name` });
    expect((await lake.ask('SELECT name FROM t')).lines).toEqual(['"name"', `"${text}"`]);
  }
  lake.tables.delete('t');
  await expect(lake.ask('SELECT name FROM t')).rejects.toThrow(/^TABLE_NOT_FOUND/);
});
