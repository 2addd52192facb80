import { createHash, timingSafeEqual } from 'node:crypto';
import { bytesForBase36, deriveAgentId, deriveServerId, takeBase36 } from '../core/ids.ts';
import { transition } from '../core/state-machine.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { StateQueries, StateStore } from '../ports/state/state-store.ts';
import { type Agent, type HealthView, healthOf, readAgent } from './agent.ts';
import { COLLECTION_MACHINE, type CollectionState, collectionOrder } from './collection-states.ts';
import { EnrolmentRefusedError } from './errors.ts';
import type { AgentHealth, ReportedHealth } from './health.ts';
import * as store from './store.ts';

const KEY_CHARACTERS = 43;
const PAGE_MAX = 1000;
const IDS_A_QUERY = 500;
const INSTANCE_ID = /^i-([0-9a-f]{8}|[0-9a-f]{17})$/;

export interface FleetOptions {
  readonly accountId: string;
  readonly enrollmentToken: string;
  readonly deniedAgents: ReadonlySet<string>;
  readonly sampleIntervalMs: number;
  readonly sendIntervalMs: number;
  /** What a new agent begins with. */
  readonly newAgentsCollect: boolean;
  /** Agents that collect at once; no bound when it is not given. */
  readonly collectingMax?: number;
}

export interface Enrolment {
  readonly enrollmentToken: string;
  readonly machineId: string;
  readonly hostName: string;
  readonly agentVersion: string;
  readonly platform: string;
}

/** What every answer to an agent tells it to do. */
export interface AgentOrders {
  readonly collection: 'STARTED' | 'STOPPED';
  readonly sampleIntervalMs: number;
  readonly sendIntervalMs: number;
}

export type CommandOutcome = 'Succeeded' | 'Redundant' | 'Failed';

/** Registration, keys, contact and commands of the agents of one account. */
export class Fleet {
  readonly #state: StateStore;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #options: FleetOptions;

  constructor(ports: { state: StateStore; clock: Clock; random: Random }, options: FleetOptions) {
    this.#state = ports.state;
    this.#clock = ports.clock;
    this.#random = ports.random;
    this.#options = options;
  }

  /** The same machine keeps its agent id and gets a new key. @throws EnrolmentRefusedError on a wrong token */
  async enroll(request: Enrolment): Promise<AgentOrders & { agentId: string; agentKey: string }> {
    if (!sameSecret(request.enrollmentToken, this.#options.enrollmentToken)) throw new EnrolmentRefusedError();
    const agentKey = takeBase36(this.#random.bytes(bytesForBase36(KEY_CHARACTERS)), KEY_CHARACTERS);
    const { agentId, collection } = await this.#state.transaction((tx) =>
      this.#register(tx, request, hashKey(agentKey)),
    );
    return { agentId, agentKey, ...this.#orders(collection) };
  }

  /** The agent a bearer key belongs to. */
  async authenticate(agentKey: string): Promise<Agent | undefined> {
    const row = await store.findAgentByKey(this.#state.queries, hashKey(agentKey));
    return row === undefined ? undefined : readAgent(row, this.#view());
  }

  async heartbeat(agent: Agent, report: { health: ReportedHealth; agentVersion: string }): Promise<AgentOrders> {
    const nowMs = this.#clock.nowMs();
    await this.#state.transaction(async (tx) => {
      await store.recordContact(tx, agent.accountId, [agent.agentId], {
        nowMs,
        withRows: false,
        health: report.health,
      });
      await store.recordVersion(tx, agent.accountId, agent.agentId, report.agentVersion);
    });
    return this.#orders(agent.collection);
  }

  startCollection(agentIds: readonly string[]): Promise<Map<string, CommandOutcome>> {
    return this.#command(agentIds, 'start');
  }

  stopCollection(agentIds: readonly string[]): Promise<Map<string, CommandOutcome>> {
    return this.#command(agentIds, 'stop');
  }

  /** Forgets registrations, never data. An agent that still reports comes back under a new id. */
  async delete(
    requests: readonly { agentId: string; force: boolean }[],
  ): Promise<Map<string, 'NOT_FOUND' | 'AGENT_IN_USE'>> {
    const refused = new Map<string, 'NOT_FOUND' | 'AGENT_IN_USE'>();
    await this.#state.transaction(async (tx) => {
      const known = await this.#find(
        tx,
        requests.map((request) => request.agentId),
      );
      for (const { agentId, force } of requests) {
        const agent = known.get(agentId);
        if (agent === undefined) refused.set(agentId, 'NOT_FOUND');
        else if (!force && ['HEALTHY', 'UNHEALTHY', 'RUNNING'].includes(agent.health))
          refused.set(agentId, 'AGENT_IN_USE');
        else await store.markDeleted(tx, agent.accountId, agentId, this.#clock.nowMs());
      }
    });
    return refused;
  }

  /** Agents by id, ascending, as they are now. `readAhead`: how many the reader expects to take. */
  async *list(
    options: { afterId?: string; agentIds?: readonly string[]; readAhead?: number } = {},
  ): AsyncIterable<Agent> {
    const { afterId, agentIds, readAhead } = options;
    if (agentIds === undefined) yield* this.#listAll(afterId, Math.min(readAhead ?? PAGE_MAX, PAGE_MAX));
    else yield* this.#listNamed(agentIds.filter((agentId) => afterId === undefined || agentId > afterId));
  }

  /** How many agents there are of each health, now. */
  async countByHealth(): Promise<Record<AgentHealth, number>> {
    const counts = { HEALTHY: 0, UNHEALTHY: 0, RUNNING: 0, UNKNOWN: 0, BLACKLISTED: 0, SHUTDOWN: 0 };
    const view = this.#view();
    const kinds = await store.countHealthKinds(this.#state.queries, this.#options.accountId, view);
    for (const kind of kinds) counts[healthOf(kind, view)] += Number(kind.agents);
    return counts;
  }

  async *#listAll(startAfterId: string | undefined, firstLimit: number): AsyncIterable<Agent> {
    let afterId = startAfterId;
    for (let limit = firstLimit; ; limit = PAGE_MAX) {
      const page = { limit, ...(afterId === undefined ? {} : { afterId }) };
      const rows = await store.listAgentRows(this.#state.queries, this.#options.accountId, page);
      for (const row of rows) yield readAgent(row, this.#view());
      if (rows.length < limit) return;
      afterId = rows.at(-1)?.agent_id;
    }
  }

  async *#listNamed(agentIds: readonly string[]): AsyncIterable<Agent> {
    for (const chunk of chunksOfIds([...agentIds].sort())) {
      const page = { limit: chunk.length, agentIds: chunk };
      const rows = await store.listAgentRows(this.#state.queries, this.#options.accountId, page);
      for (const row of rows) yield readAgent(row, this.#view());
    }
  }

  async #register(
    tx: StateQueries,
    request: Enrolment,
    keyHash: string,
  ): Promise<{ agentId: string; collection: CollectionState }> {
    const { accountId } = this.#options;
    const known = await store.findAgentByMachine(tx, accountId, request.machineId);
    if (known !== undefined && known.deleted_at_ms === null) {
      const change = { keyHash, hostName: request.hostName, version: request.agentVersion, platform: request.platform };
      await store.updateEnrolment(tx, { accountId, agentId: known.agent_id }, change);
      return { agentId: known.agent_id, collection: known.collection_status as CollectionState };
    }
    const generation = known === undefined ? 0 : known.generation + 1;
    const collects = this.#options.newAgentsCollect && (await this.#collectingLeft(tx)) > 0;
    const collection = collects ? 'STARTED' : 'STOPPED';
    const isInstance = INSTANCE_ID.test(request.machineId) && generation === 0;
    const agentId = isInstance ? request.machineId : deriveAgentId(accountId, request.machineId, generation);
    const nowMs = this.#clock.nowMs();
    await store.insertAgent(tx, {
      account_id: accountId,
      agent_id: agentId,
      machine_id: request.machineId,
      generation,
      host_name: request.hostName,
      agent_type: INSTANCE_ID.test(request.machineId) ? 'EC2' : 'ONPREMISES',
      version: request.agentVersion,
      platform: request.platform,
      key_hash: keyHash,
      server_id: deriveServerId(accountId, agentId),
      registered_at_ms: nowMs,
      last_contact_at_ms: nowMs,
      reported_health: 'HEALTHY',
      collection_status: collection,
      collection_since_ms: nowMs,
      network_json: '[]',
    });
    return { agentId, collection };
  }

  async #command(agentIds: readonly string[], event: 'start' | 'stop'): Promise<Map<string, CommandOutcome>> {
    const outcomes = new Map<string, CommandOutcome>();
    await this.#state.transaction(async (tx) => {
      const known = await this.#find(tx, agentIds);
      let left = event === 'start' ? await this.#collectingLeft(tx) : Number.POSITIVE_INFINITY;
      for (const agentId of new Set(agentIds)) {
        const agent = known.get(agentId);
        const to = agent && transition(COLLECTION_MACHINE, agent.collection, event);
        if (agent === undefined) outcomes.set(agentId, 'Failed');
        else if (to === undefined) outcomes.set(agentId, 'Redundant');
        else if (left <= 0) outcomes.set(agentId, 'Failed');
        else {
          left -= 1;
          await store.updateCollection(tx, agent, { from: agent.collection, to, nowMs: this.#clock.nowMs() });
          outcomes.set(agentId, 'Succeeded');
        }
      }
    });
    return outcomes;
  }

  /** How many more agents may collect. */
  async #collectingLeft(tx: StateQueries): Promise<number> {
    const { accountId, collectingMax = Number.POSITIVE_INFINITY } = this.#options;
    if (collectingMax === Number.POSITIVE_INFINITY) return collectingMax;
    return collectingMax - (await store.countCollecting(tx, accountId));
  }

  async #find(tx: StateQueries, agentIds: readonly string[]): Promise<Map<string, Agent>> {
    const known = new Map<string, Agent>();
    for (const chunk of chunksOfIds(agentIds)) {
      const page = { limit: chunk.length, agentIds: chunk };
      const rows = await store.listAgentRows(tx, this.#options.accountId, page);
      for (const row of rows) known.set(row.agent_id, readAgent(row, this.#view()));
    }
    return known;
  }

  #orders(collection: CollectionState): AgentOrders {
    const { sampleIntervalMs, sendIntervalMs } = this.#options;
    return { collection: collectionOrder(collection), sampleIntervalMs, sendIntervalMs };
  }

  #view(): HealthView {
    return { nowMs: this.#clock.nowMs(), deniedAgents: this.#options.deniedAgents };
  }
}

export function hashKey(agentKey: string): string {
  return createHash('sha256').update(agentKey).digest('hex');
}

/** Distinct ids in their order, as many at a time as one statement may name. */
function* chunksOfIds(agentIds: readonly string[]): Generator<string[]> {
  const distinct = [...new Set(agentIds)];
  for (let at = 0; at < distinct.length; at += IDS_A_QUERY) yield distinct.slice(at, at + IDS_A_QUERY);
}

function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
