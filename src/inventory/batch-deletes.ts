import { formatUuid } from '../core/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import * as store from './batch-delete-store.ts';
import { configurationTypeOf } from './configuration-ids.ts';
import {
  BatchDeleteInvalidError,
  BatchDeleteRunningError,
  BatchDeleteTooLargeError,
  BatchDeleteUnknownError,
} from './errors.ts';
import type { Quotas } from './quotas.ts';

export interface BatchDeletesOptions {
  readonly accountId: string;
  readonly quotas: Quotas;
  /** Told after every start: there is something for the worker to do. */
  readonly onStart: () => void;
}

/** Starts and shows tasks that delete servers. The work itself is the batch deleter's. */
export class BatchDeletes {
  readonly #ports: { state: StateStore; clock: Clock; random: Random };
  readonly #options: BatchDeletesOptions;

  constructor(ports: { state: StateStore; clock: Clock; random: Random }, options: BatchDeletesOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Returns the id of the task. @throws BatchDeleteInvalidError, BatchDeleteTooLargeError, BatchDeleteRunningError */
  async start(serverIds: readonly string[]): Promise<string> {
    const requested = this.#readIds(serverIds);
    const { state, clock, random } = this.#ports;
    const taskId = formatUuid(random.bytes(16));
    const lists = { requested, deleted: [], failed: [], warnings: [] };
    await state.transaction(async (tx) => {
      const wanted = new Set(requested);
      for (const running of await store.listRunning(tx, this.#options.accountId)) {
        const taken = running.requested.find((serverId) => wanted.has(serverId));
        if (taken !== undefined) throw new BatchDeleteRunningError(taken, running.taskId);
      }
      const task = { taskId, status: 'INITIALIZING', startedAtMs: clock.nowMs(), endedAtMs: undefined } as const;
      await store.insertBatchDelete(tx, this.#options.accountId, { ...task, ...lists });
    });
    this.#options.onStart();
    return taskId;
  }

  /** @throws BatchDeleteUnknownError */
  async describe(taskId: string): Promise<store.BatchDelete> {
    const found = await store.findBatchDelete(this.#ports.state.queries, this.#options.accountId, taskId);
    if (found === undefined) throw new BatchDeleteUnknownError(taskId);
    return found;
  }

  #readIds(serverIds: readonly string[]): string[] {
    const requested = [...new Set(serverIds)];
    const max = this.#options.quotas.batchDeleteIdsMax;
    if (requested.length === 0) throw new BatchDeleteInvalidError('configurationIds names no server.');
    if (requested.length > max) throw new BatchDeleteTooLargeError(max);
    const other = requested.find((id) => configurationTypeOf(id) !== 'SERVER');
    if (other !== undefined) throw new BatchDeleteInvalidError(`'${other}' is not the ID of a server.`);
    return requested;
  }
}
