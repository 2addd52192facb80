import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LedgerAgents } from './crash-agents.ts';
import { compare, readEverything, SAME, switchExportOn } from './crash-lake-reader.ts';
import { type ServerProcess, startServerProcess } from './crash-server.ts';

// A full disk: agents are told to keep their batches, reads go on, and when there is room again all goes on by itself.

const TOKEN = 'a-token-for-tests';
const FLAGS = ['--enrollment-token', TOKEN, '--roll-interval', '100ms', '--log-level', 'error'];
const DISK_BYTES = 24 * 1024 * 1024;

let folder: string;
let server: ServerProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-disk-'));
});
afterEach(async () => {
  await server?.kill();
  server = undefined;
  unmount();
  await rm(folder, { recursive: true, force: true });
});

const mayMount = tryMount();
if (!mayMount) console.log('skipped: a small disk of its own needs root and mount; --free-bytes-min is tested instead');

test.skipIf(!mayMount)('a disk without any room left loses nothing and repeats nothing', () => fillAndFree([]), 60_000);

test.skipIf(!mayMount)(
  'a disk with less room than it is to keep refuses batches before it is full',
  () => fillAndFree(['--free-bytes-min', '8MiB']),
  60_000,
);

test('too little free space answers 503 with Retry-After, and reads go on', async () => {
  server = await startServerProcess(folder, [...FLAGS, '--free-bytes-min', '1000TiB']);
  const agents = new LedgerAgents(1, TOKEN);
  agents.endpoint = server.url;
  await agents.enroll();
  const refused = await agents.sendOnce(0, 1);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ error: { code: 'StoreFull' } });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(await server.stop()).toBe(0);
  server = await startServerProcess(folder, [...FLAGS, '--free-bytes-min', '0']);
  agents.endpoint = server.url;
  expect((await agents.sendOnce(0, 1)).status).toBe(200);
});

async function fillAndFree(flags: readonly string[]): Promise<void> {
  const dataDir = join(folder, 'disk');
  await mkdir(dataDir);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', dataDir]);
  await switchExportOn(dataDir);
  server = await startServerProcess(
    dataDir,
    flags.length === 0 ? [...FLAGS, '--free-bytes-min', '0'] : [...FLAGS, ...flags],
  );
  const agents = new LedgerAgents(4, TOKEN);
  agents.endpoint = server.url;
  await agents.enroll();
  const running = agents.run();
  await until(() => agents.acknowledged.size > 500, running);
  const ballast = join(dataDir, 'ballast');
  // The server writes at the same time: whoever finds the disk full first, it is full.
  await writeFile(ballast, Buffer.alloc(DISK_BYTES)).catch(() => {});
  await until(() => (agents.statuses.get(503) ?? 0) > 20, running);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const before = agents.acknowledged.size;
  await rm(ballast);
  await until(() => agents.acknowledged.size > before + 500, running);
  agents.finish();
  await running;
  expect(await server.stop()).toBe(0);
  expect([...agents.statuses.keys()].sort()).toEqual([200, 503]);
  const seen = await readEverything(dataDir);
  for (const place of ['own', 'bucket'] as const) {
    expect(compare(agents.acknowledged, seen[place].rows), place).toEqual(SAME);
    expect(compare(agents.refused, seen[place].dead), place).toEqual(SAME);
  }
}

/** Waits for what the agents see, and fails with them. */
async function until(isReached: () => boolean, running: Promise<void>): Promise<void> {
  while (!isReached()) await Promise.race([new Promise((resolve) => setTimeout(resolve, 10)), running]);
}

function tryMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const probe = execFileSync('mktemp', ['-d']).toString().trim();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe]);
    return true;
  } catch {
    return false;
  }
}

function unmount(): void {
  try {
    execFileSync('umount', [join(folder, 'disk')], { stdio: 'ignore' });
  } catch {
    // It was never mounted.
  }
}
