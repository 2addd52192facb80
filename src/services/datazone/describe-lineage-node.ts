import { NODE_TYPE_REVISION } from '../../governance/lineage/event-graph.ts';
import type { NodeHistory } from '../../governance/lineage/lineage-nodes.ts';
import type { LineageNodeSummary } from '../../wire/generated/datazone.ts';

/** A node as lists show it, at one of its versions. */
export function summariseNode(
  { node, name, description }: Pick<NodeHistory, 'node' | 'name' | 'description'>,
  eventTimeMs: number,
): LineageNodeSummary {
  return {
    domainId: node.domainId,
    id: node.nodeId,
    name,
    description,
    typeName: node.typeName,
    typeRevision: NODE_TYPE_REVISION,
    sourceIdentifier: node.sourceIdentifier,
    eventTimestamp: eventTimeMs,
    createdAt: node.createdAtMs,
    createdBy: node.createdBy,
    updatedAt: node.updatedAtMs,
    updatedBy: node.createdBy,
  };
}
