// The Linux source on hosts laid out in folders, and on this one.

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LinuxSource } from '../src/agent/linux/linux-source.ts';
import { HostSampler } from '../src/agent/sampling/host-sampler.ts';

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const MINUTE_MS = 60_000;

let root: string;
let source: LinuxSource;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'periplus-host-'));
  for (const folder of ['proc/net', 'proc/self/ns', 'sys', 'etc']) await mkdir(join(root, folder), { recursive: true });
  await symlink('net:[1]', join(root, 'proc/self/ns/net'));
  source = new LinuxSource({ proc: join(root, 'proc'), sys: join(root, 'sys'), etc: join(root, 'etc') });
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

interface FakeProcess {
  start?: number;
  cmdLine?: string;
  stack?: number;
  sockets?: string[];
  namespace?: string;
}

async function putProcess(
  pid: number,
  { start = 100, cmdLine = 'app', stack = 1, sockets = [], namespace = '1' }: FakeProcess,
): Promise<void> {
  const folder = join(root, 'proc', String(pid));
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'fd'), { recursive: true });
  await mkdir(join(folder, 'ns'));
  const fields = ['S', 1, 1, 1, 0, -1, 0, ...Array.from({ length: 12 }, () => 0), start, 0, 0, 0, 11, 12, stack];
  await writeFile(join(folder, 'stat'), `${pid} (app) ${fields.join(' ')} ${'0 '.repeat(30)}\n`);
  await writeFile(join(folder, 'status'), 'Name:\tapp\nUid:\t1000\t1000\t1000\t1000\n');
  await writeFile(join(folder, 'cmdline'), `${cmdLine.replaceAll(' ', '\0')}\0`);
  await symlink('/opt/app', join(folder, 'exe'));
  await symlink(`net:[${namespace}]`, join(folder, 'ns/net'));
  for (const [index, inode] of sockets.entries()) await symlink(`socket:[${inode}]`, join(folder, 'fd', String(index)));
}

async function putSockets(
  folder: string,
  sockets: readonly [local: string, remote: string, state: string, inode: string][],
): Promise<void> {
  await mkdir(join(root, 'proc', folder), { recursive: true });
  const lines = sockets.map(
    ([local, remote, state, inode], index) =>
      `   ${index}: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 20 4 0 10 -1\n`,
  );
  await writeFile(join(root, 'proc', folder, 'tcp'), HEADER + lines.join(''));
}

test('a program that replaces itself, and a pid that is used again, are new sightings', async () => {
  await putProcess(7, { cmdLine: 'sh start.sh' });
  const [first] = await source.readProcesses(0);
  expect(first).toMatchObject({
    processId: '7',
    name: 'app',
    cmdLine: 'sh start.sh',
    path: '/opt/app',
    isSystem: false,
  });
  await putProcess(7, { cmdLine: 'server --port 80', stack: 2 });
  const [second] = await source.readProcesses(5 * MINUTE_MS);
  expect(second?.cmdLine).toBe('server --port 80');
  await putProcess(7, { cmdLine: 'server --port 80', stack: 2, start: 900 });
  const [third] = await source.readProcesses(10 * MINUTE_MS);
  expect(new Set([first?.key, second?.key, third?.key]).size).toBe(3);
});

test('a settled process is not read again within the hour, a young one is', async () => {
  await putProcess(7, { cmdLine: 'one' });
  await source.readProcesses(0);
  await writeFile(join(root, 'proc/7/cmdline'), 'two\0');
  expect((await source.readProcesses(MINUTE_MS / 2))[0]?.cmdLine).toBe('two');
  await source.readProcesses(MINUTE_MS);
  await writeFile(join(root, 'proc/7/cmdline'), 'three\0');
  expect((await source.readProcesses(2 * MINUTE_MS))[0]?.cmdLine).toBe('two');
  expect((await source.readProcesses(62 * MINUTE_MS))[0]?.cmdLine).toBe('three');
});

test('sockets find their process, also after it handed them on and died', async () => {
  await putProcess(7, { sockets: ['501'] });
  await putSockets('net', [
    ['0A01A8C0:0016', '00000000:0000', '0A', '500'],
    ['0A01A8C0:0016', '050113AC:D431', '01', '501'],
  ]);
  await source.readProcesses(0);
  expect(await source.readSockets()).toEqual([
    expect.objectContaining({ localPort: 22, remoteIp: '172.19.1.5', processId: '7', localPortListens: true }),
  ]);
  await rm(join(root, 'proc/7'), { recursive: true });
  await putProcess(8, { start: 200, sockets: ['501'] });
  await source.readProcesses(1000);
  expect((await source.readSockets())[0]?.processId).toBe('8');
});

test('a container is its own network: own tables, own listening ports', async () => {
  await putProcess(7, {});
  await putProcess(30, { namespace: '2', sockets: ['601'] });
  await putSockets('net', [['0A01A8C0:0050', '050113AC:D431', '01', '77']]);
  await putSockets('30/net', [
    ['00000000:0050', '00000000:0000', '0A', '600'],
    ['0A01A8C0:0050', '050113AC:D431', '01', '601'],
  ]);
  await source.readProcesses(0);
  const sockets = await source.readSockets();
  expect(
    sockets.map(({ namespace, processId, localPortListens }) => ({ namespace, processId, localPortListens })),
  ).toEqual([
    { namespace: '', processId: null, localPortListens: false },
    { namespace: 'net:[2]', processId: '30', localPortListens: true },
  ]);
});

test('an empty host gives nulls, not zeros and not failures', async () => {
  const reading = await source.readPerformance();
  expect(reading).toMatchObject({ cpu: null, disks: null, ramBytes: null, coreCount: null, diskSizeBytes: null });
  expect(await source.readSockets()).toEqual([]);
});

describe.runIf(process.platform === 'linux')('this host', () => {
  test('gives every table at its first two samples', async () => {
    const warnings: string[] = [];
    const sampler = new HostSampler(new LinuxSource(), (_level, message) => warnings.push(message));
    const startMs = Date.now();
    const first = await sampler.sample(startMs);
    const second = await sampler.sample(startMs + 1000);
    expect(warnings).toEqual([]);
    expect(first.os_info_agent[0]?.os_name).toMatch(/^Linux - \S/);
    expect(first.network_interface_agent.map((row) => row.ip_address)).toContain('127.0.0.1');
    const own = first.processes_agent.find((row) => row.agent_assigned_process_id === String(process.pid));
    expect(own?.path).toBe(process.execPath);
    expect(second.sys_performance_agent[0]?.total_ram_in_mb).toBeGreaterThan(0);
    expect(second.os_info_agent).toEqual([]);
  });
});
