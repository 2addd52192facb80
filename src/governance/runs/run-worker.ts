import { listDatabases } from '../../catalog/catalog.ts';
import { listTables } from '../../catalog/tables.ts';
import { HOUR_MS } from '../../core/time.ts';
import type { RoleAccess } from '../../identity/data-access.ts';
import { holdsLease, type Lease } from '../../jobs/leases.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import type { GovernancePorts } from '../containers/domains.ts';
import { assumeRole, isFailure } from '../data-sources/access-role.ts';
import { chooseDatabases, compileFilter, type SourceConfiguration } from '../data-sources/configuration.ts';
import { updateDataSource } from '../data-sources/data-source-store.ts';
import { requireDataSource } from '../data-sources/data-sources.ts';
import type { Failure } from '../data-sources/failure.ts';
import { findLastActivity, type TablePosition } from './activity-store.ts';
import { endRun } from './end-run.ts';
import { decideTables, writeOutcomes } from './import-tables.ts';
import { endingOf } from './run-states.ts';
import * as store from './run-store.ts';
import { moveRun } from './runs.ts';

export interface RunWorkerOptions {
  readonly accountId: string;
  /** Whoever holds it carries the runs of the account on. */
  readonly lease: Lease;
}

/** Tables of one transaction: nobody else gets a turn while it is written. */
const CHUNK_TABLES = 50;
const RUNS_AT_ONCE_MAX = 100;
const DATABASES_MAX = 10_000;
/** A run that nobody carried on for so long is given up. */
const SILENCE_MS_MAX = 24 * HOUR_MS;

/** Where a run stands. Made anew from its activities by whoever takes it over. */
interface Cursor {
  readonly configuration: SourceConfiguration['glueRunConfiguration'];
  readonly takes: (database: string, table: string) => boolean;
  readonly databases: readonly string[];
  readonly missing: readonly string[];
  at: number;
  after: string | undefined;
}

/**
 * Carries runs on, a chunk of tables at a time and all live runs in turn. A chunk is one transaction: assets, revisions,
 * activities and counters together, under the lease. So a run that lost its worker goes on after its last activity, and
 * nothing is imported twice.
 */
export class RunWorker {
  readonly #ports: GovernancePorts;
  readonly #options: RunWorkerOptions;
  readonly #cursors = new Map<string, Cursor>();

  constructor(ports: GovernancePorts, options: RunWorkerOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** One chunk of every live run. False when there is none. */
  async step(): Promise<boolean> {
    const { state } = this.#ports;
    const live = await store.listLiveRuns(state.queries, this.#options.accountId, RUNS_AT_ONCE_MAX);
    const ids = new Set(live.map((run) => run.runId));
    for (const runId of this.#cursors.keys()) if (!ids.has(runId)) this.#cursors.delete(runId);
    for (const run of live) await this.#advance(run);
    return live.length > 0;
  }

  async #advance(run: store.DataSourceRun): Promise<void> {
    const cursor = this.#cursors.get(run.runId) ?? (await this.#open(run));
    if (cursor === undefined) return;
    this.#cursors.set(run.runId, cursor);
    const database = cursor.databases[cursor.at];
    if (database === undefined) return this.#finish(run, cursor);
    const page = { after: cursor.after, limit: CHUNK_TABLES };
    const tables = await listTables(this.#ports.state.queries, run.accountId, database, page);
    const taken = tables.filter((table) => cursor.takes(database, table.name));
    const isWritten = taken.length === 0 || (await this.#write(run, cursor, taken));
    if (!isWritten) {
      this.#cursors.delete(run.runId);
      return;
    }
    if (tables.length === CHUNK_TABLES) cursor.after = tables.at(-1)?.name;
    else {
      cursor.at += 1;
      cursor.after = undefined;
    }
  }

  /** Begins a run, or takes it up where its activities end. Undefined: it has ended. */
  async #open(run: store.DataSourceRun): Promise<Cursor | undefined> {
    const { state, clock } = this.#ports;
    const nowMs = clock.nowMs();
    if (nowMs - run.updatedAtMs > SILENCE_MS_MAX)
      return this.#fail(run, {
        type: 'INTERNAL_SERVER_EXCEPTION',
        detail: 'The service was stopped for more than 24 hours while the run was live.',
      });
    const started = run.status === 'REQUESTED' ? await this.#start(run, nowMs) : run;
    if (started === undefined) return undefined;
    const { glueRunConfiguration: configuration } = JSON.parse(run.snapshot) as SourceConfiguration;
    const role = await assumeRole(state.queries, run, configuration);
    if (isFailure(role)) return this.#fail(started, role);
    const { catalogName } = configuration;
    if (catalogName !== undefined && catalogName !== run.accountId)
      return this.#fail(started, {
        type: 'RESOURCE_NOT_FOUND_EXCEPTION',
        detail: `Catalog '${catalogName}' was not found.`,
      });
    const all = await listDatabases(state.queries, run.accountId, { limit: DATABASES_MAX });
    const { found, missing } = chooseDatabases(
      configuration,
      all.map(({ name }) => name),
    );
    if (found.length === 0 && missing.length > 0) return this.#fail(started, missingFailure(missing));
    const last = await findLastActivity(state.queries, run);
    return openCursor({ configuration, databases: found, missing, last });
  }

  #start(run: store.DataSourceRun, nowMs: number): Promise<store.DataSourceRun | undefined> {
    return this.#underLease(async (tx) => {
      const status = moveRun(run.status, 'start');
      const changes = { status, started_at_ms: nowMs, updated_at_ms: nowMs };
      if (!(await store.updateRun(tx, run, run.status, changes))) return undefined;
      await updateDataSource(tx, run, { last_run_status: status, last_run_at_ms: nowMs });
      return { ...run, status, startedAtMs: nowMs };
    });
  }

  async #write(
    run: store.DataSourceRun,
    { configuration }: Cursor,
    tables: Awaited<ReturnType<typeof listTables>>,
  ): Promise<boolean> {
    const written = await this.#underLease(async (tx) => {
      const source = await requireDataSource(tx, run);
      const role = await assumeRole(tx, run, configuration);
      const context = {
        run,
        source,
        place: { accountId: run.accountId, region: configuration.region },
        access: isFailure(role) ? NOTHING : role,
        random: this.#ports.random,
        nowMs: this.#ports.clock.nowMs(),
      };
      if (!(await writeOutcomes(tx, context, await decideTables(tx, context, tables)))) throw new RunEndedError();
      return true;
    }).catch((error: unknown) => {
      if (error instanceof RunEndedError) return undefined;
      throw error;
    });
    return written === true;
  }

  async #finish(run: store.DataSourceRun, { missing }: Cursor): Promise<void> {
    await this.#underLease(async (tx) => {
      const current = await store.findRun(tx, run);
      if (current?.status !== 'RUNNING') return;
      const { counts, publishingFailed } = current;
      const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const event = endingOf({ all, failed: counts.failed, publishingFailed, missingDatabases: missing.length });
      const failure = missing.length > 0 ? missingFailure(missing) : failureOfAll(event);
      await endRun(tx, current, { event, failure, nowMs: this.#ports.clock.nowMs() });
    });
    this.#cursors.delete(run.runId);
  }

  async #fail(run: store.DataSourceRun, failure: Failure): Promise<undefined> {
    await this.#underLease((tx) => endRun(tx, run, { event: 'fail', failure, nowMs: this.#ports.clock.nowMs() }));
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

/** What a role may read that was denied its assumption after the run had begun. */
const NOTHING: RoleAccess = { mayAssume: false, mayRead: () => false };

function openCursor(parts: {
  readonly configuration: Cursor['configuration'];
  readonly databases: readonly string[];
  readonly missing: readonly string[];
  readonly last: TablePosition | undefined;
}): Cursor {
  const { configuration, databases, missing, last } = parts;
  const takes = compileFilter(configuration);
  if (last === undefined) return { configuration, takes, databases, missing, at: 0, after: undefined };
  const at = databases.findIndex((database) => database >= last.database);
  const isInside = at >= 0 && databases[at] === last.database;
  return {
    configuration,
    takes,
    databases,
    missing,
    at: at < 0 ? databases.length : at,
    after: isInside ? last.table : undefined,
  };
}

function missingFailure(missing: readonly string[]): Failure {
  return { type: 'RESOURCE_NOT_FOUND_EXCEPTION', detail: `Databases were not found: ${missing.join(', ')}.` };
}

function failureOfAll(event: string): Failure | undefined {
  if (event !== 'fail') return undefined;
  return { type: 'VALIDATION_EXCEPTION', detail: 'No table could be imported; the activities say why.' };
}
