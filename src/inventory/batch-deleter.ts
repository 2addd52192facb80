import { transition } from '../core/state-machine.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { holdsLease, type Lease } from '../jobs/leases.ts';
import type { Clock } from '../ports/clock.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import { StoreFullError } from '../ports/store-errors.ts';
import { BATCH_DELETE_MACHINE, type BatchDeleteEvent } from './batch-delete-states.ts';
import * as store from './batch-delete-store.ts';
import { deleteServers } from './delete-servers.ts';
import { listLiveServerIds } from './server-store.ts';
import { listAgentsOf } from './source-store.ts';

/** Servers deleted in one transaction: a few milliseconds for everybody else. */
const SERVERS_A_STEP = 10;
const UNKNOWN_CODE = 404;
const FAILED_CODE = 500;
const ACTIVE_AGENT_CODE = 1;
/** Agents in one of these send, or will as soon as they can. */
const REPORTING = new Set(['RUNNING', 'UNHEALTHY']);

export interface BatchDeleterOptions {
  readonly accountId: string;
  /** Of this work: a worker that has lost it changes nothing. */
  readonly lease: Lease;
  /** A server could not be deleted, and the task says so. */
  readonly onFailure: (serverId: string, error: unknown) => void;
}

/**
 * Does the work of batch delete tasks, oldest first. Each step is one transaction that also records how far the task is,
 * so that a worker which is killed leaves a task that the next one goes on with.
 */
export class BatchDeleter {
  readonly #ports: { state: StateStore; clock: Clock; fleet: Fleet };
  readonly #options: BatchDeleterOptions;

  constructor(ports: { state: StateStore; clock: Clock; fleet: Fleet }, options: BatchDeleterOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Takes the oldest task one step further. Returns whether there may be more to do. @throws what may pass by itself */
  async step(): Promise<boolean> {
    const [task] = await store.listRunning(this.#ports.state.queries, this.#options.accountId, 1);
    if (task === undefined) return false;
    if (task.status === 'INITIALIZING') return this.#write(task.taskId, async (_, now) => this.#moved(now, 'begin'));
    if (task.status === 'VALIDATING') return this.#validate(task);
    return this.#delete(task);
  }

  async #validate(task: store.BatchDelete): Promise<boolean> {
    const reporting = await this.#listReporting(task.requested);
    return this.#write(task.taskId, async (tx, now) => {
      const live = await listLiveServerIds(tx, this.#options.accountId, now.requested);
      const failed = now.requested.filter((id) => !live.has(id)).map((id) => failure(id, UNKNOWN_CODE));
      const warnings = now.requested.filter((id) => live.has(id) && reporting.has(id)).map(warning);
      return this.#moved({ ...now, failed, warnings }, live.size === 0 ? 'fail' : 'accept');
    });
  }

  async #delete(task: store.BatchDelete): Promise<boolean> {
    const some = leftOf(task).slice(0, SERVERS_A_STEP);
    try {
      return await this.#write(task.taskId, (tx, now) => this.#deleteSome(tx, now, some));
    } catch (error) {
      if (error instanceof StoreFullError || some.length === 0) throw error;
      return await this.#deleteApart(task.taskId, some);
    }
  }

  /** Something is wrong with one of them: the others must not suffer for it. */
  async #deleteApart(taskId: string, serverIds: readonly string[]): Promise<boolean> {
    for (const serverId of serverIds) {
      await this.#write(taskId, (tx, now) => this.#deleteSome(tx, now, [serverId])).catch(async (error: unknown) => {
        if (error instanceof StoreFullError) throw error;
        // Recorded first: where not even that can be written, the fault is not the server's, and all is tried again.
        await this.#write(taskId, async (_, now) =>
          this.#ended({ ...now, failed: [...now.failed, failure(serverId, FAILED_CODE)] }),
        );
        this.#options.onFailure(serverId, error);
      });
    }
    return true;
  }

  async #deleteSome(tx: StateTransaction, now: store.BatchDelete, serverIds: readonly string[]) {
    const context = { accountId: this.#options.accountId, nowMs: this.#ports.clock.nowMs() };
    await deleteServers(tx, context, serverIds);
    return this.#ended({ ...now, deleted: [...now.deleted, ...serverIds] });
  }

  /** The task, over when nothing is left of it. */
  #ended(task: store.BatchDelete): store.BatchDelete {
    if (leftOf(task).length > 0) return task;
    return this.#moved(task, task.deleted.length === 0 ? 'fail' : 'finish');
  }

  #moved(task: store.BatchDelete, event: BatchDeleteEvent): store.BatchDelete {
    const status = transition(BATCH_DELETE_MACHINE, task.status, event);
    if (status === undefined) throw new Error(`A task that is ${task.status} does not take ${event}.`);
    const isOver = status === 'COMPLETED' || status === 'FAILED';
    return { ...task, status, endedAtMs: isOver ? this.#ports.clock.nowMs() : undefined };
  }

  /** One transaction: the change of the world and of the task. False: somebody else has the work now. */
  #write(
    taskId: string,
    change: (tx: StateTransaction, now: store.BatchDelete) => Promise<store.BatchDelete>,
  ): Promise<boolean> {
    const { accountId, lease } = this.#options;
    return this.#ports.state.transaction(async (tx) => {
      if (!(await holdsLease(tx, lease, this.#ports.clock.nowMs()))) return false;
      const now = await store.findBatchDelete(tx, accountId, taskId);
      if (now !== undefined) await store.updateBatchDelete(tx, accountId, await change(tx, now));
      return true;
    });
  }

  /** Those of the servers that an agent reports from. */
  async #listReporting(serverIds: readonly string[]): Promise<Set<string>> {
    const agentsOf = await listAgentsOf(this.#ports.state.queries, this.#options.accountId, serverIds);
    const agentIds = [...agentsOf.values()].flat();
    const reporting = new Set<string>();
    if (agentIds.length === 0) return reporting;
    for await (const agent of this.#ports.fleet.list({ agentIds }))
      if (REPORTING.has(agent.health)) reporting.add(agent.agentId);
    return new Set(serverIds.filter((id) => agentsOf.get(id)?.some((agentId) => reporting.has(agentId))));
  }
}

function leftOf(task: store.BatchDelete): string[] {
  const done = new Set([...task.deleted, ...task.failed.map(({ configurationId }) => configurationId)]);
  return task.requested.filter((id) => !done.has(id));
}

function failure(configurationId: string, errorStatusCode: typeof UNKNOWN_CODE | typeof FAILED_CODE) {
  const errorMessage =
    errorStatusCode === UNKNOWN_CODE
      ? `Configuration ${configurationId} was not found.`
      : `Configuration ${configurationId} could not be deleted. Try again.`;
  return { configurationId, errorStatusCode, errorMessage };
}

function warning(configurationId: string): store.DeletionWarning {
  const warningText = `Configuration ${configurationId} has an active agent and will be discovered again under a new ID.`;
  return { configurationId, warningCode: ACTIVE_AGENT_CODE, warningText };
}
