import { formatUuid } from '../../core/ids.ts';
import { HOUR_MS } from '../../core/time.ts';
import { isAgentKnown } from '../../fleet/store.ts';
import type { Quotas } from '../../inventory/quotas.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { StateStore, StateTransaction } from '../../ports/state/state-store.ts';
import { readCursor } from '../../telemetry/log-store.ts';
import { AgentUnknownError, ExportLimitError, ExportPresentError, ExportWindowError } from './errors.ts';
import type { AgentOrder, ExportOrder, ExportTask } from './export-task.ts';
import * as store from './task-store.ts';

export interface ExportTasksOptions {
  readonly accountId: string;
  readonly quotas: ExportQuotas;
  /** Told after every start: there is something to make. */
  readonly onStart: () => void;
}

export type ExportQuotas = Pick<
  Quotas,
  'agentExportsRunningMax' | 'agentExportWindowMsMax' | 'summaryExportsPerDayMax' | 'configurationExportsMax'
>;

const TOO_MANY_AT_ONCE =
  'You have reached limit of maximum allowed concurrent exports. Please wait for current export tasks to finish before starting another.';

/** Starts and lists export tasks. Making them is the runner's. */
export class ExportTasks {
  readonly #ports: { state: StateStore; clock: Clock; random: Random };
  readonly #options: ExportTasksOptions;

  constructor(ports: { state: StateStore; clock: Clock; random: Random }, options: ExportTasksOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws ExportLimitError, ExportPresentError, AgentUnknownError, ExportWindowError */
  start(order: ExportOrder): Promise<string> {
    return this.#start(order, async (tx, nowMs) => {
      if (order.kind === 'AGENT') await this.#checkAgentOrder(tx, order, nowMs);
      const countMax = this.#options.quotas.summaryExportsPerDayMax;
      if (order.kind === 'SUMMARY') await this.#checkLately(tx, nowMs, { hours: 24, countMax });
    });
  }

  /** The summary export as its deprecated operation asks for it: with a limit of its own. @throws ExportLimitError */
  startConfigurationsExport(): Promise<string> {
    const countMax = this.#options.quotas.configurationExportsMax;
    return this.#start({ kind: 'SUMMARY' }, (tx, nowMs) => this.#checkLately(tx, nowMs, { hours: 6, countMax }));
  }

  /** Newest first. */
  list(page: store.TaskPage): Promise<ExportTask[]> {
    return store.listTasks(this.#ports.state.queries, this.#options.accountId, page);
  }

  /** By the clock that the ends of tasks are told by. */
  nowMs(): number {
    return this.#ports.clock.nowMs();
  }

  async #start(order: ExportOrder, check: (tx: StateTransaction, nowMs: number) => Promise<void>): Promise<string> {
    const { accountId } = this.#options;
    const { state, clock, random } = this.#ports;
    const exportId = `export-${formatUuid(random.bytes(16))}`;
    await state.transaction(async (tx) => {
      const nowMs = clock.nowMs();
      await check(tx, nowMs);
      const { lastSegmentNo } = await readCursor(tx, accountId);
      await store.insertTask(tx, {
        accountId,
        exportId,
        order,
        status: 'IN_PROGRESS',
        requestedAtMs: nowMs,
        afterSegmentNo: lastSegmentNo,
        attempts: 0,
        failure: undefined,
        result: undefined,
      });
    });
    this.#options.onStart();
    return exportId;
  }

  async #checkAgentOrder(tx: StateTransaction, order: AgentOrder, nowMs: number): Promise<void> {
    const { accountId, quotas } = this.#options;
    const { agentId, startMs, endMs } = order;
    for (const timeMs of [startMs, endMs]) if (timeMs !== undefined) checkTime(timeMs);
    if (startMs !== undefined && endMs !== undefined) checkWindow({ startMs, endMs }, quotas.agentExportWindowMsMax);
    if (!(await isAgentKnown(tx, accountId, agentId))) throw new AgentUnknownError(agentId);
    if (startMs !== undefined && endMs !== undefined) {
      const same = await store.findSame(tx, accountId, { ...order, startMs, endMs }, nowMs);
      if (same !== undefined) throw new ExportPresentError(same.exportId);
    }
    if ((await store.countInProgress(tx, accountId, 'AGENT')) >= quotas.agentExportsRunningMax)
      throw new ExportLimitError(TOO_MANY_AT_ONCE);
  }

  async #checkLately(tx: StateTransaction, nowMs: number, limit: { hours: number; countMax: number }): Promise<void> {
    const asked = { kind: 'SUMMARY', sinceMs: nowMs - limit.hours * HOUR_MS } as const;
    if ((await store.countSince(tx, this.#options.accountId, asked)) >= limit.countMax)
      throw new ExportLimitError(`Too many exports in the last ${limit.hours} hours.`);
  }
}

const TIME_MS_MIN = Date.parse('0000-01-01T00:00:00.000Z');
const TIME_MS_MAX = Date.parse('9999-12-31T23:59:59.999Z');

/** Days of the lake are texts of ten characters, which other years do not fit into. */
function checkTime(timeMs: number): void {
  if (timeMs < TIME_MS_MIN || timeMs > TIME_MS_MAX)
    throw new ExportWindowError('startTime and endTime must be in the years 0 to 9999.');
}

function checkWindow({ startMs, endMs }: { startMs: number; endMs: number }, windowMsMax: number): void {
  if (startMs >= endMs) throw new ExportWindowError('startTime must be before endTime.');
  if (endMs - startMs > windowMsMax)
    throw new ExportWindowError(`The time from startTime to endTime must be at most ${windowMsMax / HOUR_MS} hours.`);
}
