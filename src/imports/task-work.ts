import { setImmediate } from 'node:timers/promises';
import { transition } from '../core/state-machine.ts';
import type { Quotas } from '../inventory/quotas.ts';
import { holdsLease, type Lease } from '../jobs/leases.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { Random } from '../ports/random.ts';
import type { RemoteObjects } from '../ports/remote-objects.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import { ImportLostError } from './errors.ts';
import { IMPORT_MACHINE, type ImportEvent } from './import-states.ts';
import type { ImportTask } from './import-task.ts';
import * as store from './task-store.ts';

export interface WorkPorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly remote?: RemoteObjects | undefined;
}

export interface WorkOptions {
  readonly accountId: string;
  readonly region: string;
  readonly quotas: Quotas;
  /** Of this work: a worker that has lost it changes nothing. */
  readonly lease: Lease;
}

/** What imports and deletions share: steps that each are one transaction of the world and the task together. */
export class TaskWork {
  readonly ports: WorkPorts;
  readonly options: WorkOptions;
  readonly #signal: AbortSignal;
  #task: ImportTask;

  constructor(ports: WorkPorts, options: WorkOptions, task: ImportTask, signal: AbortSignal) {
    this.ports = ports;
    this.options = options;
    this.#task = task;
    this.#signal = signal;
  }

  /** As the last step left it. */
  get task(): ImportTask {
    return this.#task;
  }

  /**
   * One step: `change` does its part and returns the task as it is to be; undefined: the task is no more.
   * @throws ImportLostError when the work is somebody else's now, and what `signal` was aborted with
   */
  async step(change: (tx: StateTransaction, task: ImportTask) => Promise<ImportTask | undefined>): Promise<void> {
    // Each step holds the event loop; between two others get their turn.
    await setImmediate();
    this.#signal.throwIfAborted();
    const { accountId, lease } = this.options;
    const { taskId, status } = this.#task;
    this.#task = await this.ports.state.transaction(async (tx) => {
      if (!(await holdsLease(tx, lease, this.ports.clock.nowMs()))) throw new ImportLostError(taskId);
      const now = await store.findTask(tx, { accountId, taskId });
      if (now === undefined || now.status !== status) throw new ImportLostError(taskId);
      const changed = await change(tx, now);
      if (changed === undefined) await store.deleteTask(tx, now);
      else await store.updateTask(tx, changed);
      return changed ?? now;
    });
  }

  /** A step that got on: what stopped the work before is forgotten. */
  progress(change: (tx: StateTransaction, task: ImportTask) => Promise<ImportTask | undefined>): Promise<void> {
    return this.step(async (tx, task) => {
      const changed = await change(tx, task);
      return changed && { ...changed, attempts: 0 };
    });
  }
}

/** The task after an event. One whose deletion was asked for while it was imported goes on to that. */
export function moved(task: ImportTask, event: ImportEvent): ImportTask {
  const status = transition(IMPORT_MACHINE, task.status, event);
  if (status === undefined) throw new Error(`An import that is ${task.status} does not take ${event}.`);
  return { ...task, status };
}

/** The end of an import, whichever it is. */
export function ended(task: ImportTask, event: ImportEvent, nowMs: number): ImportTask {
  const over = { ...moved(task, event), completedAtMs: nowMs, attempts: 0 };
  return over.deleteNo === undefined ? over : moved(over, 'delete');
}
