import { sweepPrefix } from '../jobs/sweep-objects.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { forgetEndedFailures } from './failure-store.ts';
import { pinnedPrefix } from './import-task.ts';
import { listTaskStates } from './task-store.ts';

/** Deletes what a server that was killed left of imports: their files, and rows of what failed. */
export class ImportSweeper {
  readonly #ports: { state: StateStore; objects: ObjectStore };
  readonly #accountId: string;
  /** Files without a task when last looked at. A task's row comes a moment after its file, so they get until the next. */
  #suspects: ReadonlySet<string> = new Set();

  constructor(ports: { state: StateStore; objects: ObjectStore }, accountId: string) {
    this.#ports = ports;
    this.#accountId = accountId;
  }

  /** Returns how many files went. */
  async sweep(): Promise<number> {
    const { state, objects } = this.#ports;
    await forgetEndedFailures(state.queries, this.#accountId);
    const prefix = pinnedPrefix(this.#accountId);
    const suspects = new Set<string>();
    const deleted = await sweepPrefix(objects, prefix, async (listed) => {
      const files = listed.map(({ key }) => ({ key, taskId: key.slice(prefix.length).split('/')[0] ?? '' }));
      const ids = files.map(({ taskId }) => taskId);
      const states = await listTaskStates(state.queries, this.#accountId, ids);
      for (const { key, taskId } of files) if (!states.has(taskId)) suspects.add(key);
      const isLeft = (key: string, taskId: string) =>
        states.has(taskId) ? states.get(taskId) !== 'IMPORT_IN_PROGRESS' : this.#suspects.has(key);
      return files.filter(({ key, taskId }) => isLeft(key, taskId)).map(({ key }) => key);
    });
    this.#suspects = suspects;
    return deleted;
  }
}
