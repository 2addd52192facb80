import type { NodeVersion } from '../../governance/lineage/node-reads.ts';
import type { ListLineageNodeHistoryInput, ListLineageNodeHistoryOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { summariseNode } from './describe-lineage-node.ts';
import { cutPage, PAGE_MAX, type PagePosition, pageScope, readPosition } from './paging.ts';

/** Versions of a node; with a direction, those at which it had neighbours in that direction. */
export function listLineageNodeHistory({
  lineageNodes,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListLineageNodeHistoryInput, ListLineageNodeHistoryOutput> {
  return async (input, ctx) => {
    const domain = { accountId: ctx.accountId, domainId: input.domainIdentifier };
    const size = input.maxResults ?? PAGE_MAX;
    const scope = pageScope(ctx, { ...input });
    const position = readPosition(key, scope, input.nextToken);
    const history = await lineageNodes.history(domain, input.identifier, {
      direction: input.direction,
      fromMs: input.eventTimestampGTE,
      toMs: input.eventTimestampLTE,
      afterMs: position && Number(position[0]),
      isAscending: input.sortOrder === 'ASCENDING',
      limit: size + 1,
    });
    const { items, ...rest } = cutPage(history.versions, size, { key, scope, positionOf });
    return { nodes: items.map((version) => summariseNode(history, version.eventTimeMs)), ...rest };
  };
}

function positionOf({ eventTimeMs }: NodeVersion): PagePosition {
  return [eventTimeMs];
}
