import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { AgentCalls } from './agent-calls.ts';
import { BatchPool } from './batch-pool.ts';
import { formatBody, hostFacts } from './host-rows.ts';
import { describeHost } from './simulated-host.ts';
import { type SimulationReport, Tally } from './tally.ts';

export interface SimulationOptions {
  readonly endpoint: string;
  readonly enrollmentToken: string;
  readonly agents: number;
  readonly rowsPerBatch: number;
  /** Rows a second of all agents together; 0: as fast as they are acknowledged. */
  readonly rowsPerSecond: number;
  readonly durationMs: number;
  readonly seed: number;
  readonly connections: number;
  readonly onProgress: (tally: Tally, elapsedMs: number) => void;
  readonly signal: AbortSignal;
}

interface SimulatedAgent {
  readonly index: number;
  readonly agentKey: string;
  nextSequence: number;
}

const PROGRESS_MS = 1000;
const ATTEMPTS_MAX = 100;

/** The server did not let the simulated agents in. */
export class SimulationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SimulationError';
  }
}

/** Enrolls the hosts of a seed and sends what they would, for a time and at a rate. @throws SimulationError */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  using calls = new AgentCalls(options.endpoint, options.connections);
  const pool = new BatchPool(options, Date.now());
  const agents = await enrollAll(calls, options);
  const tally = new Tally();
  const startedAt = performance.now();
  const timer = setInterval(() => {
    pool.refreshOne(Date.now());
    options.onProgress(tally, performance.now() - startedAt);
  }, PROGRESS_MS);
  const sender = new Sender({ calls, pool, tally, options, startedAt });
  const lanes = Array.from({ length: Math.min(options.connections, agents.length) }, (_, lane) =>
    sender.runLane(agents.filter((agent) => agent.index % options.connections === lane)),
  );
  await Promise.all(lanes);
  clearInterval(timer);
  return tally.report(agents.length, (performance.now() - startedAt) / 1000);
}

async function enrollAll(calls: AgentCalls, options: SimulationOptions): Promise<SimulatedAgent[]> {
  const agents: SimulatedAgent[] = [];
  for (let index = 0; index < options.agents; index += 1) {
    const host = describeHost(options.seed, index);
    const body = {
      enrollmentToken: options.enrollmentToken,
      machineId: host.machineId,
      hostName: host.hostName,
      agentVersion: 'simulated',
      platform: 'linux',
    };
    const answer = await calls.post('/agent/v1/enroll', JSON.stringify(body), { 'content-type': 'application/json' });
    if (answer.status !== 200) throw new SimulationError(explainRefusal(answer.status, answer.text, options.endpoint));
    const { agentKey } = JSON.parse(answer.text) as { agentKey: string };
    agents.push({ index, agentKey, nextSequence: 1 });
  }
  return agents;
}

function explainRefusal(status: number, text: string, endpoint: string): string {
  if (status === 0) return `nothing answers at ${endpoint} (${text}); start a server or correct --endpoint`;
  if (status === 401)
    return `${endpoint} refuses the enrollment token; 'periplus enrollment-token' prints the right one`;
  return `${endpoint} refused to enroll an agent: ${status} ${text.slice(0, 200)}`;
}

interface SenderParts {
  readonly calls: AgentCalls;
  readonly pool: BatchPool;
  readonly tally: Tally;
  readonly options: SimulationOptions;
  readonly startedAt: number;
}

/** Sends the batches of agents, each agent's one after the other, all on one common schedule. */
class Sender {
  readonly #parts: SenderParts;
  /** A run numbers its batches anew, so a second run of the same hosts does not repeat the first. */
  readonly #epoch = Date.now();
  #scheduled = 0;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** The agents of one connection, in turn. */
  async runLane(agents: readonly SimulatedAgent[]): Promise<void> {
    for (let turn = 0; agents.length > 0; turn += 1) {
      const agent = agents[turn % agents.length];
      if (agent === undefined || !(await this.#waitForTurn())) return;
      await this.#send(agent);
    }
  }

  /** False: the time of the run is over. */
  async #waitForTurn(): Promise<boolean> {
    const { options, startedAt } = this.#parts;
    const { rowsPerSecond, rowsPerBatch, durationMs, signal } = options;
    const dueMs = rowsPerSecond === 0 ? 0 : (this.#scheduled * rowsPerBatch * 1000) / rowsPerSecond;
    if (signal.aborted || Math.max(dueMs, performance.now() - startedAt) >= durationMs) return false;
    this.#scheduled += 1;
    const waitMs = dueMs - (performance.now() - startedAt);
    if (waitMs >= 1) await sleep(waitMs, undefined, { signal }).catch(() => {});
    return !signal.aborted;
  }

  async #send(agent: SimulatedAgent): Promise<void> {
    const { calls, pool, tally, options } = this.#parts;
    const sequence = agent.nextSequence;
    agent.nextSequence += 1;
    const body = sequence === 1 ? this.#firstBody(agent) : pool.bodyOf(agent.index);
    const headers = {
      authorization: `Bearer ${agent.agentKey}`,
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
      'periplus-batch': `${this.#epoch}-${sequence}`,
    };
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const sentAt = performance.now();
      const answer = await calls.post('/agent/v1/batches', body, headers);
      if (answer.status === 200) return this.#acknowledge(answer.text, sentAt);
      tally.failed(answer.status);
      if (![0, 429, 500, 503].includes(answer.status) || options.signal.aborted) break;
      await sleep(Math.max(answer.retryAfterMs, 50), undefined, { signal: options.signal }).catch(() => {});
    }
    tally.lost();
  }

  #firstBody(agent: SimulatedAgent): Buffer {
    return gzipSync(formatBody(hostFacts(describeHost(this.#parts.options.seed, agent.index), Date.now())));
  }

  #acknowledge(text: string, sentAt: number): void {
    const { accepted, rejectedRows } = JSON.parse(text) as { accepted: number; rejectedRows: number };
    this.#parts.tally.acknowledged(accepted + rejectedRows, rejectedRows, performance.now() - sentAt);
  }
}
