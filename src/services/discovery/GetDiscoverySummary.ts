import type { AgentHealth } from '../../fleet/health.ts';
import type {
  CustomerAgentInfo,
  GetDiscoverySummaryRequest,
  GetDiscoverySummaryResponse,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';

/** What the inventory and the fleet come to. Connectors and collectors do not exist here: agents report on their own. */
export function getDiscoverySummary({
  fleet,
  inventory,
}: DiscoveryDeps): Handler<GetDiscoverySummaryRequest, GetDiscoverySummaryResponse> {
  return async () => {
    const { serversMappedToTags, ...summary } = await inventory.summarize();
    return {
      ...summary,
      // Spelled so in the model.
      serversMappedtoTags: serversMappedToTags,
      agentSummary: summarizeAgents(await fleet.countByHealth()),
      connectorSummary: NO_CONNECTORS,
      meCollectorSummary: NO_ME_COLLECTORS,
      agentlessCollectorSummary: NO_AGENTLESS_COLLECTORS,
    };
  };
}

/** Active agents are those that collect, and they are healthy too. */
function summarizeAgents(agents: Readonly<Record<AgentHealth, number>>): CustomerAgentInfo {
  return {
    activeAgents: agents.RUNNING,
    healthyAgents: agents.HEALTHY + agents.RUNNING,
    blackListedAgents: agents.BLACKLISTED,
    shutdownAgents: agents.SHUTDOWN,
    unhealthyAgents: agents.UNHEALTHY,
    totalAgents: Object.values(agents).reduce((sum, count) => sum + count, 0),
    unknownAgents: agents.UNKNOWN,
  };
}

const NO_CONNECTORS = {
  activeConnectors: 0,
  healthyConnectors: 0,
  blackListedConnectors: 0,
  shutdownConnectors: 0,
  unhealthyConnectors: 0,
  totalConnectors: 0,
  unknownConnectors: 0,
};

const NO_ME_COLLECTORS = {
  activeMeCollectors: 0,
  healthyMeCollectors: 0,
  denyListedMeCollectors: 0,
  shutdownMeCollectors: 0,
  unhealthyMeCollectors: 0,
  totalMeCollectors: 0,
  unknownMeCollectors: 0,
};

const NO_AGENTLESS_COLLECTORS = {
  activeAgentlessCollectors: 0,
  healthyAgentlessCollectors: 0,
  denyListedAgentlessCollectors: 0,
  shutdownAgentlessCollectors: 0,
  unhealthyAgentlessCollectors: 0,
  totalAgentlessCollectors: 0,
  unknownAgentlessCollectors: 0,
};
