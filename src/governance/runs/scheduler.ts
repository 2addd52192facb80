import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/time.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import type { GovernancePorts } from '../containers/domains.ts';
import type { DataSource } from '../data-sources/data-source.ts';
import { listDue, type TickKind, updateDataSource } from '../data-sources/data-source-store.ts';
import { parseSchedule, type Schedule } from '../data-sources/schedule.ts';
import { appendLogLine } from './run-log.ts';
import type { Runs } from './runs.ts';

const DUE_AT_ONCE_MAX = 20;
/** Of the ticks that nobody was there to see, only one that is younger still makes a run. */
const MISSED_MS_MAX = DAY_MS;

/** Asks for the runs that are due by the schedule. A tick that finds something in its way is dropped, and noted. */
export async function runSchedules(
  { state, clock }: Pick<GovernancePorts, 'state' | 'clock'>,
  runs: Runs,
  accountId: string,
): Promise<void> {
  for (const kind of ['daily', 'hourly'] as const) {
    const look = { kind, nowMs: clock.nowMs(), limit: DUE_AT_ONCE_MAX };
    if ((await listDue(state.queries, accountId, look)).length === 0) continue;
    await state.transaction(async (tx) => {
      for (const source of await listDue(tx, accountId, look)) await tick(tx, runs, source, look);
    });
  }
}

async function tick(
  tx: StateTransaction,
  runs: Runs,
  source: DataSource,
  { kind, nowMs }: { readonly kind: TickKind; readonly nowMs: number },
): Promise<void> {
  const schedule = kind === 'daily' ? parseSchedule(source.schedule ?? {}) : hourlySchedule(source.hourlyMinute);
  const nextMs = schedule?.nextAfter(nowMs) ?? null;
  await updateDataSource(tx, source, kind === 'daily' ? { next_tick_ms: nextMs } : { next_hourly_tick_ms: nextMs });
  const newestMs = schedule && newestTick(schedule, nowMs);
  const note = (message: string, runId?: string) => appendLogLine(tx, source, { runId, atMs: nowMs, message });
  if (newestMs === undefined) return note('ticks of more than 24 hours ago were missed');
  const obstacle = await runs.findObstacle(tx, source, nowMs);
  const due = new Date(newestMs).toISOString();
  if (obstacle !== undefined) return note(`the tick of ${due} was dropped: ${obstacle.message}`);
  const run = await runs.request(tx, source, { type: 'SCHEDULED', nowMs });
  return note(`scheduled for ${due}`, run.runId);
}

/** The last tick up to now, when it is young enough to count. */
function newestTick(schedule: Schedule, nowMs: number): number | undefined {
  let newest: number | undefined;
  let next = schedule.nextAfter(nowMs - MISSED_MS_MAX);
  while (next !== undefined && next <= nowMs) {
    newest = next;
    next = schedule.nextAfter(next);
  }
  return newest;
}

/** Our own schedule beside the wire's: at a minute of every hour, UTC. */
export function hourlySchedule(minute: number | undefined): Schedule | undefined {
  if (minute === undefined) return undefined;
  return {
    nextAfter: (timeMs) => {
      const inHour = Math.floor(timeMs / HOUR_MS) * HOUR_MS + minute * MINUTE_MS;
      return inHour > timeMs ? inHour : inHour + HOUR_MS;
    },
  };
}
