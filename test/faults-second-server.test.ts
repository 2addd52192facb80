import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServerProcess } from './crash-server.ts';

const MAIN = join(import.meta.dirname, '../src/cli/main.ts');

test('a second server on the same folder is refused with one line, and the first goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-second-'));
  const first = await startServerProcess(folder);
  try {
    const args = ['--disable-warning=ExperimentalWarning', MAIN, 'serve', '--data-dir', folder, '--port', '0'];
    const second = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [second.stdout, second.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(second, 'close')) as [number];
    expect(code).toBe(1);
    expect(said).toMatch(/^periplus: Another server is using .*--data-dir\n$/);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    expect(await first.stop()).toBe(0);
  } finally {
    await first.kill();
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
