/** What a run has seen so far, and the report it closes with. */

export interface SimulationReport {
  readonly agents: number;
  readonly seconds: number;
  readonly batches: number;
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** Rows the server keeps as dead letters. */
  readonly rowsRejected: number;
  readonly ackMsP50: number;
  readonly ackMsP99: number;
  readonly ackMsMax: number;
  /** Answers other than 200, by status; 0 is no answer. */
  readonly errors: Readonly<Record<string, number>>;
  /** Batches that were given up. */
  readonly batchesLost: number;
}

const BUCKETS_PER_MS = 10;
const ACK_MS_MAX = 60_000;

export class Tally {
  readonly #errors: Record<string, number> = {};
  /** Acknowledgements by tenths of a millisecond: exact enough, and the same size for any run. */
  readonly #ackBuckets = new Uint32Array(ACK_MS_MAX * BUCKETS_PER_MS + 1);
  #batches = 0;
  #rows = 0;
  #rowsRejected = 0;
  #batchesLost = 0;

  get rows(): number {
    return this.#rows;
  }

  get batches(): number {
    return this.#batches;
  }

  get errorCount(): number {
    return Object.values(this.#errors).reduce((sum, count) => sum + count, 0);
  }

  acknowledged(rows: number, rejected: number, ackMs: number): void {
    this.#batches += 1;
    this.#rows += rows;
    this.#rowsRejected += rejected;
    const bucket = Math.min(Math.round(ackMs * BUCKETS_PER_MS), this.#ackBuckets.length - 1);
    this.#ackBuckets[bucket] = (this.#ackBuckets[bucket] ?? 0) + 1;
  }

  failed(status: number): void {
    this.#errors[status] = (this.#errors[status] ?? 0) + 1;
  }

  lost(): void {
    this.#batchesLost += 1;
  }

  ackQuantile(share: number): number {
    let left = Math.max(1, Math.ceil(this.#batches * share));
    for (const [bucket, count] of this.#ackBuckets.entries()) {
      left -= count;
      if (left <= 0) return bucket / BUCKETS_PER_MS;
    }
    return 0;
  }

  report(agents: number, seconds: number): SimulationReport {
    return {
      agents,
      seconds: Math.round(seconds * 100) / 100,
      batches: this.#batches,
      rows: this.#rows,
      rowsPerSecond: Math.round(this.#rows / seconds),
      rowsRejected: this.#rowsRejected,
      ackMsP50: this.ackQuantile(0.5),
      ackMsP99: this.ackQuantile(0.99),
      ackMsMax: this.ackQuantile(1),
      errors: this.#errors,
      batchesLost: this.#batchesLost,
    };
  }
}
