import type { Selectable } from 'kysely';
import type { AgentsTable } from '../ports/state/schema.ts';
import type { CollectionState } from './collection-states.ts';
import { type AgentHealth, deriveHealth, type ReportedHealth } from './health.ts';

export interface AgentAddress {
  readonly ipAddress: string;
  readonly macAddress: string;
}

/** An agent as the fleet knows it now. Times are epoch milliseconds. */
export interface Agent {
  readonly accountId: string;
  readonly agentId: string;
  readonly serverId: string;
  readonly hostName: string;
  readonly agentType: string;
  readonly version: string;
  readonly health: AgentHealth;
  readonly collection: CollectionState;
  readonly registeredAtMs: number;
  readonly lastContactAtMs: number;
  /** A list of `AgentAddress`, as it is stored: agents are read at each request, addresses when they are shown. */
  readonly addressesJson: string;
  /** UTC day of the last id mapping row written for it. */
  readonly mappedDay: string | undefined;
  readonly visibleThroughMs: number | undefined;
}

export interface HealthView {
  readonly nowMs: number;
  readonly deniedAgents: ReadonlySet<string>;
}

/** Reads a row as of `view`: health is not stored, it follows from the clock. */
export function readAgent(row: Selectable<AgentsTable>, view: HealthView): Agent {
  return {
    accountId: row.account_id,
    agentId: row.agent_id,
    serverId: row.server_id,
    hostName: row.host_name,
    agentType: row.agent_type,
    version: row.version,
    health: healthOf(row, view),
    collection: row.collection_status as CollectionState,
    registeredAtMs: row.registered_at_ms,
    lastContactAtMs: row.last_contact_at_ms,
    addressesJson: row.network_json,
    mappedDay: row.mapped_day ?? undefined,
    visibleThroughMs: row.visible_through_ms ?? undefined,
  };
}

/** What the health of an agent follows from. */
export type HealthRow = Pick<
  Selectable<AgentsTable>,
  'agent_id' | 'reported_health' | 'collection_status' | 'collection_since_ms' | 'last_contact_at_ms' | 'last_row_at_ms'
>;

export function healthOf(row: HealthRow, view: HealthView): AgentHealth {
  return deriveHealth(
    {
      denied: view.deniedAgents.has(row.agent_id),
      reportedHealth: row.reported_health as ReportedHealth,
      collecting: row.collection_status === 'STARTED',
      collectionSinceMs: row.collection_since_ms,
      lastContactAtMs: row.last_contact_at_ms,
      lastRowAtMs: row.last_row_at_ms ?? undefined,
    },
    view.nowMs,
  );
}

export function readAddresses(agent: Agent): readonly AgentAddress[] {
  return JSON.parse(agent.addressesJson) as AgentAddress[];
}
