// The collector against a real HTTP server that speaks the native protocol, on a clock the test owns.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentOptions } from '../src/agent/agent-options.ts';
import type { Clock } from '../src/agent/clock.ts';
import { runAgent } from '../src/agent/run-agent.ts';
import type { HostSource } from '../src/agent/sampling/host-source.ts';

const HOUR_MS = 3_600_000;

interface Received {
  path: string;
  key: string | undefined;
  number: string;
  raw: Buffer;
  text: string;
  atMs: number;
}

type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | 'hang up';

class ProtocolServer {
  readonly received: Received[] = [];
  collection = 'STARTED';
  keys = 0;
  /** Answers before the usual one, by path; `undefined` is the usual one. */
  readonly surprises: Record<string, Answer[]> = { enroll: [], heartbeat: [], batches: [] };
  readonly taken = new Map<string, string>();
  nowMs = () => 0;
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  of(path: string): Received[] {
    return this.received.filter((one) => one.path === path);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const path = (request.url ?? '').replace('/agent/v1/', '');
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
    const key = request.headers.authorization?.replace('Bearer ', '');
    const number = String(request.headers['periplus-batch'] ?? '');
    this.received.push({ path, key, number, raw, text, atMs: this.nowMs() });
    const surprise = this.surprises[path]?.shift();
    if (surprise === 'hang up') {
      this.taken.set(number, text);
      request.socket.destroy();
      return;
    }
    const answer = surprise ?? this.#usual(path, key, number, text);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body ?? { error: { code: 'X', message: 'x' } }));
  }

  #usual(path: string, key: string | undefined, number: string, text: string): Exclude<Answer, string> {
    const command = { collection: this.collection, sampleIntervalMs: 15_000, sendIntervalMs: 60_000 };
    if (path === 'enroll') {
      this.keys += 1;
      return { status: 200, body: { agentId: 'o-test', agentKey: `key-${this.keys}`, ...command } };
    }
    if (key !== `key-${this.keys}`) return { status: 401 };
    if (path === 'heartbeat') return { status: 200, body: command };
    const duplicate = this.taken.has(number);
    if (!duplicate) this.taken.set(number, text);
    return { status: 200, body: { accepted: duplicate ? 0 : 1, rejected: [], duplicate } };
  }
}

class ManualClock implements Clock {
  #nowMs = Date.parse('2026-01-02T03:00:00.000Z');
  #sleepers: { atMs: number; wake: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper = { atMs: this.#nowMs + delayMs, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        resolve();
      });
    });
  }

  /** Moves time in steps no longer than to the next sleeper, letting everything settle in between. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs;
    while (this.#nowMs < endMs) {
      // The loop has done its turn when it sleeps again.
      await until(() => this.#sleepers.length > 0);
      this.#nowMs = Math.min(endMs, Math.max(this.#nowMs, ...[Math.min(...this.#sleepers.map((one) => one.atMs))]));
      const awake = this.#sleepers.filter((one) => one.atMs <= this.#nowMs);
      this.#sleepers = this.#sleepers.filter((one) => one.atMs > this.#nowMs);
      for (const sleeper of awake) sleeper.wake();
    }
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline)
      throw new Error(
        `never became true: ${condition}; ${logged.join(' ; ')}; ${server.received.map((one) => one.path)}`,
      );
    await new Promise((resolve) => setImmediate(resolve));
  }
}

class SteadyHost implements HostSource {
  reads = 0;
  readOs = async () => ({ osName: 'Linux - Test', osVersion: '1', cpuType: 'x', hostName: 'h', hypervisor: null });
  readInterfaces = async () => [];
  readProcesses = async () => [
    { key: '7/1/x', processId: '7', isSystem: false, name: 'sshd', cmdLine: 'sshd -D', path: '/usr/sbin/sshd' },
  ];
  readSockets = async () => [];
  readPerformance = async () => {
    this.reads += 1;
    return {
      monotonicMs: this.reads * 1000,
      cpu: { busy: this.reads, all: this.reads * 10 },
      disks: null,
      cards: null,
      diskCount: null,
      logicalProcessorCount: 1,
      coreCount: null,
      cpuCount: null,
      diskSizeBytes: null,
      diskFreeBytes: null,
      ramBytes: null,
      ramFreeBytes: null,
    };
  };
}

let server: ProtocolServer;
let clock: ManualClock;
let host: SteadyHost;
let dataDir: string;
let logged: string[];
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  server = new ProtocolServer();
  await server.listen();
  clock = new ManualClock();
  server.nowMs = () => clock.nowMs();
  host = new SteadyHost();
  dataDir = await mkdtemp(join(tmpdir(), 'periplus-agent-'));
  logged = [];
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

function options(changes: Partial<AgentOptions> = {}): AgentOptions {
  const log: AgentOptions['log'] = (_level, message, fields) => logged.push(`${message} ${JSON.stringify(fields)}`);
  return { endpoint: server.endpoint, enrollmentToken: 'token', dataDir, agentVersion: '9.9', log, ...changes };
}

function start(): { stop: () => Promise<void> } {
  const abort = new AbortController();
  const done = runAgent(options(), { signal: abort.signal, clock, source: host, random: () => 1 });
  const stop = async () => {
    abort.abort();
    await done;
  };
  stops.push(stop);
  return { stop };
}

const spooled = async () => (await readdir(join(dataDir, 'spool'))).filter((name) => name.endsWith('.gz'));
const sampleTimes = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { table: string; columns: Record<string, string[]> })
    .filter((line) => line.table === 'sys_performance_agent')
    .flatMap((line) => line.columns.timestamp ?? []);

test('it enrols, says it is well, and sends its first rows a second later', async () => {
  start();
  await until(() => server.of('heartbeat').length === 1);
  await clock.advance(1000);
  await until(() => server.taken.size === 1);
  expect(JSON.parse(server.of('enroll')[0]?.text ?? '')).toMatchObject({
    enrollmentToken: 'token',
    agentVersion: '9.9',
  });
  expect(JSON.parse(server.of('heartbeat')[0]?.text ?? '')).toEqual({
    agentVersion: '9.9',
    health: 'HEALTHY',
    spoolBytes: 0,
  });
  const [batch] = server.of('batches');
  expect(batch).toMatchObject({ number: '1-0', key: 'key-1' });
  const tables = (batch?.text ?? '').trim().split('\n');
  expect(tables.map((line) => line.slice(0, line.indexOf(',')))).toEqual([
    '{"table":"os_info_agent"',
    '{"table":"sys_performance_agent"',
    '{"table":"processes_agent"',
  ]);
  expect(sampleTimes(batch?.text ?? '')).toEqual(['2026-01-02T03:00:01.000Z']);
  const path = join(dataDir, 'agent.json');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ agentId: 'o-test', agentKey: 'key-1', epoch: 1 });
});

test('then it samples every 15 s and sends every 60 s, numbers in step', async () => {
  start();
  await until(() => server.of('heartbeat').length === 1);
  await clock.advance(1000);
  await until(() => server.taken.size === 1);
  await clock.advance(60_000);
  await until(() => server.taken.size === 2);
  await clock.advance(60_000);
  await until(() => server.taken.size === 3);
  expect([...server.taken.keys()]).toEqual(['1-0', '1-1', '1-2']);
  expect(sampleTimes(server.taken.get('1-1') ?? '').length).toBeGreaterThanOrEqual(3);
  expect(server.taken.get('1-1')).not.toContain('processes_agent');
  expect(server.of('heartbeat').length).toBeGreaterThanOrEqual(3);
});

test('a stopped agent samples nothing and keeps asking; started again it goes on', async () => {
  server.collection = 'STOPPED';
  start();
  await until(() => server.of('heartbeat').length === 1);
  await clock.advance(180_000);
  await until(() => server.of('heartbeat').length >= 3);
  expect(host.reads).toBe(0);
  server.collection = 'STARTED';
  await clock.advance(60_000);
  await until(() => logged.some((line) => line.startsWith('collection started')));
  await clock.advance(2000);
  await until(() => server.taken.size === 1);
  expect(sampleTimes(server.taken.get('1-0') ?? '')).toHaveLength(1);
});

test('an unknown key makes it enrol anew and send the same batch under the same number', async () => {
  server.surprises.batches = [{ status: 401 }];
  start();
  await until(() => server.of('heartbeat').length === 1);
  await clock.advance(1000);
  await until(() => server.taken.size === 1);
  expect(server.of('enroll')).toHaveLength(2);
  expect(server.of('batches').map((one) => `${one.number} ${one.key}`)).toEqual(['1-0 key-1', '1-0 key-2']);
});

test('a busy server is left alone for as long as it asks', async () => {
  server.surprises.batches = [{ status: 503, headers: { 'retry-after': '40' } }];
  start();
  await until(() => server.of('heartbeat').length === 1);
  await clock.advance(1000);
  await until(() => logged.some((line) => line.includes('will try again')));
  const failedAtMs = server.of('batches')[0]?.atMs ?? 0;
  await clock.advance(45_000);
  await until(() => server.of('batches').length === 2);
  expect((server.of('batches')[1]?.atMs ?? 0) - failedAtMs).toBeGreaterThanOrEqual(40_000);
});

test('an answer that is lost makes it repeat the same bytes under the same number', async () => {
  server.surprises.batches = ['hang up'];
  start();
  await until(() => server.of('heartbeat').length === 1);
  await clock.advance(1000);
  await until(() => logged.some((line) => line.includes('will try again')));
  await clock.advance(2000);
  await until(() => server.of('batches').length === 2);
  const [first, second] = server.of('batches');
  expect(second?.number).toBe(first?.number);
  expect(second?.raw.equals(first?.raw ?? Buffer.alloc(0))).toBe(true);
  await until(() => logged.some((line) => line.includes('"duplicate":true')));
  expect(await spooled()).toEqual([]);
});

test.each([413, 422])('a batch refused for ever (%i) is put aside and the next one goes through', async (status) => {
  server.surprises.batches = [{ status }];
  start();
  await until(() => server.of('heartbeat').length === 1);
  await clock.advance(1000);
  await until(() => logged.some((line) => line.startsWith('the server refuses a batch')));
  await clock.advance(60_000);
  await until(() => server.taken.has('1-1'));
  expect(await readdir(join(dataDir, 'spool', 'rejected'))).toEqual(['1-0.ndjson.gz']);
});

test('a blacklisted agent asks once an hour and keeps what it has', async () => {
  server.surprises.heartbeat = [{ status: 403 }];
  start();
  await until(() => logged.some((line) => line.includes('will try again')));
  await clock.advance(HOUR_MS / 2);
  expect(server.of('heartbeat')).toHaveLength(1);
  expect((await spooled()).length).toBeGreaterThan(10);
  await clock.advance(HOUR_MS / 2 + 60_000);
  await until(() => server.taken.size > 30);
});

test('an outage costs no row: everything arrives in order afterwards, once', async () => {
  server.surprises.batches = Array.from({ length: 6 }, () => ({ status: 500 }));
  const agent = start();
  await until(() => server.of('heartbeat').length === 1);
  for (let minute = 0; minute < 15; minute += 1) await clock.advance(60_000);
  await until(() => server.taken.size >= 10);
  await agent.stop();
  const times = [...server.taken.values()].flatMap(sampleTimes);
  expect(times).toEqual([...new Set(times)].sort());
  expect(times).toHaveLength(host.reads - 1);
  const numbers = [...server.taken.keys()].map((number) => Number(number.split('-')[1]));
  expect(numbers).toEqual(numbers.map((_, index) => index));
});

test('told to end, it sends what it has and says so last', async () => {
  const agent = start();
  await until(() => server.of('heartbeat').length === 1);
  await clock.advance(1000);
  await until(() => server.taken.size === 1);
  await clock.advance(20_000);
  await agent.stop();
  expect(server.taken.size).toBe(2);
  expect(JSON.parse(server.received.at(-1)?.text ?? '')).toMatchObject({ health: 'SHUTDOWN' });
  expect(await spooled()).toEqual([]);
});

test('a key that cannot be stored is not used, and tried again later without haste', async () => {
  start();
  await until(() => server.of('heartbeat').length === 1);
  const inTheWay = join(dataDir, 'agent.json.tmp');
  await mkdir(inTheWay);
  server.surprises.batches = [{ status: 401 }];
  await clock.advance(1000);
  await until(() => logged.some((line) => line.includes('will try again')));
  expect(server.of('enroll')).toHaveLength(2);
  await rmdir(inTheWay);
  await clock.advance(10_000);
  await until(() => server.taken.size === 1);
  expect(server.of('batches').at(-1)?.key).toBe('key-3');
});

test('once: two samples, one delivery, done', async () => {
  const done = runAgent(options({ once: true }), { clock, source: host });
  await until(() => host.reads === 1);
  await clock.advance(1000);
  await done;
  expect([...server.taken.keys()]).toEqual(['1-0']);
});

test('once with a refused token says so', async () => {
  server.surprises.enroll = [{ status: 401 }];
  await expect(runAgent(options({ once: true }), { clock, source: host })).rejects.toThrow(/not acknowledged.*401/);
});

test('a second agent on the same data is refused, and a dead one leaves nothing to clean', async () => {
  const agent = start();
  await until(() => server.of('heartbeat').length === 1);
  await expect(runAgent(options(), { clock, source: host })).rejects.toThrow(/another agent/);
  await agent.stop();
  await writeFile(join(dataDir, 'agent.lock'), '999999999 1\n');
  start();
  await until(() => server.of('heartbeat').length >= 3);
});

test('killed at any moment, it loses nothing it spooled and uses no number twice', { timeout: 90_000 }, async () => {
  const entry = new URL('../src/agent/run-agent.ts', import.meta.url).href;
  const program = `const { runAgent } = await import(${JSON.stringify(entry)});
    await runAgent({ endpoint: ${JSON.stringify(server.endpoint)}, enrollmentToken: 't', dataDir: ${JSON.stringify(dataDir)},
      sampleIntervalMs: 20, sendIntervalMs: 50, agentVersion: '9.9', log: () => {} });`;
  for (let life = 1; life <= 3; life += 1) {
    // Losing answers in between makes kills fall between the server's commit and the agent's delete.
    server.surprises.batches = ['hang up', { status: 503, headers: { 'retry-after': '0' } }];
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
    await until(() => server.of('batches').filter((one) => one.number.startsWith(`${life}-`)).length >= 4);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const left = await spooled();
  await runAgent(options({ once: true }), { source: host });
  for (const name of left) expect(server.taken.has(name.replace('.ndjson.gz', ''))).toBe(true);
  const contents = new Map<string, string>();
  for (const { number, text } of server.of('batches')) {
    expect(contents.get(number) ?? text).toBe(text);
    contents.set(number, text);
  }
  expect(new Set(server.taken.values()).size).toBe(server.taken.size);
  expect(await spooled()).toEqual([]);
});
