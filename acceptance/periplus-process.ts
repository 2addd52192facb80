import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '..');
const COMMAND = join(ROOT, 'periplus');

export interface RunningPeriplus extends AsyncDisposable {
  readonly endpoint: string;
  readonly dataDir: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** What an unmodified AWS client reads from its environment. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Starts the product as a user does, on a free port and in a folder of its own, and waits for its ready line. */
export async function startPeriplus(command: 'serve' | 'start', ...flags: string[]): Promise<RunningPeriplus> {
  const dataDir = await mkdtemp(join(tmpdir(), 'periplus-acceptance-'));
  const child = spawn(COMMAND, [command, '--data-dir', dataDir, '--port', '0', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endpoint = await readyLine(child);
  const credentials = JSON.parse(runPeriplus('credentials', '--data-dir', dataDir, '--json')) as {
    accessKeyId: string;
    secretAccessKey: string;
    region: string;
  };
  return {
    endpoint,
    dataDir,
    ...credentials,
    environment: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_ENDPOINT_URL: endpoint,
      // What users are told to set, and nothing more: a client that needs another variable fails here as it would there.
      ...readExports(runPeriplus('credentials', '--data-dir', dataDir)),
    },
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The variables of `export A=1 B=2` lines. */
function readExports(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/(?<=^export | )(\w+)=(\S+)/gm)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

/** Runs one command of the CLI to its end and returns what it prints. */
export function runPeriplus(...flags: string[]): string {
  return execFileSync(COMMAND, flags, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

async function readyLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The server has no stdout.');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const match = /^Periplus is ready at (\S+)$/.exec(line);
    if (match?.[1] !== undefined) {
      child.stdout.resume();
      return match[1];
    }
  }
  throw new Error('The server ended before it was ready.');
}

/** Asks again until `check` answers; fails with what it last threw when `limitMs` is over. */
export async function eventually<T>(check: () => Promise<T>, limitMs = 30_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
