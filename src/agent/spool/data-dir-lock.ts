// One agent a data directory: two would send different rows under one number. The lock is a file that names the
// process by pid and start time, so that a reboot or a crash leaves nothing to clean by hand.

import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../agent-options.ts';
import { readKernelText } from '../linux/kernel-files.ts';
import { parseProcessStat } from '../linux/process-texts.ts';

const FILE_NAME = 'agent.lock';
const ATTEMPTS_MAX = 5;

export async function lockDataDir(dataDir: string): Promise<AsyncDisposable> {
  const path = join(dataDir, FILE_NAME);
  const own = formatHolder(process.pid);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (await tryCreate(path, own)) return { [Symbol.asyncDispose]: () => release(path, own) };
    const holder = await readFile(path, 'utf8').catch(() => undefined);
    if (holder === undefined) continue;
    if (isAlive(holder)) {
      const pid = holder.trim().split(' ')[0];
      throw new AgentError(`another agent (pid ${pid}) uses ${dataDir}; stop it or give --data-dir another folder`);
    }
    await takeAway(path, holder);
  }
  throw new AgentError(`cannot lock ${dataDir}; remove ${path} if no agent runs`);
}

async function tryCreate(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

// Moved before it is deleted: of two starters that both saw the dead holder, the slower must not delete the lock the
// faster one has just made.
async function takeAway(path: string, deadHolder: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  if (moved !== undefined && moved !== deadHolder) await rename(aside, path);
  else await unlink(aside).catch(() => undefined);
}

async function release(path: string, own: string): Promise<void> {
  const holder = await readFile(path, 'utf8').catch(() => undefined);
  if (holder === own) await unlink(path).catch(() => undefined);
}

/** `<pid> <start>`; start is `-` where the platform does not tell it. */
function formatHolder(pid: number): string {
  return `${pid} ${startOf(pid) ?? '-'}\n`;
}

function startOf(pid: number): string | undefined {
  return parseProcessStat(readKernelText(`/proc/${pid}/stat`, 4096) ?? '')?.startTicks;
}

function isAlive(holder: string): boolean {
  const [pidText = '', start] = holder.trim().split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const startNow = startOf(pid);
  return start === '-' || startNow === undefined || start === startNow;
}
