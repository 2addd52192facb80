// All processes of the host. The short stat file is read every time; command line, path and owner only when the
// process is new, runs another program, is so young that it may still be renaming itself, or an hour has passed.

import { createHash } from 'node:crypto';
import { HOUR_MS, MINUTE_MS } from '../../core/time.ts';
import type { ProcessSighting } from '../sampling/host-source.ts';
import { readKernelLink, readKernelNames, readKernelText } from './kernel-files.ts';
import {
  chooseProcessName,
  type ProcessStat,
  parseCmdLine,
  parseExePath,
  parseProcessStat,
  parseStatusUid,
} from './process-texts.ts';

const PROCESSES_MAX = 50_000;
const NETWORKS_MAX = 256;
const CMD_LINE_BYTES_MAX = 128 * 1024;
const SETTLING_MS = MINUTE_MS;

interface KnownProcess {
  startTicks: string;
  image: string;
  firstSeenMs: number;
  readAtMs: number;
  /** `net:[4026531840]`; null when it is not ours to see. */
  networkNamespace: string | null;
  sighting: ProcessSighting;
}

export class ProcessScan {
  readonly #procRoot: string;
  #known = new Map<string, KnownProcess>();

  constructor(procRoot: string) {
    this.#procRoot = procRoot;
  }

  /** Alive at the last scan. */
  get pids(): Iterable<string> {
    return this.#known.keys();
  }

  /** Tells a process from a later one of the same pid; undefined when there is none of that pid. */
  startTicksOf(pid: string): string | undefined {
    return this.#known.get(pid)?.startTicks;
  }

  /** Network namespaces other than the agent's own, each with a process that lives in it. */
  foreignNetworks(): Map<string, string> {
    const own = readKernelLink(`${this.#procRoot}/self/ns/net`);
    const networks = new Map<string, string>();
    for (const [pid, { networkNamespace }] of this.#known) {
      if (networkNamespace === null || networkNamespace === own || networks.size >= NETWORKS_MAX) continue;
      networks.set(networkNamespace, pid);
    }
    return networks;
  }

  scan(nowMs: number): ProcessSighting[] {
    const names = readKernelNames(this.#procRoot);
    if (names === null) throw new Error(`cannot list ${this.#procRoot}`);
    const known = new Map<string, KnownProcess>();
    for (const pid of names) {
      if (!/^\d+$/.test(pid) || known.size >= PROCESSES_MAX) continue;
      const text = readKernelText(`${this.#procRoot}/${pid}/stat`, 4096);
      const stat = text === null ? null : parseProcessStat(text);
      if (stat === null || stat.isZombie) continue;
      known.set(pid, this.#refresh(pid, stat, nowMs));
    }
    this.#known = known;
    return [...known.values()].map((process) => process.sighting);
  }

  #refresh(pid: string, stat: ProcessStat, nowMs: number): KnownProcess {
    const known = this.#known.get(pid);
    const same = known?.startTicks === stat.startTicks ? known : undefined;
    if (same !== undefined && same.image === stat.image && isSettled(same, nowMs)) return same;
    return {
      startTicks: stat.startTicks,
      image: stat.image,
      firstSeenMs: same?.firstSeenMs ?? nowMs,
      readAtMs: nowMs,
      networkNamespace: stat.isKernelThread ? null : readKernelLink(`${this.#procRoot}/${pid}/ns/net`),
      sighting: this.#read(pid, stat),
    };
  }

  #read(pid: string, stat: ProcessStat): ProcessSighting {
    const folder = `${this.#procRoot}/${pid}`;
    const uid = parseStatusUid(readKernelText(`${folder}/status`, 4096) ?? '');
    const isSystem = stat.isKernelThread ? true : uid === null ? null : uid === 0;
    const cmdLine = stat.isKernelThread
      ? null
      : parseCmdLine(readKernelText(`${folder}/cmdline`, CMD_LINE_BYTES_MAX) ?? '');
    const link = stat.isKernelThread ? null : readKernelLink(`${folder}/exe`);
    const path = link === null ? null : parseExePath(link);
    const digest = createHash('sha1').update(`${path}\0${cmdLine}`).digest('base64');
    return {
      key: `${pid}/${stat.startTicks}/${digest}`,
      processId: pid,
      isSystem,
      name: chooseProcessName(stat.comm, path, cmdLine),
      cmdLine,
      path,
    };
  }
}

function isSettled(known: KnownProcess, nowMs: number): boolean {
  return nowMs - known.firstSeenMs >= SETTLING_MS && nowMs - known.readAtMs < HOUR_MS && nowMs >= known.readAtMs;
}
