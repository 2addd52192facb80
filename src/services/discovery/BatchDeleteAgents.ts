import type {
  BatchDeleteAgentError,
  BatchDeleteAgentsRequest,
  BatchDeleteAgentsResponse,
  DeleteAgent,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';

const TEXTS = {
  NOT_FOUND: (agentId: string) => `Agent ${agentId} was not found.`,
  AGENT_IN_USE: (agentId: string) => `Agent ${agentId} is in use. Set force to delete it.`,
} as const;

/** Forgets agents, never what they reported. Each is deleted or listed with the reason; the call itself succeeds. */
export function batchDeleteAgents({
  fleet,
}: DiscoveryDeps): Handler<BatchDeleteAgentsRequest, BatchDeleteAgentsResponse> {
  return async ({ deleteAgents }) => {
    const refused = await fleet.delete(onceEach(deleteAgents));
    const errors = [...refused].map(
      ([agentId, errorCode]): BatchDeleteAgentError => ({
        agentId,
        errorMessage: TEXTS[errorCode](agentId),
        errorCode,
      }),
    );
    return { errors };
  };
}

/** A repeated id is handled once, with force when any of its mentions has it. */
function onceEach(deleteAgents: readonly DeleteAgent[]): { agentId: string; force: boolean }[] {
  const forces = new Map<string, boolean>();
  for (const { agentId, force } of deleteAgents) {
    forces.set(agentId, force === true || forces.get(agentId) === true);
  }
  return [...forces].map(([agentId, force]) => ({ agentId, force }));
}
