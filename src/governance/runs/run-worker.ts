import type { CatalogTable } from '../../catalog/catalog.ts';
import { DAY_MS } from '../../core/time.ts';
import type { RoleAccess } from '../../identity/data-access.ts';
import { holdsLease, type Lease } from '../../jobs/leases.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import { StoreFullError } from '../../ports/store-errors.ts';
import type { GovernancePorts } from '../containers/domains.ts';
import { assumeRole, isFailure } from '../data-sources/access-role.ts';
import type { SourceConfiguration } from '../data-sources/configuration.ts';
import { updateDataSource } from '../data-sources/data-source-store.ts';
import { requireDataSource } from '../data-sources/data-sources.ts';
import type { Failure } from '../data-sources/failure.ts';
import { findLastActivity } from './activity-store.ts';
import { type Cursor, findMissingCatalog, missingDatabases, openCursor, readChunk } from './cursor.ts';
import { endRun } from './end-run.ts';
import { decideTables, writeOutcomes } from './import-tables.ts';
import { appendLogLine } from './run-log.ts';
import { endingOf } from './run-states.ts';
import * as store from './run-store.ts';
import { moveRun } from './runs.ts';

export interface RunWorkerOptions {
  readonly accountId: string;
  /** Whoever holds it carries the runs of the account on. */
  readonly lease: Lease;
  readonly onError: (error: unknown, runId: string) => void;
}

const RUNS_AT_ONCE_MAX = 100;
/** A run that nobody carried on for so long is given up. */
const SILENCE_MS_MAX = DAY_MS;
/** A chunk that fails so often in a row fails its run. */
const ATTEMPTS_MAX = 5;

const ALL_FAILED: Failure = {
  type: 'VALIDATION_EXCEPTION',
  detail: 'No table could be imported; the activities say why.',
};

/**
 * Carries runs on, a chunk of tables at a time and all live runs in turn. A chunk is one transaction: assets, revisions,
 * activities and counters together, under the lease. So a run that lost its worker goes on after its last activity, and
 * nothing is imported twice.
 */
export class RunWorker {
  readonly #ports: GovernancePorts;
  readonly #options: RunWorkerOptions;
  readonly #cursors = new Map<string, Cursor>();
  readonly #failures = new Map<string, number>();

  constructor(ports: GovernancePorts, options: RunWorkerOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** One chunk of every live run. False when there is none. @throws StoreFullError */
  async step(): Promise<boolean> {
    const { state } = this.#ports;
    const live = await store.listLiveRuns(state.queries, this.#options.accountId, RUNS_AT_ONCE_MAX);
    const ids = new Set(live.map((run) => run.runId));
    for (const runId of this.#cursors.keys()) if (!ids.has(runId)) this.#forget(runId);
    for (const run of live) await this.#guard(run);
    return live.length > 0;
  }

  /** What goes wrong with one run keeps no other from going on. */
  async #guard(run: store.DataSourceRun): Promise<void> {
    try {
      await this.#advance(run);
      this.#failures.delete(run.runId);
    } catch (error) {
      if (error instanceof StoreFullError) throw error;
      this.#options.onError(error, run.runId);
      const failures = (this.#failures.get(run.runId) ?? 0) + 1;
      this.#failures.set(run.runId, failures);
      if (failures < ATTEMPTS_MAX) return;
      await this.#fail(run, { type: 'INTERNAL_SERVER_EXCEPTION', detail: 'The run failed inside of the service.' });
    }
  }

  async #advance(run: store.DataSourceRun): Promise<void> {
    const cursor = this.#cursors.get(run.runId) ?? (await this.#open(run));
    if (cursor === undefined) return;
    this.#cursors.set(run.runId, cursor);
    const chunk = await readChunk(this.#ports.state.queries, run.accountId, cursor);
    if (chunk === undefined) return this.#finish(run, cursor);
    if (chunk.taken.length === 0 || (await this.#write(run, cursor, chunk.taken))) chunk.move();
    else this.#forget(run.runId);
  }

  /** Begins a run, or takes it up where its activities end. Undefined: it has ended, or is somebody else's. */
  async #open(run: store.DataSourceRun): Promise<Cursor | undefined> {
    const { state, clock } = this.#ports;
    const nowMs = clock.nowMs();
    if (nowMs - run.updatedAtMs > SILENCE_MS_MAX)
      return this.#fail(run, {
        type: 'INTERNAL_SERVER_EXCEPTION',
        detail: 'The service was stopped for more than 24 hours while the run was live.',
      });
    const last = await findLastActivity(state.queries, run);
    const begun = await this.#begin(run, { nowMs, isBehind: last !== undefined });
    if (begun === undefined) return undefined;
    const { glueRunConfiguration: configuration } = JSON.parse(run.snapshot) as SourceConfiguration;
    const role = await assumeRole(state.queries, run, configuration);
    if (isFailure(role)) return this.#fail(begun, role);
    const catalog = findMissingCatalog(run.accountId, configuration);
    if (catalog !== undefined) return this.#fail(begun, catalog);
    const cursor = await openCursor(state.queries, run.accountId, configuration, last);
    if (cursor.databases.length > 0 || cursor.missing.length === 0) return cursor;
    return this.#fail(begun, missingDatabases(cursor.missing));
  }

  #begin(
    run: store.DataSourceRun,
    { nowMs, isBehind }: { readonly nowMs: number; readonly isBehind: boolean },
  ): Promise<store.DataSourceRun | undefined> {
    return this.#underLease(async (tx) => {
      const note = (message: string) => appendLogLine(tx, run, { runId: run.runId, atMs: nowMs, message });
      if (run.status !== 'REQUESTED') {
        await note(isBehind ? 'resumed after the last activity' : 'resumed from the start');
        return run;
      }
      const status = moveRun(run.status, 'start');
      const changes = { status, started_at_ms: nowMs, updated_at_ms: nowMs };
      if (!(await store.updateRun(tx, run, run.status, changes))) return undefined;
      await updateDataSource(tx, run, { last_run_status: status, last_run_at_ms: nowMs });
      await note('started');
      return { ...run, status, startedAtMs: nowMs };
    });
  }

  /** False: the run has ended meanwhile, or the lease is somebody else's. Then nothing was written. */
  async #write(run: store.DataSourceRun, { configuration }: Cursor, tables: readonly CatalogTable[]): Promise<boolean> {
    try {
      const isWritten = await this.#underLease(async (tx) => {
        const source = await requireDataSource(tx, run);
        const role = await assumeRole(tx, run, configuration);
        const context = {
          run,
          source,
          place: { accountId: run.accountId, region: configuration.region },
          access: isFailure(role) ? NO_ACCESS : role,
          random: this.#ports.random,
          nowMs: this.#ports.clock.nowMs(),
        };
        if (!(await writeOutcomes(tx, context, await decideTables(tx, context, tables)))) throw new RunEndedError();
        return true;
      });
      return isWritten === true;
    } catch (error) {
      if (error instanceof RunEndedError) return false;
      throw error;
    }
  }

  async #finish(run: store.DataSourceRun, { missing }: Cursor): Promise<void> {
    await this.#underLease(async (tx) => {
      const current = await store.findRun(tx, run);
      if (current?.status !== 'RUNNING') return;
      const { counts, publishingFailed } = current;
      const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const event = endingOf({ all, failed: counts.failed, publishingFailed, missingDatabases: missing.length });
      const ofAll = event === 'fail' ? ALL_FAILED : undefined;
      const failure = missing.length > 0 ? missingDatabases(missing) : ofAll;
      await endRun(tx, current, { event, failure, random: this.#ports.random, nowMs: this.#ports.clock.nowMs() });
    });
    this.#forget(run.runId);
  }

  async #fail(run: store.DataSourceRun, failure: Failure): Promise<undefined> {
    await this.#underLease(async (tx) => {
      const current = await store.findRun(tx, run);
      if (current === undefined || current.stoppedAtMs !== undefined) return;
      await endRun(tx, current, {
        event: 'fail',
        failure,
        random: this.#ports.random,
        nowMs: this.#ports.clock.nowMs(),
      });
    });
    this.#forget(run.runId);
  }

  #forget(runId: string): void {
    this.#cursors.delete(runId);
    this.#failures.delete(runId);
  }

  /** Undefined when the lease is somebody else's: what was to be written is theirs to write. */
  #underLease<T>(run: (tx: StateTransaction) => Promise<T>): Promise<T | undefined> {
    const { state, clock } = this.#ports;
    return state.transaction(async (tx) =>
      (await holdsLease(tx, this.#options.lease, clock.nowMs())) ? run(tx) : undefined,
    );
  }
}

/** Thrown to undo a chunk whose run was ended meanwhile. */
class RunEndedError extends Error {}

/** Of a role that was denied its assumption after the run had begun. */
const NO_ACCESS: RoleAccess = { mayAssume: false, mayRead: () => false };
