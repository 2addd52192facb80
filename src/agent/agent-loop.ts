// The agent's one loop: sample when due, flush to the spool and talk to the server when due, sleep until whatever is
// next. Sampling never waits for the server: a delivery runs beside the loop, at most one, and wakes it when it ends.

import { SECOND_MS } from '../core/time.ts';
import type { AgentLog } from './agent-options.ts';
import { encodeBatchBody } from './batch-body.ts';
import type { Clock } from './clock.ts';
import type { HeartbeatAnswer } from './protocol/agent-messages.ts';
import type { Delivery } from './protocol/delivery.ts';
import { RowBuffer } from './row-buffer.ts';
import type { HostSampler } from './sampling/host-sampler.ts';
import { Schedule } from './schedule.ts';
import type { BatchSpool } from './spool/batch-spool.ts';

/** Rates need two samples; a new agent should not wait a whole interval for its first row. */
const SECOND_SAMPLE_AFTER_MS = SECOND_MS;
const FAREWELL_MS = 5 * SECOND_MS;
const ONCE_ATTEMPTS_MAX = 5;

export interface AgentLoopOptions {
  clock: Clock;
  sampler: HostSampler;
  spool: BatchSpool;
  delivery: Delivery;
  log: AgentLog;
  sampleIntervalMs: number;
  sendIntervalMs: number;
  /** Intervals of the command line stand against the server's. */
  followServerIntervals: { sample: boolean; send: boolean };
  collection: 'STARTED' | 'STOPPED';
}

export class AgentLoop {
  readonly #options: AgentLoopOptions;
  readonly #buffer = new RowBuffer();
  readonly #sampling: Schedule;
  readonly #sending: Schedule;
  #collection: 'STARTED' | 'STOPPED';
  #samplesInSeries = 0;
  #isSpoolHealthy = true;
  #isDeliveryPending = false;
  #delivery: Promise<void> | undefined;
  #waker = new AbortController();

  constructor(options: AgentLoopOptions) {
    const nowMs = options.clock.nowMs();
    this.#options = options;
    this.#collection = options.collection;
    this.#sampling = new Schedule(options.sampleIntervalMs, nowMs);
    this.#sending = new Schedule(options.sendIntervalMs, nowMs + options.sendIntervalMs);
  }

  /** What the server wants, from any of its answers. */
  obey(command: HeartbeatAnswer): void {
    const { followServerIntervals, clock, log } = this.#options;
    if (followServerIntervals.sample) this.#sampling.intervalMs = command.sampleIntervalMs;
    if (followServerIntervals.send) this.#sending.intervalMs = command.sendIntervalMs;
    if (command.collection === this.#collection) return;
    log('info', command.collection === 'STARTED' ? 'collection started' : 'collection stopped');
    this.#collection = command.collection;
    this.#options.sampler.restartSeries();
    this.#samplesInSeries = 0;
    this.#sampling.setNext(clock.nowMs());
    this.#wake();
  }

  /** Until `signal`; then what is sampled goes to the spool, and one try to the server. */
  async run(signal: AbortSignal): Promise<void> {
    const onAbort = () => this.#wake();
    signal.addEventListener('abort', onAbort);
    try {
      // First contact comes first, so that a host that is to be left alone is never sampled.
      this.#isDeliveryPending = true;
      this.#startDelivery();
      await untilAborted(this.#delivery, signal);
      while (!signal.aborted) await this.#turn(signal);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    await this.#flush();
    await this.#sayFarewell();
  }

  /** Two samples and one delivery. Undefined when acknowledged, else why not. */
  async runOnce(signal: AbortSignal): Promise<string | undefined> {
    const { clock, log } = this.#options;
    const refusal = await this.#deliverPatiently(signal);
    if (refusal !== undefined) return refusal;
    if (this.#collection === 'STOPPED') {
      log('warn', 'the server has stopped collection for this host: nothing was sampled');
      return undefined;
    }
    await this.#sample();
    await clock.sleep(SECOND_SAMPLE_AFTER_MS, signal);
    await this.#sample();
    await this.#flush();
    if (!this.#isSpoolHealthy) return 'cannot write to the spool';
    return this.#deliverPatiently(signal);
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    this.#waker = new AbortController();
    if (this.#collection === 'STARTED' && this.#sampling.isDue(clock.nowMs())) await this.#sampleOnSchedule();
    if (this.#sending.isDue(clock.nowMs())) {
      this.#sending.advance(clock.nowMs());
      this.#isDeliveryPending = true;
      await this.#flush();
    } else if (this.#buffer.isHalfFull) await this.#flush();
    this.#startDelivery();
    if (!signal.aborted) await clock.sleep(this.#nextInMs(), this.#waker.signal);
  }

  async #sampleOnSchedule(): Promise<void> {
    const { clock } = this.#options;
    await this.#sample();
    const nowMs = clock.nowMs();
    this.#sampling.advance(nowMs);
    if (this.#samplesInSeries === 1) this.#sampling.setNext(nowMs + SECOND_SAMPLE_AFTER_MS);
    // The first rows of a series are sent at once: whoever installs an agent waits for them.
    if (this.#samplesInSeries === 2) this.#sending.setNext(nowMs);
  }

  async #sample(): Promise<void> {
    this.#buffer.add(await this.#options.sampler.sample(this.#options.clock.nowMs()));
    this.#samplesInSeries += 1;
  }

  async #flush(): Promise<void> {
    const { spool, log } = this.#options;
    const dropped = this.#buffer.takeDroppedRows();
    if (dropped > 0) log('warn', 'rows were dropped: the spool cannot be written', { dropped });
    try {
      await this.#buffer.drainTo(async (rows) => {
        await spool.append(encodeBatchBody(rows));
      });
      this.#isSpoolHealthy = true;
    } catch (error) {
      this.#isSpoolHealthy = false;
      log('error', 'cannot write to the spool; rows stay in memory as long as they fit', { error: String(error) });
    }
  }

  #startDelivery(): void {
    const { clock, delivery } = this.#options;
    if (this.#delivery !== undefined || !this.#isDeliveryPending) return;
    if (clock.nowMs() < delivery.notBeforeMs) return;
    const health = this.#isSpoolHealthy && this.#options.sampler.isHealthy ? 'HEALTHY' : 'UNHEALTHY';
    this.#isDeliveryPending = false;
    this.#delivery = delivery.run({ health }).then((isDone) => {
      if (!isDone) this.#isDeliveryPending = true;
      this.#delivery = undefined;
      this.#wake();
    });
  }

  #nextInMs(): number {
    const { clock, delivery } = this.#options;
    const nowMs = clock.nowMs();
    const waits = [this.#sending.dueInMs(nowMs)];
    if (this.#collection === 'STARTED') waits.push(this.#sampling.dueInMs(nowMs));
    if (this.#isDeliveryPending && this.#delivery === undefined) waits.push(Math.max(0, delivery.notBeforeMs - nowMs));
    return Math.min(...waits);
  }

  #wake(): void {
    this.#waker.abort();
  }

  async #deliverPatiently(signal: AbortSignal): Promise<string | undefined> {
    const { delivery, clock } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      if (await delivery.run({ health: 'HEALTHY' })) return undefined;
      const failure = delivery.lastFailure;
      if (
        signal.aborted ||
        failure?.kind === 'blacklisted' ||
        failure?.kind === 'unauthorized' ||
        attempt >= ONCE_ATTEMPTS_MAX
      ) {
        return failure?.reason ?? 'unknown';
      }
      await clock.sleep(delivery.notBeforeMs - clock.nowMs(), signal);
    }
  }

  async #sayFarewell(): Promise<void> {
    const { clock, delivery } = this.#options;
    const enough = new AbortController();
    const farewell = (async () => {
      await this.#delivery;
      await delivery.run({ health: undefined, timeoutMs: FAREWELL_MS });
      await delivery.run({ health: 'SHUTDOWN', timeoutMs: FAREWELL_MS });
    })().catch(() => undefined);
    await Promise.race([farewell, clock.sleep(FAREWELL_MS, enough.signal)]);
    enough.abort();
  }
}

async function untilAborted(work: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let stop = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
  });
  signal.addEventListener('abort', stop);
  await Promise.race([work, aborted]);
  signal.removeEventListener('abort', stop);
}
