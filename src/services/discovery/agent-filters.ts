import { type Agent, readAddresses } from '../../fleet/agent.ts';
import type { Filter } from '../../wire/generated/discovery.ts';
import { InvalidParameterException, InvalidParameterValueException } from './errors.ts';

type AgentTest = (agent: Agent) => boolean;

const agentId = (agent: Agent) => [agent.agentId];

/** What a filter looks at. An agent has as many values of it as are listed; none where it has none. */
const FIELDS: Readonly<Record<string, (agent: Agent) => readonly string[]>> = {
  agentId,
  agentIds: agentId,
  AgentId: agentId,
  hostName: (agent) => [agent.hostName],
  health: (agent) => [agent.health],
  collectionStatus: (agent) => [agent.collection],
  agentType: (agent) => [agent.agentType],
  version: (agent) => [agent.version],
  ipAddress: (agent) => readAddresses(agent).map((address) => address.ipAddress),
  macAddress: (agent) => readAddresses(agent).map((address) => address.macAddress),
  // Connectors are refused since 2025; our agents report on their own.
  connectorId: () => [],
};

type Comparison = (actual: string, asked: string) => boolean;
const equal: Comparison = (actual, asked) => actual === asked;
const contains: Comparison = (actual, asked) => actual.includes(asked);

const CONDITIONS: Readonly<Record<string, { compare: Comparison; isNegated: boolean }>> = {
  EQUALS: { compare: equal, isNegated: false },
  EQ: { compare: equal, isNegated: false },
  NOT_EQUALS: { compare: equal, isNegated: true },
  NE: { compare: equal, isNegated: true },
  CONTAINS: { compare: contains, isNegated: false },
  NOT_CONTAINS: { compare: contains, isNegated: true },
};

/**
 * One test out of all filters: filters AND together, values of one OR, and a negated condition holds when its positive
 * form fails for every value. @throws InvalidParameterException for a name or condition there is not
 */
export function readAgentFilters(filters: readonly Filter[]): AgentTest {
  const tests = filters.map(readFilter);
  return (agent) => tests.every((test) => test(agent));
}

function readFilter({ name, values, condition }: Filter): AgentTest {
  const fieldOf = own(FIELDS, name);
  if (fieldOf === undefined)
    throw new InvalidParameterException(`Agents have no filter '${name}'. Filters: ${Object.keys(FIELDS).join(', ')}.`);
  const found = own(CONDITIONS, condition);
  if (found === undefined)
    throw new InvalidParameterException(
      `Filter '${name}' has no condition '${condition}'. Conditions: ${Object.keys(CONDITIONS).join(', ')}.`,
    );
  if (values.length === 0) throw new InvalidParameterValueException(`Filter '${name}' needs at least one value.`);
  const { compare, isNegated } = found;
  return (agent) => fieldOf(agent).some((actual) => values.some((asked) => compare(actual, asked))) !== isNegated;
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
