import { expect, test } from 'vitest';
import { encodeBatchBody } from './batch-body.ts';
import { createLakeRows } from './lake-rows.ts';
import { parseMachineId } from './machine-id.ts';
import { RowBuffer } from './row-buffer.ts';
import { Schedule } from './schedule.ts';

const process = (name: string | null) => ({
  agent_assigned_process_id: '1',
  is_system: true,
  name,
  cmd_line: null,
  path: null,
  agent_provided_timestamp: '2026-01-02T03:04:05.678Z',
});

test('a table is one line as JSON.stringify makes it, table first, columns in step', () => {
  const rows = createLakeRows();
  rows.processes_agent.push(process('a "b"'), process(null));
  const body = encodeBatchBody(rows);
  expect(body).toBe(
    '{"table":"processes_agent","columns":{"agent_assigned_process_id":["1","1"],"is_system":[true,true],"name":["a \\"b\\"",null],"cmd_line":[null,null],"path":[null,null],"agent_provided_timestamp":["2026-01-02T03:04:05.678Z","2026-01-02T03:04:05.678Z"]}}\n',
  );
  expect(`${JSON.stringify(JSON.parse(body))}\n`).toBe(body);
});

test('no rows make no body', () => {
  expect(encodeBatchBody(createLakeRows())).toBe('');
});

test('rows stay in the buffer until they are stored, and never beyond its limits', async () => {
  const buffer = new RowBuffer({ rowsMax: 3, bytesMax: 10_000 });
  const rows = createLakeRows();
  rows.processes_agent.push(process('a'), process('b'));
  buffer.add(rows);
  await expect(buffer.drainTo(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
  expect(buffer.rowCount).toBe(2);
  buffer.add(rows);
  expect(buffer.rowCount).toBe(3);
  expect(buffer.takeDroppedRows()).toBe(1);
  const stored: string[] = [];
  await buffer.drainTo(async (held) => void stored.push(encodeBatchBody(held)));
  expect(stored).toHaveLength(1);
  expect(buffer.rowCount).toBe(0);
});

test('ids that many machines share are no ids', () => {
  expect(parseMachineId('3D1219C7C4C5404AAA1F6D2A48ADFDA4\n')).toBe('3d1219c7c4c5404aaa1f6d2a48adfda4');
  expect(parseMachineId('00000000-0000-0000-0000-000000000000')).toBeUndefined();
  expect(parseMachineId('FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF')).toBeUndefined();
  expect(parseMachineId('uninitialized\n')).toBeUndefined();
  expect(parseMachineId('')).toBeUndefined();
});

test('a schedule neither catches up in a burst nor waits longer than its interval when the clock is set', () => {
  const schedule = new Schedule(1000, 0);
  expect(schedule.isDue(0)).toBe(true);
  schedule.advance(0);
  expect(schedule.dueInMs(400)).toBe(600);
  expect(schedule.isDue(50_000)).toBe(true);
  schedule.advance(50_000);
  expect(schedule.dueInMs(50_000)).toBe(1000);
  expect(schedule.dueInMs(-1_000_000)).toBe(1000);
});
