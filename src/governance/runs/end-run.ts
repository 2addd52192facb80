import type { Random } from '../../ports/random.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import { findDataSource, updateDataSource } from '../data-sources/data-source-store.ts';
import { moveSource } from '../data-sources/data-sources.ts';
import type { Failure } from '../data-sources/failure.ts';
import { recordImportEnd } from '../lineage/import-lineage.ts';
import { appendLogLine } from './run-log.ts';
import type { RunEvent, RunState } from './run-states.ts';
import type { DataSourceRun } from './run-store.ts';
import * as store from './run-store.ts';
import { moveRun } from './runs.ts';

/** Ends a live run and lets its data source rest. False: somebody ended it before. */
export async function endRun(
  tx: StateTransaction,
  run: DataSourceRun,
  ending: {
    readonly event: RunEvent;
    readonly failure?: Failure | undefined;
    readonly random: Random;
    readonly nowMs: number;
  },
): Promise<boolean> {
  const { event, failure, random, nowMs } = ending;
  const status = moveRun(run.status, event);
  const error = { error_type: failure?.type ?? null, error_detail: failure?.detail ?? null };
  const changes = { status, ...error, stopped_at_ms: nowMs, updated_at_ms: nowMs };
  if (!(await store.updateRun(tx, run, run.status, changes))) return false;
  await appendLogLine(tx, run, { runId: run.runId, atMs: nowMs, message: endText(status, failure) });
  if (run.lineageStatus !== undefined) {
    // What the run told is told, however it ends.
    await store.markLineage(tx, run, 'SUCCESS');
    await recordImportEnd(tx, random, { run, hasFailed: status === 'FAILED', nowMs });
  }
  const source = await findDataSource(tx, run);
  if (source === undefined) return true;
  const { added, updated, unchanged } = run.counts;
  await updateDataSource(tx, run, {
    status: moveSource(source.status, 'rest'),
    last_run_status: status,
    last_run_error_type: error.error_type,
    last_run_error_detail: error.error_detail,
    last_run_asset_count: added + updated + unchanged,
    updated_at_ms: nowMs,
  });
  return true;
}

function endText(status: RunState, failure: Failure | undefined): string {
  return failure === undefined ? `ended: ${status}` : `ended: ${status}, ${failure.type}: ${failure.detail}`;
}
