import { describeProgress } from '../../inventory/projection/projection-store.ts';
import type { DescribeProjectionInput, DescribeProjectionOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** How far the inventory is behind the lake, how many items it has, and which rebuild is done. */
export function describeProjection({
  state,
}: PeriplusDeps): Handler<DescribeProjectionInput, DescribeProjectionOutput> {
  return async (_, { accountId }) => {
    const progress = await describeProgress(state.queries, accountId);
    return {
      projectedSegment: progress.projectedSegmentNo,
      rolledSegment: progress.rolledSegmentNo,
      processes: progress.processes,
      connections: progress.connections,
      rebuild: progress.rebuildNo,
      rebuilt: progress.rebuiltNo,
    };
  };
}
