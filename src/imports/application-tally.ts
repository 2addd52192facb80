import { findByNames, putApplications } from '../inventory/application-store.ts';
import type { StateTransaction } from '../ports/state/state-store.ts';
import type { ImportTask } from './import-task.ts';
import type { TaskWork } from './task-work.ts';
import { isFault } from './template/read-record.ts';
import type { RecordFault, ServerRecord } from './template/template-record.ts';

const APPLICATIONS_A_STEP = 500;

type Entry = ServerRecord | RecordFault;

/**
 * The applications that a file names, each counted once, and the wave that its last line gives each. A wave is set when the
 * whole file is read, so that a file which names two for one application leaves the same one however often it is imported.
 */
export class ApplicationTally {
  readonly #waves = new Map<string, string | undefined>();
  readonly #failed = new Set<string>();
  #pending: { readonly entries: readonly Entry[]; readonly failedLines: ReadonlySet<number> } | undefined;

  /** What a step will have added when it is true; `keep` says that it is. */
  with(entries: readonly Entry[], failedLines: ReadonlySet<number>): { imported: number; failed: number } {
    this.#pending = { entries, failedLines };
    const imported = new Set<string>();
    const failed = new Set<string>();
    for (const entry of entries) {
      const isFailed = isFault(entry) || failedLines.has(entry.line);
      for (const name of entry.applications) (isFailed ? failed : imported).add(name);
    }
    const isImported = (name: string) => imported.has(name) || this.#waves.has(name);
    const newlyImported = [...imported].filter((name) => !this.#waves.has(name));
    const lost = new Set([...this.#failed, ...failed].filter((name) => !isImported(name)));
    return { imported: this.#waves.size + newlyImported.length, failed: lost.size };
  }

  keep(): void {
    if (this.#pending !== undefined) this.add(this.#pending.entries, this.#pending.failedLines);
    this.#pending = undefined;
  }

  add(entries: readonly Entry[], failedLines: ReadonlySet<number>): void {
    for (const entry of entries) {
      const isFailed = isFault(entry) || failedLines.has(entry.line);
      for (const name of entry.applications) {
        if (isFailed) {
          if (!this.#waves.has(name)) this.#failed.add(name);
        } else {
          this.#failed.delete(name);
          this.#waves.set(name, (isFault(entry) ? undefined : entry.wave) ?? this.#waves.get(name));
        }
      }
    }
  }

  /** Steps that give applications the wave they have in the file, where it is another one than they have. */
  *waveChanges({
    options,
    ports,
  }: TaskWork): Generator<(tx: StateTransaction, task: ImportTask) => Promise<ImportTask>> {
    const waved = [...this.#waves].filter(([, wave]) => wave !== undefined);
    for (let from = 0; from < waved.length; from += APPLICATIONS_A_STEP) {
      const some = new Map(waved.slice(from, from + APPLICATIONS_A_STEP));
      yield async (tx, task) => {
        const found = await findByNames(tx, options.accountId, [...some.keys()]);
        const changed = [...found.values()]
          .map((application) => ({ application, wave: some.get(application.name) }))
          .filter(({ application, wave }) => application.wave !== wave)
          .map(({ application, wave }) => ({ ...application, wave, modifiedAtMs: ports.clock.nowMs() }));
        await putApplications(tx, options.accountId, changed);
        return task;
      };
    }
  }
}
