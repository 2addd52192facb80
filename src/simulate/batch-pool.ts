import { gzipSync } from 'node:zlib';
import { formatBody, periodicRows } from './host-rows.ts';
import { createSeededRandom } from './seeded-random.ts';
import { describeHost } from './simulated-host.ts';

const POOL_MAX = 256;

/**
 * Ready-made gzip bodies that are sent again and again under new batch numbers, so that the load costs the machine
 * little more than its sending. One body grows new at a time, which keeps their event times young.
 */
export class BatchPool {
  readonly #bodies: Buffer[];
  readonly #options: { readonly seed: number; readonly rowsPerBatch: number };
  #made = 0;

  constructor(options: { seed: number; agents: number; rowsPerBatch: number }, nowMs: number) {
    this.#options = options;
    this.#bodies = Array.from({ length: Math.min(options.agents, POOL_MAX) }, (_, index) => this.#make(index, nowMs));
  }

  /** The body of an agent: always of the same host, unless there are more agents than bodies. */
  bodyOf(agentIndex: number): Buffer {
    return this.#bodies[agentIndex % this.#bodies.length] ?? Buffer.alloc(0);
  }

  /** Makes the oldest body anew. */
  refreshOne(nowMs: number): void {
    const index = this.#made % this.#bodies.length;
    this.#bodies[index] = this.#make(index, nowMs);
  }

  #make(index: number, nowMs: number): Buffer {
    const { seed, rowsPerBatch } = this.#options;
    this.#made += 1;
    const random = createSeededRandom(seed, 1_000_000 + this.#made);
    return gzipSync(formatBody(periodicRows(describeHost(seed, index), random, nowMs, rowsPerBatch)));
  }
}
