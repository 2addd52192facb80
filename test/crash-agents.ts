import { gzipSync } from 'node:zlib';
import { DAY_MS } from '../src/core/time.ts';
import { createSeededRandom } from '../src/simulate/seeded-random.ts';

/**
 * Agents that keep a ledger: every row they send has a text of its own, and a batch is sent again under its number until
 * it is acknowledged, however often the server dies in between.
 */
export class LedgerAgents {
  /** Rows that were acknowledged, good ones and dead letters, by their text. */
  readonly acknowledged = new Set<string>();
  readonly refused = new Set<string>();
  /** How often each status was answered. */
  readonly statuses = new Map<number, number>();
  repeated = 0;
  attempts = 0;
  readonly #count: number;
  readonly #token: string;
  readonly #random = createSeededRandom(11);
  readonly #stop = new AbortController();
  #endpoint = '';
  #keys: string[] = [];

  constructor(count: number, token: string) {
    this.#count = count;
    this.#token = token;
  }

  /** Where the server is now; it comes back elsewhere. */
  set endpoint(url: string) {
    this.#endpoint = url;
  }

  async enroll(): Promise<void> {
    for (let index = 0; index < this.#count; index += 1) {
      const answer = await this.#post('/agent/v1/enroll', {}, JSON.stringify(this.#enrolment(index)));
      this.#keys.push(((await answer.json()) as { agentKey: string }).agentKey);
    }
  }

  /** Sends until `finish`; resolves when every batch that was begun is acknowledged. */
  async run(): Promise<void> {
    await Promise.all(this.#keys.map((key, agent) => this.#runAgent(agent, key)));
  }

  finish(): void {
    this.#stop.abort();
  }

  async #runAgent(agent: number, key: string): Promise<void> {
    for (let sequence = 1; !this.#stop.signal.aborted; sequence += 1) await this.#deliver(agent, key, sequence);
  }

  async #deliver(agent: number, key: string, sequence: number): Promise<void> {
    const { body, good, bad } = this.#makeBatch(agent, sequence);
    for (;;) {
      this.attempts += 1;
      const answer = await this.#postBatch(key, sequence, body).catch(() => undefined);
      const text = await answer?.text().catch(() => undefined);
      if (answer?.status === 200 && text !== undefined) {
        if ((JSON.parse(text) as { duplicate: boolean }).duplicate) this.repeated += 1;
        for (const id of good) this.acknowledged.add(id);
        for (const id of bad) this.refused.add(id);
        return;
      }
      if (answer !== undefined && answer.status < 500)
        throw new Error(`the server refused a batch: ${answer.status} ${text}`);
      // The server is away; a pause keeps the wait for it from being a busy one.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** One attempt at a batch, whatever the answer. */
  sendOnce(agent: number, sequence: number): Promise<Response> {
    return this.#postBatch(this.#keys[agent] ?? '', sequence, this.#makeBatch(agent, sequence).body);
  }

  async #postBatch(key: string, sequence: number, body: Buffer): Promise<Response> {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
      'periplus-batch': `1-${sequence}`,
    };
    const answer = await this.#post('/agent/v1/batches', headers, body);
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    return answer;
  }

  /** Rows of today and of days long finished, so that compaction has work, and now and then a row that is refused. */
  #makeBatch(agent: number, sequence: number): { body: Buffer; good: string[]; bad: string[] } {
    const ids = Array.from({ length: 1 + this.#random.below(80) }, (_, row) => `a${agent}-s${sequence}-r${row}`);
    const isBad = ids.map(() => this.#random.below(40) === 0);
    const columns = {
      agent_assigned_process_id: ids.map(() => '1'),
      cmd_line: ids,
      agent_provided_timestamp: ids.map((_, row) =>
        isBad[row] ? 'never' : new Date(Date.now() - this.#random.pick([0, 0, 2, 3]) * DAY_MS).toISOString(),
      ),
    };
    return {
      body: gzipSync(`${JSON.stringify({ table: 'processes_agent', columns })}\n`),
      good: ids.filter((_, row) => !isBad[row]),
      bad: ids.filter((_, row) => isBad[row]),
    };
  }

  #post(path: string, headers: Record<string, string>, body: string | Buffer): Promise<Response> {
    return fetch(`${this.#endpoint}${path}`, { method: 'POST', headers, body: new Uint8Array(Buffer.from(body)) });
  }

  #enrolment(index: number) {
    return {
      enrollmentToken: this.#token,
      machineId: `ledger-${index}`,
      hostName: `ledger-${index}`,
      agentVersion: '1',
      platform: 'linux',
    };
  }
}
