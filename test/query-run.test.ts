import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTable, closeLake, type Desk, type Lake, openDesk, openLake } from './query-lake.ts';

let lake: Lake;
let desk: Desk;

beforeAll(async () => {
  lake = await openLake();
  const columns = [
    { name: 'id', type: 'bigint' },
    { name: 'host', type: 'string' },
  ];
  await addTable(lake, 'hosts', columns, {
    '2026-01-01': `SELECT i::BIGINT AS id, 'h' || i AS host FROM range(3) t(i)`,
    '2026-01-02': `SELECT 10::BIGINT AS id, NULL::VARCHAR AS host`,
  });
  desk = await openDesk(lake);
});

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await closeLake(lake);
});

test('runs a SELECT over the partitions of a table and serves its rows', async () => {
  const done = await desk.run('SELECT dt, id, host FROM hosts ORDER BY id');
  expect(done).toMatchObject({ status: 'SUCCEEDED', header: ['dt', 'id', 'host'] });
  expect(done.rows).toEqual([
    ['2026-01-01', '0', 'h0'],
    ['2026-01-01', '1', 'h1'],
    ['2026-01-01', '2', 'h2'],
    ['2026-01-02', '10', null],
  ]);
  expect(desk.errors).toEqual([]);
});
