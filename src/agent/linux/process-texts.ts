// /proc/<pid>/{stat,status,cmdline,exe}: text to values, no I/O.

import { cutCmdLine } from '../sampling/cmd-line.ts';

const FLAG_KERNEL_THREAD = 0x0020_0000;

export interface ProcessStat {
  comm: string;
  isKernelThread: boolean;
  isZombie: boolean;
  /** Ticks since boot at which it started: with the pid, the identity of a process. */
  startTicks: string;
  /** Changes when the process starts another program: its name, and where its code, stack and arguments lie. */
  image: string;
}

/** The name is in brackets and may hold anything, brackets included. Fields as proc(5) numbers them, from 3 on. */
export function parseProcessStat(text: string): ProcessStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  const field = (number: number): string => fields[number - 3] ?? '';
  const comm = text.slice(open + 1, close);
  const isKernelThread = (Number(field(9)) & FLAG_KERNEL_THREAD) !== 0;
  return {
    comm,
    isKernelThread,
    isZombie: field(3) === 'Z' || field(3) === 'X',
    startTicks: field(22),
    // The places are hidden from other users, the name is not. Kernel threads rename themselves all the time.
    image: isKernelThread ? '' : `${comm}/${field(26)}/${field(28)}/${field(48)}`,
  };
}

/** Real user id. */
export function parseStatusUid(status: string): number | null {
  const match = /^Uid:\s+(\d+)/m.exec(status);
  return match === null ? null : Number(match[1]);
}

/** Arguments joined by blanks; an empty command line is unknown. */
export function parseCmdLine(text: string): string | null {
  const joined = text.replace(/\0+$/, '').replaceAll('\0', ' ').trim();
  return joined === '' ? null : cutCmdLine(joined);
}

/** The kernel marks a program whose file was replaced while it runs, as every upgrade does. */
export function parseExePath(link: string): string {
  return link.endsWith(' (deleted)') ? link.slice(0, -' (deleted)'.length) : link;
}

const COMM_BYTES_MAX = 15;

/** What Node calls its first thread since version 23, and so every program on it: a name that tells nothing. */
const NODE_MAIN_THREAD = 'MainThread';

/** The kernel cuts names at 15 bytes; the whole one is in the path or the first argument when that starts alike. */
export function chooseProcessName(comm: string, path: string | null, cmdLine: string | null): string {
  if (comm === NODE_MAIN_THREAD && path !== null) return path.slice(path.lastIndexOf('/') + 1);
  if (Buffer.byteLength(comm) < COMM_BYTES_MAX) return comm;
  for (const candidate of [path, cmdLine?.split(' ')[0] ?? null]) {
    const base = candidate?.slice(candidate.lastIndexOf('/') + 1) ?? '';
    if (base.startsWith(comm)) return base;
  }
  return comm;
}
