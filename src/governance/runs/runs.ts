import { canonicalJson } from '../../core/canonical-json.ts';
import { transition } from '../../core/state-machine.ts';
import { formatDay, startOfDay } from '../../core/time.ts';
import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import { findReplay, recordToken, type TokenUse } from '../client-tokens.ts';
import { type GovernancePorts, requireDomain } from '../containers/domains.ts';
import type { DataSource, DataSourceRef } from '../data-sources/data-source.ts';
import { updateDataSource } from '../data-sources/data-source-store.ts';
import { moveSource, requireDataSource } from '../data-sources/data-sources.ts';
import { findUnreadyEnvironment } from '../data-sources/place.ts';
import { ConflictError, type GovernanceError, MissingError, QuotaError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { NewestPage } from '../newest-first.ts';
import { type Activity, type ActivityPage, listActivities } from './activity-store.ts';
import { RUN_MACHINE, type RunEvent, type RunState, type RunType } from './run-states.ts';
import * as store from './run-store.ts';

export interface RunsOptions {
  /** Runs of one data source in a UTC day; 0: no limit. */
  readonly runsPerDayMax: number;
  readonly onCommand: () => void;
}

/** Asks for runs and tells of them. The work itself is the run worker's. */
export class Runs {
  readonly #ports: GovernancePorts;
  readonly #options: RunsOptions;

  constructor(ports: GovernancePorts, options: RunsOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws MissingError, ConflictError, QuotaError */
  async start(ref: DataSourceRef, token: TokenUse): Promise<store.DataSourceRun> {
    const { state, clock } = this.#ports;
    const run = await state.transaction(async (tx) => {
      await requireDomain(tx, ref);
      const nowMs = clock.nowMs();
      const replay = await findReplay(tx, token, nowMs);
      if (replay !== undefined) return requireRun(tx, { ...ref, runId: replay.resourceId });
      const source = await requireDataSource(tx, ref);
      const refusal = await this.findObstacle(tx, source, nowMs);
      if (refusal !== undefined) throw refusal;
      const made = await this.request(tx, source, { type: 'PRIORITIZED', nowMs });
      await recordToken(tx, token, { resourceId: made.runId, nowMs });
      return made;
    });
    this.#options.onCommand();
    return run;
  }

  /** Why no run may start now, in the order that callers are told in (datazone.md §5.3). */
  async findObstacle(tx: StateTransaction, source: DataSource, nowMs: number): Promise<GovernanceError | undefined> {
    const named = `Data source '${source.dataSourceId}'`;
    const live = await store.findLiveRun(tx, source);
    if (live !== undefined)
      return new ConflictError(
        `A run of data source '${source.dataSourceId}' is already in progress: '${live.runId}' (${live.status}).`,
      );
    if (source.status !== 'READY')
      return new ConflictError(`${named} is in status ${source.status}; a run can be started only when it is READY.`);
    if (source.enableSetting === 'DISABLED')
      return new ConflictError(`${named} is disabled. Set enableSetting to ENABLED before starting a run.`);
    return (await findUnreadyEnvironment(tx, source, source)) ?? (await this.#findUsedUpQuota(tx, source, nowMs));
  }

  /** Makes the run; whoever calls has seen that nothing stands against it. */
  async request(
    tx: StateTransaction,
    source: DataSource,
    { type, nowMs }: { type: RunType; nowMs: number },
  ): Promise<store.DataSourceRun> {
    const runId = newId(this.#ports.random);
    await store.insertRun(tx, {
      account_id: source.accountId,
      domain_id: source.domainId,
      run_id: runId,
      data_source_id: source.dataSourceId,
      project_id: source.projectId,
      run_type: type,
      status: 'REQUESTED',
      snapshot_json: canonicalJson(source.configuration),
      added: 0,
      updated: 0,
      unchanged: 0,
      skipped: 0,
      failed: 0,
      publishing_failed: 0,
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
    });
    await updateDataSource(tx, source, {
      status: moveSource(source.status, 'run'),
      last_run_id: runId,
      last_run_status: 'REQUESTED',
      last_run_at_ms: nowMs,
      last_run_error_type: null,
      last_run_error_detail: null,
      updated_at_ms: nowMs,
    });
    return requireRun(tx, { ...source, runId });
  }

  /** @throws MissingError */
  async get(ref: store.RunRef): Promise<store.DataSourceRun> {
    await requireDomain(this.#ports.state.queries, ref);
    return requireRun(this.#ports.state.queries, ref);
  }

  /** @throws MissingError */
  async list(
    source: DataSourceRef,
    page: NewestPage & { readonly status?: string | undefined },
  ): Promise<store.DataSourceRun[]> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, source);
    await requireDataSource(queries, source);
    return store.listRuns(queries, source, page);
  }

  /** @throws MissingError */
  async listActivities(ref: store.RunRef, page: ActivityPage): Promise<Activity[]> {
    await this.get(ref);
    return listActivities(this.#ports.state.queries, ref, page);
  }

  async #findUsedUpQuota(tx: StateTransaction, source: DataSource, nowMs: number): Promise<QuotaError | undefined> {
    const max = this.#options.runsPerDayMax;
    if (max === 0) return undefined;
    const day = formatDay(nowMs);
    const used = await store.countRunsSince(tx, source, startOfDay(day));
    if (used < max) return undefined;
    return new QuotaError(`Data source '${source.dataSourceId}' has used ${used} of ${max} runs for ${day} (UTC).`);
  }
}

/** @throws MissingError */
export async function requireRun(queries: StateQueries, ref: store.RunRef): Promise<store.DataSourceRun> {
  const run = await store.findRun(queries, ref);
  if (run === undefined) throw new MissingError('DataSourceRun');
  return run;
}

/** The state after `event`; a caller that has asked before knows there is one. */
export function moveRun(from: RunState, event: RunEvent): RunState {
  const to = transition(RUN_MACHINE, from, event);
  if (to === undefined) throw new Error(`A ${from} run does not take ${event}.`);
  return to;
}
