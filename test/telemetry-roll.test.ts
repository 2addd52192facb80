import { expect, it } from 'vitest';
import { TABLE_NAMES } from '../src/core/records.ts';
import { DAY_MS } from '../src/core/time.ts';
import { openLake, processLine, START_MS } from './lake-world.ts';

const osLine = (times: readonly string[]) =>
  JSON.stringify({
    table: 'os_info_agent',
    columns: { host_name: times.map((_, row) => `h${row}`), timestamp: times },
  });
const daysBefore = (count: number) =>
  Array.from({ length: count }, (_, day) => new Date(START_MS - day * DAY_MS).toISOString());

it('rolls rows of many days in one go, each into the file of its day', { timeout: 120_000 }, async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('backfill');
  const days = daysBefore(400);
  await lake.send(agent, '1-0', osLine([...days, ...days]));
  await lake.rollAll();
  const files = await lake.liveFiles('os_info_agent');
  expect(files.map((file) => file.day).sort()).toEqual(days.map((time) => time.slice(0, 10)).sort());
  expect(files.every((file) => file.rows === 2)).toBe(true);
  expect(await lake.rows('os_info_agent', 'count(*) AS n, count(DISTINCT host_name) AS hosts')).toEqual([
    { n: '800', hosts: '800' },
  ]);
});

it('names more files in one roll than one statement has room for', { timeout: 120_000 }, async () => {
  await using lake = await openLake();
  for (const [index, agent] of (await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(lake.enroll))).entries()) {
    const times = Array.from({ length: 330 }, (_, day) =>
      new Date(START_MS - (index * 330 + day) * DAY_MS).toISOString(),
    );
    await lake.send(agent, '1-0', osLine(times));
  }
  await lake.rollAll();
  expect(await lake.liveFiles('os_info_agent')).toHaveLength(2310);
});

it('rolls the same segments into the same keys when its transaction failed', async () => {
  let failures = 1;
  await using lake = await openLake({
    wrapState: (state) => ({
      queries: state.queries,
      migrate: () => state.migrate(),
      [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
      transaction: (run) =>
        state.transaction(async (tx) => {
          const answer = await run(tx);
          const named = await tx.selectFrom('data_files').select('file_id').limit(1).executeTakeFirst();
          if (named !== undefined && failures-- > 0) throw new Error('killed before the commit');
          return answer;
        }),
    }),
  });
  const agent = await lake.enroll('host');
  await lake.send(agent, '1-0', processLine(['a', 'b']));
  await expect(lake.rollAll()).rejects.toThrow('killed before the commit');
  expect(await lake.liveFiles()).toEqual([]);
  await lake.send(agent, '1-1', processLine(['c']));
  await lake.rollAll();
  const files = await lake.liveFiles('processes_agent');
  expect(files.map((file) => file.object_key.slice(-50))).toEqual([
    expect.stringContaining('00000000000000000001-00000000000000000001'),
    expect.stringContaining('00000000000000000002-00000000000000000002'),
  ]);
  expect((await lake.rows('processes_agent', 'cmd_line')).map((row) => row.cmd_line).sort()).toEqual(['a', 'b', 'c']);
});

it('moves the watermark to what every running agent has visible, never back', async () => {
  await using lake = await openLake();
  const [first, second] = [await lake.enroll('first'), await lake.enroll('second')];
  const at = (minutes: number) => new Date(START_MS + minutes * 60_000).toISOString();
  const through = async () => {
    const rows = await lake.state.queries.selectFrom('watermarks').select(['table_name', 'valid_through_ms']).execute();
    expect(new Set(rows.map((row) => row.table_name))).toEqual(new Set(TABLE_NAMES));
    const [value, ...others] = new Set(rows.map((row) => row.valid_through_ms));
    expect(others).toEqual([]);
    return value;
  };
  await lake.send(first, '1-0', processLine(['a'], at(-5)));
  await lake.send(second, '1-0', processLine(['b'], at(-3)));
  await lake.rollAll();
  expect(await through()).toBe(START_MS - 5 * 60_000);
  await lake.send(first, '1-1', processLine(['c'], at(-1)));
  await lake.rollAll();
  expect(await through()).toBe(START_MS - 3 * 60_000);
  await lake.send(second, '1-1', processLine(['late'], at(-60)));
  await lake.rollAll();
  expect(await through()).toBe(START_MS - 3 * 60_000);
});
