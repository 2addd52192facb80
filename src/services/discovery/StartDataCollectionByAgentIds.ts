import type {
  StartDataCollectionByAgentIdsRequest,
  StartDataCollectionByAgentIdsResponse,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import { describeOutcomes } from './collection-outcomes.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { requireHomeRegion } from './guards.ts';

/** Tells agents to collect; each learns of it when it is next heard from. */
export function startDataCollectionByAgentIds({
  fleet,
  homeRegion,
}: DiscoveryDeps): Handler<StartDataCollectionByAgentIdsRequest, StartDataCollectionByAgentIdsResponse> {
  return async ({ agentIds }, ctx) => {
    requireHomeRegion(homeRegion, ctx);
    return { agentsConfigurationStatus: describeOutcomes(await fleet.startCollection(agentIds)) };
  };
}
