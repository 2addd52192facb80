import type { CommandOutcome } from '../../fleet/fleet.ts';
import type { AgentConfigurationStatus } from '../../wire/generated/discovery.ts';

/** One answer an agent, in the order they were asked for. A redundant or failed command is no exception. */
export function describeOutcomes(outcomes: ReadonlyMap<string, CommandOutcome>): AgentConfigurationStatus[] {
  return [...outcomes].map(([agentId, description]) => ({
    agentId,
    operationSucceeded: description === 'Succeeded',
    description,
  }));
}
