import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the server counts, in Prometheus' terms. */
export class Metrics {
  readonly #registry = new Registry();
  readonly calls = new Counter({
    name: 'periplus_calls_total',
    help: 'Answered AWS calls.',
    labelNames: ['service', 'operation', 'status'],
    registers: [this.#registry],
  });
  readonly callSeconds = new Histogram({
    name: 'periplus_call_duration_seconds',
    help: 'Time from the first byte of a call to its answer.',
    labelNames: ['service'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
    registers: [this.#registry],
  });
  readonly batches = new Counter({
    name: 'periplus_batches_total',
    help: 'Batches of agents by answered status.',
    labelNames: ['status'],
    registers: [this.#registry],
  });
  readonly rowsAccepted = new Counter({
    name: 'periplus_rows_accepted_total',
    help: 'Rows acknowledged to agents.',
    registers: [this.#registry],
  });
  readonly rowsRejected = new Counter({
    name: 'periplus_rows_rejected_total',
    help: 'Rows that were refused and became dead letters.',
    registers: [this.#registry],
  });
  readonly rowsRolled = new Counter({
    name: 'periplus_rows_rolled_total',
    help: 'Rows written to Parquet.',
    registers: [this.#registry],
  });
  readonly backlogBytes = new Gauge({
    name: 'periplus_backlog_bytes',
    help: 'Accepted bytes not yet in Parquet.',
    registers: [this.#registry],
  });
  readonly freeBytes = new Gauge({
    name: 'periplus_free_bytes',
    help: 'Free space where the data is kept.',
    registers: [this.#registry],
  });
  readonly memoryBytes: Gauge;

  constructor() {
    this.memoryBytes = new Gauge({
      name: 'periplus_resident_memory_bytes',
      help: 'Resident memory of the server process.',
      registers: [this.#registry],
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The exposition text. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
