import { formatIsoSeconds } from '../../core/time.ts';
import { type Agent, readAddresses } from '../../fleet/agent.ts';
import type { AgentInfo, DescribeAgentsRequest, DescribeAgentsResponse } from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import { readAgentFilters } from './agent-filters.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { cutPage, pageScope, readPageSize, readPosition } from './paging.ts';

/** Agents by id. Ids nobody has are left out; a page is full of agents that pass the filters. */
export function describeAgents(deps: DiscoveryDeps): Handler<DescribeAgentsRequest, DescribeAgentsResponse> {
  const { fleet, pageTokenKey: key } = deps;
  return async ({ agentIds, filters, maxResults, nextToken }, ctx) => {
    const size = readPageSize(maxResults);
    const matches = readAgentFilters(filters ?? []);
    const scope = pageScope(ctx, { agentIds, filters });
    const after = readPosition(key, scope, nextToken)?.[0];
    const found: Agent[] = [];
    for await (const agent of fleet.list(listing(agentIds, after, size + 1))) {
      if (matches(agent)) found.push(agent);
      if (found.length > size) break;
    }
    const { items, ...rest } = cutPage(found, size, { key, scope, positionOf: (agent) => [agent.agentId] });
    return { agentsInfo: items.map(describeAgent), ...rest };
  };
}

function listing(agentIds: readonly string[] | undefined, after: string | number | undefined, readAhead: number) {
  return {
    readAhead,
    ...(after === undefined ? {} : { afterId: String(after) }),
    ...(agentIds === undefined || agentIds.length === 0 ? {} : { agentIds }),
  };
}

function describeAgent(agent: Agent): AgentInfo {
  return {
    agentId: agent.agentId,
    hostName: agent.hostName,
    agentNetworkInfoList: readAddresses(agent),
    version: agent.version,
    health: agent.health,
    // Clients parse exactly this form, and count on it being there.
    lastHealthPingTime: formatIsoSeconds(agent.lastContactAtMs),
    collectionStatus: agent.collection,
    agentType: agent.agentType,
    registeredTime: formatIsoSeconds(agent.registeredAtMs),
  };
}
