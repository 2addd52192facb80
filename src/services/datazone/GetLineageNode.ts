import type { NodeReference } from '../../governance/lineage/node-reads.ts';
import type { GetLineageNodeInput, GetLineageNodeOutput, LineageNodeReference } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { summariseNode } from './describe-lineage-node.ts';

export function getLineageNode({ lineageNodes }: DataZoneDeps): Handler<GetLineageNodeInput, GetLineageNodeOutput> {
  return async ({ domainIdentifier, identifier, eventTimestamp }, ctx) => {
    const domain = { accountId: ctx.accountId, domainId: domainIdentifier };
    const view = await lineageNodes.get(domain, identifier, eventTimestamp);
    return {
      ...summariseNode(view, view.eventTimeMs),
      formsOutput: view.forms,
      upstreamNodes: view.upstream.map(describeReference),
      downstreamNodes: view.downstream.map(describeReference),
    };
  };
}

function describeReference({ nodeId, eventTimeMs }: NodeReference): LineageNodeReference {
  return { id: nodeId, eventTimestamp: eventTimeMs };
}
