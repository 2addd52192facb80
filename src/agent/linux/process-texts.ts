// /proc/<pid>/{stat,status,cmdline,exe}: text to values, no I/O.

const FLAG_KERNEL_THREAD = 0x0020_0000;

export interface ProcessStat {
  comm: string;
  isKernelThread: boolean;
  isZombie: boolean;
  /** Ticks since boot at which it started: with the pid, the identity of a process. */
  startTicks: string;
  /** Changes when the process starts another program: where its code, stack and arguments lie. */
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
  return {
    comm,
    isKernelThread: (Number(field(9)) & FLAG_KERNEL_THREAD) !== 0,
    isZombie: field(3) === 'Z' || field(3) === 'X',
    startTicks: field(22),
    image: `${comm}/${field(26)}/${field(28)}/${field(48)}`,
  };
}

/** Real user id. */
export function parseStatusUid(status: string): number | null {
  const match = /^Uid:\s+(\d+)/m.exec(status);
  return match === null ? null : Number(match[1]);
}

const CMD_LINE_JSON_BYTES_MAX = 32 * 1024;

/** Arguments joined by blanks; cut so that a row stays under the protocol's 64 KiB whatever it holds. */
export function parseCmdLine(text: string): string | null {
  const joined = text.replace(/\0+$/, '').replaceAll('\0', ' ').trim();
  return joined === '' ? null : cutToJsonBytes(joined.toWellFormed(), CMD_LINE_JSON_BYTES_MAX);
}

function cutToJsonBytes(text: string, bytesMax: number): string {
  let cut = text;
  // A character is at most six bytes of JSON; short texts need no measuring.
  while (cut.length * 6 > bytesMax && Buffer.byteLength(JSON.stringify(cut)) > bytesMax) {
    cut = cut.slice(0, Math.floor(cut.length * 0.9)).toWellFormed();
  }
  return cut;
}

/** The kernel marks a program whose file was replaced while it runs, as every upgrade does. */
export function parseExePath(link: string): string {
  return link.endsWith(' (deleted)') ? link.slice(0, -' (deleted)'.length) : link;
}

const COMM_BYTES_MAX = 15;

/** The kernel cuts names at 15 bytes; the whole one is in the path or the first argument when that starts alike. */
export function chooseProcessName(comm: string, path: string | null, cmdLine: string | null): string {
  if (Buffer.byteLength(comm) < COMM_BYTES_MAX) return comm;
  for (const candidate of [path, cmdLine?.split(' ')[0] ?? null]) {
    const base = candidate?.slice(candidate.lastIndexOf('/') + 1) ?? '';
    if (base.startsWith(comm)) return base;
  }
  return comm;
}
