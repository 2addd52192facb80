import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatUuid } from '../core/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { Random } from '../ports/random.ts';
import { type SqlEngine, SqlError } from '../ports/sql-engine.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import { type ClaimedQuery, Claims, move } from './claims.ts';
import { HISTORY_MS } from './execution.ts';
import { nameResult, resultObjectKeys, storeResult } from './result-objects.ts';
import { runStatement } from './run-statement.ts';
import * as store from './store.ts';

export interface QueryRunnerPorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: SqlEngine;
}

export interface QueryRunnerOptions {
  readonly accountId: string;
  readonly runningMax: number;
  readonly timeoutMs: number;
  readonly memoryBytesMax: number;
  readonly resultBytesMax: number;
  readonly threadsMax: number;
  /** A folder of this process's own, on the file system of the objects; emptied at the start. */
  readonly tempDir: string;
  readonly onError: (error: unknown) => void;
  /** How often to look for queries that came in through another process. */
  readonly pollMs?: number;
  readonly leaseMs?: number;
  /** How long `stop` waits for running queries before it gives them back. */
  readonly drainMs?: number;
}

const POLL_MS = 1000;
const LEASE_MS = 15_000;
const DRAIN_MS = 5000;
const SWEEP_MS = 3_600_000;
const SYSTEM_CATEGORY = 1;
const USER_CATEGORY = 2;

type AbortCause = 'cancelled' | 'stopping';

interface Running {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * Runs the queries that wait, oldest first, some at once. The answer is stored first; one transaction then names it in
 * its bucket, makes what the statement changes, and says SUCCEEDED.
 */
export class QueryRunner implements AsyncDisposable {
  readonly #ports: QueryRunnerPorts;
  readonly #options: QueryRunnerOptions;
  readonly #claims: Claims;
  readonly #tempDir: string;
  readonly #running = new Map<string, Running>();
  readonly #stopping = new AbortController();
  #woken = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #sweptAtMs = Number.NEGATIVE_INFINITY;

  constructor(ports: QueryRunnerPorts, options: QueryRunnerOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#tempDir = join(options.tempDir, 'query-results');
    const { accountId, runningMax, leaseMs = LEASE_MS } = options;
    const runnerId = formatUuid(ports.random.bytes(16));
    this.#claims = new Claims(ports, { accountId, runnerId, leaseMs, runningMax });
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** A query came in: look at once. */
  wake(): void {
    this.#woken.abort();
  }

  /** The query was cancelled: its run ends, if it is here. */
  cancel(queryExecutionId: string): void {
    this.#running.get(queryExecutionId)?.abort.abort('cancelled' satisfies AbortCause);
    this.wake();
  }

  /** Takes nothing more on, waits for what runs, and gives back what takes too long. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#loop;
    const drained = new AbortController();
    const all = Promise.all([...this.#running.values()].map(({ done }) => done)).then(() => drained.abort());
    await this.#ports.clock.sleep(this.#options.drainMs ?? DRAIN_MS, drained.signal);
    for (const { abort } of this.#running.values()) abort.abort('stopping' satisfies AbortCause);
    await all;
    await this.#claims.release().catch(this.#options.onError);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #run(): Promise<void> {
    await this.#guard(async () => {
      await rm(this.#tempDir, { recursive: true, force: true });
      await mkdir(this.#tempDir, { recursive: true });
    });
    while (!this.#stopping.signal.aborted) {
      this.#woken = new AbortController();
      await this.#guard(() => this.#step());
      await this.#ports.clock.sleep(this.#options.pollMs ?? POLL_MS, this.#woken.signal);
    }
  }

  async #step(): Promise<void> {
    if (this.#running.size > 0) {
      await this.#claims.renew();
      await this.#dropCancelled();
    }
    await this.#claims.recoverLost();
    await this.#sweep();
    while (!this.#stopping.signal.aborted && this.#running.size < this.#options.runningMax) {
      const claimed = await this.#claims.take();
      if (claimed === undefined) return;
      this.#begin(claimed);
    }
  }

  #begin(claimed: ClaimedQuery): void {
    const abort = new AbortController();
    const { id } = claimed.claim;
    const done = this.#work(claimed, abort.signal)
      .catch(this.#options.onError)
      .then(() => {
        this.#running.delete(id);
        this.wake();
      });
    this.#running.set(id, { abort, done });
  }

  async #work({ claim, execution }: ClaimedQuery, signal: AbortSignal): Promise<void> {
    const path = join(this.#tempDir, `${claim.id}-${claim.attempts}`);
    const { timeoutMs, memoryBytesMax, threadsMax, resultBytesMax } = this.#options;
    const limits = { timeoutMs, memoryBytesMax, threadsMax, resultBytesMax };
    try {
      const nowMs = this.#ports.clock.nowMs();
      const { result, apply } = await runStatement(this.#ports, { execution, limits, path, nowMs, signal });
      signal.throwIfAborted();
      const stored = await storeResult(this.#ports.objects, execution, { path, columns: result.columns });
      await this.#settle(async (tx) => {
        const endedAtMs = this.#ports.clock.nowMs();
        const ending = { status: move('RUNNING', 'succeed'), nowMs: endedAtMs, result };
        if (!(await store.endClaim(tx, claim, ending))) return;
        await nameResult(tx, execution, stored, endedAtMs);
        await apply?.(tx);
      });
    } catch (error) {
      if (isStopping(signal)) return await this.#claims.giveBack(claim);
      await this.#fail(claim, error, signal);
    } finally {
      await rm(path, { force: true });
    }
    await this.#removeUnnamed({ claim, execution });
  }

  async #fail(claim: store.Claim, error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (!(error instanceof SqlError)) this.#options.onError(error);
    const { reason, errorCategory } = explain(error);
    await this.#settle(async (tx) => {
      const nowMs = this.#ports.clock.nowMs();
      await store.endClaim(tx, claim, { status: move('RUNNING', 'fail'), nowMs, reason, errorCategory });
    });
  }

  /** An answer has to become true, so a state store that cannot write now is asked again. @throws SqlError */
  async #settle(change: (tx: StateTransaction) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await this.#ports.state.transaction(change);
      } catch (error) {
        if (error instanceof SqlError) throw error;
        this.#options.onError(error);
        if (this.#stopping.signal.aborted) return;
        await this.#ports.clock.sleep(POLL_MS, this.#stopping.signal);
      }
    }
  }

  /** Bytes of an attempt that did not become the answer are nobody's. */
  async #removeUnnamed({ claim, execution }: ClaimedQuery): Promise<void> {
    const row = await store.findQuery(this.#ports.state.queries, claim);
    const isAnswer = row?.status === 'SUCCEEDED' && row.attempts === claim.attempts;
    const isUndecided = row?.status === 'RUNNING' && row.attempts === claim.attempts;
    for (let attempts = 1; attempts <= claim.attempts; attempts += 1) {
      if (attempts === claim.attempts && (isAnswer || isUndecided)) continue;
      await this.#ports.objects.delete(resultObjectKeys({ ...execution, attempts }));
    }
  }

  /** Cancelled through another process. */
  async #dropCancelled(): Promise<void> {
    const held = await this.#claims.listHeld();
    for (const [id, { abort }] of this.#running) {
      if (!held.has(id)) abort.abort('cancelled' satisfies AbortCause);
    }
  }

  async #sweep(): Promise<void> {
    const nowMs = this.#ports.clock.nowMs();
    if (nowMs - this.#sweptAtMs < SWEEP_MS) return;
    await store.deleteOldQueries(this.#ports.state.queries, this.#options.accountId, nowMs - HISTORY_MS);
    this.#sweptAtMs = nowMs;
  }

  async #guard(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}

function isStopping(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason === ('stopping' satisfies AbortCause);
}

/** What the user reads. What is no fault of the statement shows no internals. */
function explain(error: unknown): { reason: string; errorCategory: number } {
  if (!(error instanceof SqlError))
    return { reason: 'GENERIC_INTERNAL_ERROR: The query could not be run', errorCategory: SYSTEM_CATEGORY };
  return { reason: error.message, errorCategory: error.category === 'user' ? USER_CATEGORY : SYSTEM_CATEGORY };
}
