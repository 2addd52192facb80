import { setImmediate } from 'node:timers/promises';
import type { DataAccessRule } from '../identity/data-access.ts';
import { deleteDataAccessRule, insertDataAccessRule, listDataAccessRules } from '../identity/data-access.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import { archiveAsset, unarchiveAsset } from './assets/archive.ts';
import { type AssetRef, findAsset } from './assets/asset-store.ts';
import { findStaleAssets, removeStaleAssets, type StaleReport } from './assets/stale-assets.ts';
import { type GovernancePorts, requireDomain } from './containers/domains.ts';
import type { DataSource, DataSourceRef } from './data-sources/data-source.ts';
import { updateDataSource } from './data-sources/data-source-store.ts';
import { requireDataSource } from './data-sources/data-sources.ts';
import { ConflictError, MissingError } from './errors.ts';
import { newId } from './ids.ts';
import { type Activity, listActivities } from './runs/activity-store.ts';
import { type DryRun, dryRun } from './runs/dry-run.ts';
import { endRun } from './runs/end-run.ts';
import { type LogLine, listLogOfRun, listLogOfSource } from './runs/run-log.ts';
import { LIVE_STATES } from './runs/run-states.ts';
import type { DataSourceRun, RunRef } from './runs/run-store.ts';
import { requireRun } from './runs/runs.ts';
import { hourlySchedule } from './runs/scheduler.ts';

const LOG_LINES_MAX = 1000;
const ACTIVITIES_MAX = 10_000;
/** Of one turn of the event loop. */
const ACTIVITIES_AT_ONCE = 500;

export interface RunLog {
  readonly run: DataSourceRun;
  readonly lines: readonly LogLine[];
  readonly activities: readonly Activity[];
  /** How many older activities there are. */
  readonly leftOut: number;
  /** Of the source, newest first: dropped ticks as well. */
  readonly sourceLines: readonly LogLine[];
}

/** What DataZone does not have. All of it is asked for by name, and none of it changes what the modelled answers say. */
export class BeyondDataZone {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /** What a run would do now. @throws MissingError, InvalidError */
  async dryRun(ref: DataSourceRef): Promise<DryRun> {
    return dryRun(this.#ports.state.queries, await this.#source(ref));
  }

  /** Ends a live run; what it has imported stays. @throws MissingError, ConflictError when it has ended */
  cancel(ref: RunRef): Promise<DataSourceRun> {
    const { state, clock, random } = this.#ports;
    return state.transaction(async (tx) => {
      await requireDomain(tx, ref);
      const run = await requireRun(tx, ref);
      if (!LIVE_STATES.includes(run.status)) throw new ConflictError(`Run '${run.runId}' has ended: ${run.status}.`);
      const failure = { type: 'CONFLICT_EXCEPTION' as const, detail: 'Cancelled by user.' };
      await endRun(tx, run, { event: 'fail', failure, random, nowMs: clock.nowMs() });
      return requireRun(tx, ref);
    });
  }

  /** @throws MissingError, ConflictError when too many would be removed */
  async stale(ref: DataSourceRef, options: { readonly remove: boolean }): Promise<StaleReport> {
    const source = await this.#source(ref);
    return options.remove ? removeStaleAssets(this.#ports, source) : findStaleAssets(this.#ports.state.queries, source);
  }

  /** @throws MissingError */
  async log(ref: RunRef): Promise<RunLog> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, ref);
    const run = await requireRun(queries, ref);
    const activities = await listNewestActivities(queries, run);
    const all = Object.values(run.counts).reduce((sum, count) => sum + count, 0);
    return {
      run,
      lines: await listLogOfRun(queries, run, LOG_LINES_MAX),
      activities,
      leftOut: Math.max(0, all - activities.length),
      sourceLines: await listLogOfSource(queries, run, LOG_LINES_MAX),
    };
  }

  /** @throws MissingError */
  setArchived(ref: AssetRef, isArchived: boolean): Promise<void> {
    const { state, clock } = this.#ports;
    return state.transaction(async (tx) => {
      await requireDomain(tx, ref);
      const asset = await findAsset(tx, ref);
      if (asset === undefined) throw new MissingError('Asset');
      await (isArchived ? archiveAsset : unarchiveAsset)(tx, asset, clock.nowMs());
    });
  }

  /** A schedule of our own beside the wire's: at this minute of every hour; undefined ends it. @throws MissingError */
  async setHourly(ref: DataSourceRef, minute: number | undefined): Promise<DataSource> {
    const { state, clock } = this.#ports;
    await this.#source(ref);
    const nextMs = hourlySchedule(minute)?.nextAfter(clock.nowMs()) ?? null;
    await updateDataSource(state.queries, ref, { hourly_minute: minute ?? null, next_hourly_tick_ms: nextMs });
    return this.#source(ref);
  }

  /** Keeps a role from being assumed, or from reading tables. */
  async deny(accountId: string, rule: Omit<DataAccessRule, 'ruleId'>): Promise<DataAccessRule> {
    const { state, clock, random } = this.#ports;
    const made = { ...rule, ruleId: newId(random) };
    await insertDataAccessRule(state.queries, accountId, { ...made, nowMs: clock.nowMs() });
    return made;
  }

  /** @throws MissingError */
  async allow(accountId: string, ruleId: string): Promise<void> {
    if (!(await deleteDataAccessRule(this.#ports.state.queries, accountId, ruleId))) throw new MissingError('Resource');
  }

  listDenials(accountId: string): Promise<DataAccessRule[]> {
    return listDataAccessRules(this.#ports.state.queries, accountId);
  }

  async #source(ref: DataSourceRef): Promise<DataSource> {
    await requireDomain(this.#ports.state.queries, ref);
    return requireDataSource(this.#ports.state.queries, ref);
  }
}

/** As many as one answer holds. */
async function listNewestActivities(queries: StateQueries, run: DataSourceRun): Promise<Activity[]> {
  const found: Activity[] = [];
  while (found.length < ACTIVITIES_MAX) {
    const last = found.at(-1);
    const after = last && { createdAtMs: last.createdAtMs, database: last.database, table: last.technicalName };
    const page = await listActivities(queries, run, { after, limit: ACTIVITIES_AT_ONCE });
    found.push(...page);
    if (page.length < ACTIVITIES_AT_ONCE) break;
    await setImmediate();
  }
  return found;
}
