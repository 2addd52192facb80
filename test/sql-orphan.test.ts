import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ENGINE = new URL('../src/adapters/duckdb/sandbox.ts', import.meta.url).href;
// A server that starts a sandbox, gives it a statement without end, and tells the sandbox's process id.
const SERVER = `
  const { Sandbox } = await import('${ENGINE}');
  const sandbox = new Sandbox();
  await sandbox.ready;
  const limits = { timeoutMs: 60000, memoryBytesMax: 2 ** 28, threadsMax: 1, resultBytesMax: 1000 };
  const sql = 'SELECT count(*) FROM UNNEST(sequence(1, 100000)) a(x), UNNEST(sequence(1, 100000)) b(y), UNNEST(sequence(1, 100000)) c(z) WHERE x + y = z';
  sandbox.send({ kind: 'run', job: { sql, database: 'd', parameters: [], resultPath: process.argv[1], limits, listsCatalog: false } });
  setTimeout(() => console.log(sandbox.pid), 1000);
  setTimeout(() => {}, 60000);
`;

let folder: string;
let server: ChildProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-sql-'));
});

afterEach(async () => {
  server.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

test('a sandbox in the middle of a statement ends with its server', async () => {
  server = spawn(process.execPath, ['--input-type=module', '-e', SERVER, join(folder, 'r.csv')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) => server.stdout?.once('data', (text) => resolve(Number(text))));
  expect(isRunning(pid)).toBe(true);
  server.kill('SIGKILL');
  await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
