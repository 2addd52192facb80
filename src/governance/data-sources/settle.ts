import type { StateTransaction } from '../../ports/state/state-store.ts';
import type { GovernancePorts } from '../containers/domains.ts';
import { assumeRole, isFailure } from './access-role.ts';
import type { DataSource } from './data-source.ts';
import * as store from './data-source-store.ts';
import { moveSource } from './data-sources.ts';

const SETTLED_AT_ONCE_MAX = 20;

/** Brings creations, updates and deletions that are due to their end. Returns how many. */
export async function settleDataSources(
  { state, clock }: Pick<GovernancePorts, 'state' | 'clock'>,
  accountId: string,
): Promise<number> {
  const look = { nowMs: clock.nowMs(), limit: SETTLED_AT_ONCE_MAX };
  if ((await store.listSettling(state.queries, accountId, look)).length === 0) return 0;
  return state.transaction(async (tx) => {
    const due = await store.listSettling(tx, accountId, look);
    for (const source of due) await settle(tx, source, look.nowMs);
    return due.length;
  });
}

async function settle(tx: StateTransaction, source: DataSource, nowMs: number): Promise<void> {
  if (source.status === 'DELETING') return store.deleteDataSource(tx, source);
  const role = await assumeRole(tx, source, source.configuration.glueRunConfiguration);
  const failure = isFailure(role) ? role : undefined;
  await store.updateDataSource(tx, source, {
    status: moveSource(source.status, failure === undefined ? 'settle' : 'fault'),
    settles_at_ms: null,
    error_type: failure?.type ?? null,
    error_detail: failure?.detail ?? null,
    updated_at_ms: nowMs,
  });
}
