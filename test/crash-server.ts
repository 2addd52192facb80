import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../src/cli/main.ts');

export interface ServerProcess {
  readonly url: string;
  /** Ends it between any two instructions, as a power cut would. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code when everything accepted is rolled. */
  stop(): Promise<number | null>;
}

/** A real server on a folder, ready to serve. @throws with what it printed when it does not start */
export async function startServerProcess(dataDir: string, flags: readonly string[] = []): Promise<ServerProcess> {
  const args = ['--disable-warning=ExperimentalWarning', MAIN, 'serve', '--data-dir', dataDir, '--port', '0', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  for await (const line of createInterface(child.stdout)) {
    const url = /^Periplus is ready at (\S+)$/.exec(line)?.[1];
    if (url !== undefined)
      return { url, kill: () => end(child, 'SIGKILL').then(() => {}), stop: () => end(child, 'SIGTERM') };
  }
  throw new Error(`the server did not start: ${errors.join('')}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await exited)[0];
}
