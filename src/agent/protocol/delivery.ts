// Everything said to the server, in order: be enrolled, heartbeat when due, then the spool from its oldest batch on.
// One `run` at a time. It never waits itself: after a failure it names the moment before which it wants no other run,
// and the agent's one loop owns that wait.

import type { AgentLog } from '../agent-options.ts';
import type { Clock } from '../clock.ts';
import type { BatchSpool, SpooledBatch } from '../spool/batch-spool.ts';
import type { AgentClient, CallFailure, CallResult } from './agent-client.ts';
import type { EnrollAnswer, EnrollRequest, HeartbeatAnswer, HeartbeatRequest } from './agent-messages.ts';
import { backoffMs, parseRetryAfterMs } from './retry-delay.ts';

const BLACKLISTED_DELAY_MS = 60 * 60 * 1000;
const RETRY_AFTER_MS_MIN = 1000;

const TROUBLE: Readonly<Record<CallFailure['kind'], string>> = {
  unauthorized: 'the server refuses the enrollment token',
  blacklisted: 'the server has blacklisted this agent',
  unacceptable: 'the server does not understand this agent',
  busy: 'the server is busy',
  failed: 'cannot deliver',
};

export interface DeliveryOptions {
  client: AgentClient;
  spool: BatchSpool;
  clock: Clock;
  random: () => number;
  log: AgentLog;
  enrollment: EnrollRequest;
  agentKey: string | undefined;
  /** Must have stored the key when it resolves. */
  onEnrolled(answer: EnrollAnswer): Promise<void>;
  /** Every answer of enroll and heartbeat. */
  onCommand(answer: HeartbeatAnswer): Promise<void>;
}

export interface DeliveryRequest {
  /** Undefined when no heartbeat is due. */
  health: HeartbeatRequest['health'] | undefined;
  timeoutMs?: number | undefined;
}

export class Delivery {
  readonly #options: DeliveryOptions;
  #agentKey: string | undefined;
  #failures = 0;
  #notBeforeMs = 0;
  #lastFailure: CallFailure | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#agentKey = options.agentKey;
  }

  /** No run is wanted before it. */
  get notBeforeMs(): number {
    return this.#notBeforeMs;
  }

  get lastFailure(): CallFailure | undefined {
    return this.#lastFailure;
  }

  /** True when all went through: heartbeat taken and spool empty. */
  async run(request: DeliveryRequest): Promise<boolean> {
    // A disk that fails is waited out like a server that does.
    const failure = await this.#attempt(request).catch(
      (error: unknown): CallFailure => ({ kind: 'failed', reason: String(error) }),
    );
    this.#lastFailure = failure;
    if (failure === undefined) {
      if (this.#failures > 0) this.#options.log('info', 'the server takes batches again');
      this.#failures = 0;
      this.#notBeforeMs = 0;
      return true;
    }
    this.#failures += 1;
    const delayMs = this.#delayAfter(failure);
    this.#notBeforeMs = this.#options.clock.nowMs() + delayMs;
    this.#options.log('warn', `${TROUBLE[failure.kind]}; will try again`, {
      reason: failure.reason,
      delayMs,
      spooledBatches: this.#options.spool.batchCount,
    });
    return false;
  }

  async #attempt(request: DeliveryRequest): Promise<CallFailure | undefined> {
    const { health, timeoutMs } = request;
    if (health !== undefined) {
      const result = await this.#withKey((key) => this.#heartbeat(key, health, timeoutMs));
      if (result.kind !== 'ok') return result;
      await this.#options.onCommand(result.answer);
    }
    for (let batch = this.#options.spool.oldest(); batch !== undefined; batch = this.#options.spool.oldest()) {
      const failure = await this.#deliver(batch, timeoutMs);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  #heartbeat(key: string, health: HeartbeatRequest['health'], timeoutMs: number | undefined) {
    const { enrollment, spool, client } = this.#options;
    const message = { agentVersion: enrollment.agentVersion, health, spoolBytes: spool.sizeBytes };
    return client.heartbeat(key, message, timeoutMs);
  }

  async #deliver(batch: SpooledBatch, timeoutMs: number | undefined): Promise<CallFailure | undefined> {
    const { spool, client, log } = this.#options;
    const number = `${batch.epoch}-${batch.sequence}`;
    const body = await spool.read(batch);
    if (body === undefined) {
      log('warn', 'a spooled batch is gone', { batch: number });
      await spool.remove(batch);
      return undefined;
    }
    const result = await this.#withKey((key) => client.sendBatch(key, batch, body, timeoutMs));
    if (result.kind === 'unacceptable') {
      log('error', 'the server refuses a batch for ever; it is kept in spool/rejected', {
        batch: number,
        reason: result.reason,
      });
      await spool.reject(batch);
      return undefined;
    }
    if (result.kind !== 'ok') return result;
    await spool.remove(batch);
    const { accepted, rejected, rejectedRows = rejected.length, duplicate } = result.answer;
    if (rejectedRows > 0)
      log('warn', 'rows were rejected', { batch: number, rejected: rejectedRows, first: rejected[0] });
    log('info', 'batch acknowledged', { batch: number, accepted, duplicate });
    return undefined;
  }

  // A key stops working when the server was restored or another agent enrolled with this host's id: enroll once more
  // and repeat. A second 401 in a row is a failure like any other.
  async #withKey<T>(call: (key: string) => Promise<CallResult<T>>): Promise<CallResult<T>> {
    if (this.#agentKey !== undefined) {
      const result = await call(this.#agentKey);
      if (result.kind !== 'unauthorized') return result;
    }
    const enrolled = await this.#options.client.enroll(this.#options.enrollment);
    if (enrolled.kind === 'unacceptable') return { kind: 'failed', reason: enrolled.reason };
    if (enrolled.kind !== 'ok') return enrolled;
    await this.#options.onEnrolled(enrolled.answer);
    this.#agentKey = enrolled.answer.agentKey;
    await this.#options.onCommand(enrolled.answer);
    this.#options.log('info', 'enrolled', { agentId: enrolled.answer.agentId });
    return call(this.#agentKey);
  }

  #delayAfter(failure: CallFailure): number {
    if (failure.kind === 'blacklisted') return BLACKLISTED_DELAY_MS;
    const { clock, random } = this.#options;
    const asked = failure.kind === 'busy' ? parseRetryAfterMs(failure.retryAfter, clock.nowMs()) : undefined;
    return asked === undefined ? backoffMs(this.#failures, random) : Math.max(RETRY_AFTER_MS_MIN, asked);
  }
}
