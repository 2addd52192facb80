import { StoreFullError } from '../ports/store-errors.ts';
import { ImportLostError } from './errors.ts';
import type { ImportTask } from './import-task.ts';
import { runDeletion } from './run-deletion.ts';
import { runImport } from './run-import.ts';
import { findNextJob } from './task-store.ts';
import { ended, moved, TaskWork, type WorkOptions, type WorkPorts } from './task-work.ts';

export interface ImportRunnerOptions extends WorkOptions {
  readonly onError: (taskId: string, error: unknown) => void;
}

/** Beginnings without getting on before a task counts as one that cannot be done. */
export const ATTEMPTS_MAX = 5;

/** Does imports and their deletions, one after another in the order they were asked for. */
export class ImportRunner {
  readonly #ports: WorkPorts;
  readonly #options: ImportRunnerOptions;

  constructor(ports: WorkPorts, options: ImportRunnerOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Does the next one. Returns whether there was one. @throws what may pass by itself */
  async step(signal: AbortSignal): Promise<boolean> {
    const job = await findNextJob(this.#ports.state.queries, this.#options.accountId);
    if (job === undefined) return false;
    const work = new TaskWork(this.#ports, this.#options, job.task, signal);
    try {
      // Counted before the work: a task that takes the server with it is not begun for ever.
      await work.step(async (_, task) => ({ ...task, attempts: task.attempts + 1 }));
      if (work.task.attempts > ATTEMPTS_MAX) await this.#giveUp(work);
      else await (job.kind === 'import' ? runImport(work) : runDeletion(work));
    } catch (error) {
      await this.#handle(work, error, signal);
    }
    return true;
  }

  async #handle(work: TaskWork, error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted || error instanceof StoreFullError) throw error;
    if (error instanceof ImportLostError) return;
    this.#options.onError(work.task.taskId, error);
    if (work.task.attempts >= ATTEMPTS_MAX) await this.#giveUp(work);
    else throw error;
  }

  #giveUp(work: TaskWork): Promise<void> {
    const nowMs = this.#ports.clock.nowMs();
    const broken = (task: ImportTask) =>
      task.status === 'IMPORT_IN_PROGRESS'
        ? ended(task, 'broke', nowMs)
        : { ...moved(task, 'broke'), deletedAtMs: nowMs };
    return work.step(async (_, task) => broken(task));
  }
}
