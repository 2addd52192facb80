import { formatUuid } from '../core/ids.ts';
import { transition } from '../core/state-machine.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import { EXPORT_MACHINE } from './continuous-export-states.ts';
import { ExportLiveError, ExportNotActiveError, ExportStartingError, ExportUnknownError } from './errors.ts';
import { EXPORT_DATABASE, ensureBucketName } from './resources.ts';
import * as store from './store.ts';

export interface ContinuousExportsOptions {
  readonly accountId: string;
  readonly region: string;
  /** Told after every command: there is something for the exporter to do. */
  readonly onCommand: () => void;
}

/** Starts, stops and lists continuous exports. The work itself is the exporter's. */
export class ContinuousExports {
  readonly #ports: { state: StateStore; clock: Clock; random: Random };
  readonly #options: ContinuousExportsOptions;

  constructor(ports: { state: StateStore; clock: Clock; random: Random }, options: ContinuousExportsOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws ExportLiveError while one is live */
  async start(): Promise<store.ContinuousExport> {
    const { accountId, region } = this.#options;
    const { state, clock, random } = this.#ports;
    const started = await state.transaction(async (tx) => {
      const live = await store.findLiveExport(tx, accountId);
      if (live !== undefined) throw new ExportLiveError(live.exportId, live.status);
      const created: store.ContinuousExport = {
        accountId,
        exportId: `continuous-export-${formatUuid(random.bytes(16))}`,
        status: 'START_IN_PROGRESS',
        statusDetail: undefined,
        bucket: await ensureBucketName(tx, accountId, region, random),
        database: EXPORT_DATABASE,
        startedAtMs: clock.nowMs(),
        stoppedAtMs: undefined,
        afterSegmentNo: (await store.readLog(tx, accountId)).rolledSegmentNo,
        stopSegmentNo: undefined,
      };
      await store.insertExport(tx, created);
      return created;
    });
    this.#options.onCommand();
    return started;
  }

  /** @throws ExportUnknownError, ExportStartingError, ExportNotActiveError */
  async stop(exportId: string): Promise<store.ContinuousExport> {
    const { accountId } = this.#options;
    const stopped = await this.#ports.state.transaction(async (tx) => {
      const found = await store.findExport(tx, accountId, exportId);
      if (found === undefined) throw new ExportUnknownError(exportId);
      const status = transition(EXPORT_MACHINE, found.status, 'stop');
      if (status === undefined)
        throw found.status === 'START_IN_PROGRESS'
          ? new ExportStartingError(exportId)
          : new ExportNotActiveError(exportId);
      if (found.status === 'STOP_IN_PROGRESS') return found;
      const stoppedAtMs = found.stoppedAtMs ?? this.#ports.clock.nowMs();
      const stopSegmentNo = await this.#drainTarget(tx, found);
      await store.updateStatus(tx, { accountId, exportId, from: found.status }, { status, stoppedAtMs, stopSegmentNo });
      return { ...found, status, statusDetail: undefined, stoppedAtMs, stopSegmentNo };
    });
    this.#options.onCommand();
    return stopped;
  }

  list(page: {
    after?: store.ExportPosition | undefined;
    limit: number;
    exportIds?: readonly string[] | undefined;
  }): Promise<store.ContinuousExport[]> {
    return store.listExports(this.#ports.state.queries, this.#options.accountId, page);
  }

  /** What was accepted before the stop is still delivered, unless what it would be delivered into has gone. */
  async #drainTarget(tx: StateTransaction, found: store.ContinuousExport): Promise<number> {
    if (found.statusDetail === 'FIREHOSE_STREAM_DOES_NOT_EXIST') return found.afterSegmentNo;
    return found.stopSegmentNo ?? (await store.readLog(tx, found.accountId)).lastSegmentNo;
  }
}
