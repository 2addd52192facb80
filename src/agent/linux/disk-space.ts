import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { MountedFileSystem } from './mount-table.ts';

const PATIENCE_MS = 2000;

/** Size and free space over file systems. One whose disk does not answer is left out until it does, and never waited for twice. */
export class DiskSpace {
  readonly #unanswered = new Set<string>();

  async read(mounts: readonly MountedFileSystem[]): Promise<{ size: number | null; free: number | null }> {
    const space: { size: number | null; free: number | null } = { size: null, free: null };
    for (const { mountPoint } of mounts) {
      const stats = await this.#ask(mountPoint);
      if (stats === null || stats.blocks === 0) continue;
      space.size = (space.size ?? 0) + stats.blocks * stats.bsize;
      space.free = (space.free ?? 0) + stats.bavail * stats.bsize;
    }
    return space;
  }

  async #ask(mountPoint: string): Promise<{ blocks: number; bavail: number; bsize: number } | null> {
    if (this.#unanswered.has(mountPoint)) return null;
    this.#unanswered.add(mountPoint);
    const enough = new AbortController();
    const answer = statfs(mountPoint)
      .catch(() => null)
      .finally(() => this.#unanswered.delete(mountPoint));
    const patience = delay(PATIENCE_MS, null, { signal: enough.signal, ref: false }).catch(() => null);
    const first = await Promise.race([answer, patience]);
    enough.abort();
    return first;
  }
}
