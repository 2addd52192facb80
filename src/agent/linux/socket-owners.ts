// Which process holds a socket. The kernel tells only the other way round (a process's descriptors), so the whole
// answer costs a look at every descriptor of the host. That look happens only when a socket without a known owner
// appears, starts with the processes that own sockets already, and stops when all are found.

import { readKernelLink, readKernelNames } from './kernel-files.ts';

/** A socket of a process we may not look into would otherwise cost a full look every sample. */
const LOOKS_MAX = 3;
const DESCRIPTORS_MAX = 200_000;

export interface LiveProcesses {
  pids: Iterable<string>;
  startTicksOf(pid: string): string | undefined;
}

interface Owner {
  pid: string | null;
  startTicks: string | undefined;
  looks: number;
}

export class SocketOwners {
  readonly #procRoot: string;
  #owners = new Map<string, Owner>();

  constructor(procRoot: string) {
    this.#procRoot = procRoot;
  }

  /** Owner by inode for exactly these sockets; inodes nobody asks for are forgotten. */
  resolve(inodes: Iterable<string>, live: LiveProcesses): ReadonlyMap<string, string | null> {
    const owners = new Map<string, Owner>();
    const wanted = new Map<string, Owner>();
    for (const inode of inodes) {
      if (inode === '0' || owners.has(inode)) continue;
      const owner = this.#stillValid(inode, live) ?? { pid: null, startTicks: undefined, looks: 0 };
      owners.set(inode, owner);
      if (owner.pid === null && owner.looks < LOOKS_MAX) wanted.set(inode, owner);
    }
    this.#owners = owners;
    if (wanted.size > 0) this.#look(wanted, live);
    return new Map([...owners].map(([inode, owner]) => [inode, owner.pid]));
  }

  #stillValid(inode: string, live: LiveProcesses): Owner | undefined {
    const owner = this.#owners.get(inode);
    if (owner === undefined || owner.pid === null) return owner;
    return live.startTicksOf(owner.pid) === owner.startTicks ? owner : undefined;
  }

  #look(wanted: Map<string, Owner>, live: LiveProcesses): void {
    let descriptorsLeft = DESCRIPTORS_MAX;
    for (const owner of wanted.values()) owner.looks += 1;
    for (const pid of this.#inOrderOfPromise(live)) {
      const folder = `${this.#procRoot}/${pid}/fd`;
      for (const descriptor of readKernelNames(folder) ?? []) {
        const inode = inodeOf(readKernelLink(`${folder}/${descriptor}`));
        descriptorsLeft -= 1;
        const owner = inode === null ? undefined : wanted.get(inode);
        if (inode === null || owner === undefined) continue;
        owner.pid = pid;
        owner.startTicks = live.startTicksOf(pid);
        wanted.delete(inode);
      }
      if (wanted.size === 0 || descriptorsLeft <= 0) return;
    }
  }

  #inOrderOfPromise(live: LiveProcesses): Set<string> {
    const pids = new Set<string>();
    for (const { pid } of this.#owners.values()) if (pid !== null) pids.add(pid);
    for (const pid of live.pids) pids.add(pid);
    return pids;
  }
}

function inodeOf(link: string | null): string | null {
  return link?.startsWith('socket:[') ? link.slice(8, -1) : null;
}
