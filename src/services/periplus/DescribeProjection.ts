import { readProjectionLog, readSnapshots } from '../../inventory/projection/projection-store.ts';
import { readCursor } from '../../telemetry/log-store.ts';
import type { DescribeProjectionInput, DescribeProjectionOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** How far the inventory is behind the lake, how many items it has, and which rebuild is done. */
export function describeProjection({
  state,
}: PeriplusDeps): Handler<DescribeProjectionInput, DescribeProjectionOutput> {
  return async (_, { accountId }) => {
    const log = await readProjectionLog(state.queries, accountId);
    const snapshots = await readSnapshots(state.queries, accountId);
    const { rolledSegmentNo } = await readCursor(state.queries, accountId);
    return {
      projectedSegment: log.projectedSegmentNo,
      rolledSegment: rolledSegmentNo,
      processes: snapshots.get('processes')?.rows ?? 0,
      connections: snapshots.get('connections')?.rows ?? 0,
      rebuild: log.rebuildNo,
      rebuilt: log.rebuiltNo,
    };
  };
}
