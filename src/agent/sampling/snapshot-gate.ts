import { formatDay } from '../../core/time.ts';

/** Lets a snapshot through when it changed, and the first one of each UTC day, so that every `dt` joins on its own. */
export class SnapshotGate {
  #content: string | undefined;
  #day: string | undefined;

  admit(snapshot: unknown, nowMs: number): boolean {
    const content = JSON.stringify(snapshot);
    const day = formatDay(nowMs);
    if (content === this.#content && day === this.#day) return false;
    this.#content = content;
    this.#day = day;
    return true;
  }
}
