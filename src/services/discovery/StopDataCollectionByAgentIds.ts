import type {
  StopDataCollectionByAgentIdsRequest,
  StopDataCollectionByAgentIdsResponse,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import { describeOutcomes } from './collection-outcomes.ts';
import type { DiscoveryDeps } from './discovery-service.ts';

/** Tells agents to collect no more; what they sent stays. */
export function stopDataCollectionByAgentIds({
  fleet,
}: DiscoveryDeps): Handler<StopDataCollectionByAgentIdsRequest, StopDataCollectionByAgentIdsResponse> {
  return async ({ agentIds }) => ({
    agentsConfigurationStatus: describeOutcomes(await fleet.stopCollection(agentIds)),
  });
}
