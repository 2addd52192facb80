/** The system's own command computes start times from the age, so they waver by a second between two looks. */
const WAVER_MS = 2000;

export interface StartedProcess {
  pid: number;
  startedMs: number;
}

/** Holds on to the start time a process was first seen with; a pid that is used again has a clearly later one. */
export class ProcessStarts {
  #startedMs = new Map<number, number>();

  /** Of one whole list; what is not in it is forgotten. */
  settle(processes: readonly StartedProcess[]): ReadonlyMap<number, number> {
    const settled = new Map<number, number>();
    for (const { pid, startedMs } of processes) {
      const earlier = this.#startedMs.get(pid);
      const isSame = earlier !== undefined && Math.abs(startedMs - earlier) <= WAVER_MS;
      settled.set(pid, isSame ? earlier : startedMs);
    }
    this.#startedMs = settled;
    return settled;
  }
}
