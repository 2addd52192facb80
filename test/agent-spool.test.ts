// The spool on real files: what a crash, a full limit or a stray file may leave behind.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMachineId } from '../src/agent/machine-id.ts';
import { readAgentState, writeAgentState } from '../src/agent/spool/agent-state.ts';
import { BatchSpool } from '../src/agent/spool/batch-spool.ts';

let folder: string;
let logged: string[];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'periplus-spool-')), 'spool');
  logged = [];
});

afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true, force: true });
});

function open(epoch: number, sizeBytesMax = 1e9): Promise<BatchSpool> {
  const log = (_level: string, message: string, fields: unknown) => {
    logged.push(`${message} ${JSON.stringify(fields)}`);
  };
  return BatchSpool.open({ folder, epoch, sizeBytesMax, log });
}

test('what an earlier run left comes first, in the order it was written', async () => {
  const first = await open(9);
  for (let index = 0; index < 12; index += 1) await first.append(`body ${index}`);
  const second = await open(10);
  await second.append('new');
  const bodies: string[] = [];
  for (let batch = second.oldest(); batch !== undefined; batch = second.oldest()) {
    bodies.push(`${batch.epoch}-${batch.sequence} ${gunzipSync((await second.read(batch)) ?? '').toString()}`);
    await second.remove(batch);
  }
  expect(bodies).toEqual([...Array.from({ length: 12 }, (_, index) => `9-${index} body ${index}`), '10-0 new']);
  expect(second.sizeBytes).toBe(0);
});

test('an unfinished write is gone after the next start; strangers are left alone', async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '3-4.ndjson.gz.tmp'), 'half a ba');
  await writeFile(join(folder, 'notes.txt'), 'mine');
  const spool = await open(4);
  expect(spool.oldest()).toBeUndefined();
  expect((await readdir(folder)).sort()).toEqual(['notes.txt', 'rejected']);
});

test('a batch cut by a broken disk is still offered, so that the server can refuse it', async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '3-0.ndjson.gz'), Buffer.from([0x1f, 0x8b]));
  const spool = await open(4);
  const batch = spool.oldest();
  expect(batch).toEqual({ epoch: 3, sequence: 0, sizeBytes: 2 });
  await spool.reject(batch!);
  expect(spool.oldest()).toBeUndefined();
  expect(await readdir(join(folder, 'rejected'))).toEqual(['3-0.ndjson.gz']);
});

test('a number is spent even when its write fails', async () => {
  const spool = await open(1);
  await rm(folder, { recursive: true });
  await expect(spool.append('lost')).rejects.toThrow();
  await mkdir(folder);
  expect(await spool.append('kept')).toMatchObject({ epoch: 1, sequence: 1 });
});

test('beyond its limit the oldest go, and that is said', async () => {
  const spool = await open(1, 200);
  for (let index = 0; index < 20; index += 1) await spool.append(`body ${index}`);
  expect(spool.sizeBytes).toBeLessThanOrEqual(200);
  expect(spool.oldest()?.sequence).toBeGreaterThan(10);
  expect(logged[0]).toContain('"dropped":1');
});

test('rejected batches are kept, but not without end', async () => {
  const spool = await open(1);
  for (let index = 0; index < 105; index += 1) await spool.reject(await spool.append('x'));
  const names = await readdir(join(folder, 'rejected'));
  expect(names).toHaveLength(100);
  expect(names).not.toContain('1-4.ndjson.gz');
  expect(names).toContain('1-104.ndjson.gz');
});

test('a lost state file does not lead to an old epoch', async () => {
  const spool = await open(41);
  await spool.append('x');
  expect(await BatchSpool.lastEpoch(folder)).toBe(41);
  expect(await BatchSpool.lastEpoch(join(folder, 'missing'))).toBe(0);
});

test('state survives as written, and a spoilt file is named', async () => {
  await mkdir(folder, { recursive: true });
  expect(await readAgentState(folder)).toBeUndefined();
  const state = { machineId: createMachineId(), epoch: 3, agentId: 'o-1', agentKey: 'k' };
  await writeAgentState(folder, state);
  expect(await readAgentState(folder)).toEqual(state);
  await writeFile(join(folder, 'agent.json'), (await readFile(join(folder, 'agent.json'))).subarray(0, 9));
  await expect(readAgentState(folder)).rejects.toThrow(/agent\.json is not an agent state file/);
});
