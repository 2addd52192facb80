import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { type BenchServer, runSimulation, startBenchServer } from './bench-server.ts';
import { type Measurement, quantile } from './measurement.ts';

const ROWS = Number(process.env.BENCH_QUERY_ROWS ?? 10_000_000);
const RUNS = 15;
/** About the share of a batch's rows that are processes. */
const PROCESS_SHARE = 0.396;

/** `count(*)` over Parquet through the Athena API, and by DuckDB alone over the same files, turn by turn. */
export async function benchQuery(): Promise<Measurement[]> {
  await using server = await startBenchServer({ flags: ['--roll-interval', '60s', '--roll-bytes', '256MiB'] });
  const rows = await fill(server);
  const paths = await listFiles(server);
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const bare = `SELECT count(*) FROM read_parquet([${paths.map((path) => `'${path}'`).join(', ')}])`;
  const throughApi: number[] = [];
  const alone: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    alone.push(await time(() => connection.runAndReadAll(bare)));
    throughApi.push(await time(() => server.queryCell('SELECT count(*) FROM processes_agent')));
  }
  instance.closeSync();
  const slower = quantile(throughApi, 0.5) - quantile(alone, 0.5);
  return [
    { name: 'rows counted', value: rows, unit: '' },
    { name: 'files', value: paths.length, unit: '' },
    { name: 'through the Athena API, median', value: quantile(throughApi, 0.5), unit: 'ms' },
    { name: 'DuckDB alone, median', value: quantile(alone, 0.5), unit: 'ms' },
    { name: 'slower by', value: slower, unit: 'ms', mark: '<= 150' },
  ];
}

async function fill(server: BenchServer): Promise<number> {
  let rows = 0;
  while (rows < ROWS) {
    const load = { agents: 50, rowsPerBatch: 5000, rate: 0, durationMs: 15_000 };
    const { report } = await runSimulation(server, load);
    rows += Math.floor(report.rows * PROCESS_SHARE);
  }
  while ((await server.metric('periplus_backlog_bytes')) > 0) await sleep(200);
  await sleep(1000);
  return Number(await server.queryCell('SELECT count(*) FROM processes_agent'));
}

/** The files that the state names, read from a copy of it: the server has its state to itself. */
async function listFiles(server: BenchServer): Promise<string[]> {
  const copy = await mkdtemp(join(tmpdir(), 'periplus-state-'));
  try {
    await cp(join(server.dataDir, 'state'), copy, { recursive: true });
    using state = new DatabaseSync(join(copy, 'periplus.sqlite'));
    const rows = state
      .prepare(`SELECT object_key FROM data_files WHERE table_name = 'processes_agent' AND removed_at_ms IS NULL`)
      .all();
    return rows.map((row) => join(server.dataDir, 'objects', String(row.object_key)));
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
