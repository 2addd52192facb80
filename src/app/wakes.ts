/** What is done in the background, as others in this process call it to attention. */
export type Work =
  | 'continuous-exports'
  | 'roll'
  | 'inventory'
  | 'export-tasks'
  | 'imports'
  | 'batch-deletes'
  | 'governance'
  | 'export-lineage';

/**
 * Lets a command tell the worker of its work that there is something to do, without knowing whether this process has that
 * worker: one in another process sees it at its next look.
 */
export class Wakes {
  readonly #workers = new Map<Work, () => void>();

  /** `wake` is what the worker of this process does when it is called. */
  answer(work: Work, wake: () => void): void {
    this.#workers.set(work, wake);
  }

  call(work: Work): void {
    this.#workers.get(work)?.();
  }
}
