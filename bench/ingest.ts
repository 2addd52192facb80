import { setTimeout as sleep } from 'node:timers/promises';
import { measureBareDuckdb } from './bare-duckdb.ts';
import { type BenchServer, runSimulation, startBenchServer } from './bench-server.ts';
import type { Measurement } from './measurement.ts';

const ROWS_PER_BATCH = 500;
const LOAD_MS = Number(process.env.BENCH_LOAD_MS ?? 30_000);
const HALF_LOAD_MS = Number(process.env.BENCH_HALF_LOAD_MS ?? 15_000);
/** The default is 5s, which a run of half a minute would count as waiting, not as work. */
const ROLL_INTERVAL = process.env.BENCH_ROLL_INTERVAL ?? '1s';
const BARE_ROWS = 1_000_000;
const HALF_RATE = 200_000;
const TABLES = [
  ...['os_info_agent', 'network_interface_agent', 'sys_performance_agent', 'processes_agent'],
  ...['inbound_connection_agent', 'outbound_connection_agent'],
];

/** From the first send to the moment SQL counts every acknowledged row; the load runs on the same cores. */
export async function benchIngest(): Promise<Measurement[]> {
  const bareBefore = await measureBareDuckdb(BARE_ROWS, ROWS_PER_BATCH);
  const full = await measureFullSpeed();
  const half = await measureHalfSpeed();
  const bare = (bareBefore + (await measureBareDuckdb(BARE_ROWS, ROWS_PER_BATCH))) / 2;
  return [
    { name: 'rows from first send to counted by SQL', value: full.rowsPerSecond, unit: 'rows/s', mark: '>= 400000' },
    { name: 'rows acknowledged while sending', value: full.ackedPerSecond, unit: 'rows/s' },
    { name: 'DuckDB alone, two threads', value: bare, unit: 'rows/s' },
    { name: 'share of DuckDB alone', value: full.rowsPerSecond / bare, unit: '', mark: '>= 0.3' },
    { name: 'acknowledged at full speed, p99', value: full.ackMsP99, unit: 'ms' },
    { name: 'acknowledged at half the mark, p99', value: half.ackMsP99, unit: 'ms', mark: '< 100' },
    { name: 'rows a second at half the mark', value: half.rowsPerSecond, unit: 'rows/s' },
    { name: 'resident memory, most', value: full.rssMib, unit: 'MiB', mark: '< 1024' },
    { name: 'errors', value: full.errors, unit: '', mark: '<= 0' },
  ];
}

async function measureFullSpeed() {
  await using server = await startBenchServer({ flags: ['--roll-interval', ROLL_INTERVAL] });
  const memory = watchMemory(server);
  const load = { agents: 100, rowsPerBatch: ROWS_PER_BATCH, rate: 0, durationMs: LOAD_MS };
  const { report, endedAt } = await runSimulation(server, load);
  await waitUntilCounted(server, report.rows);
  const seconds = report.seconds + (performance.now() - endedAt) / 1000;
  return {
    rowsPerSecond: report.rows / seconds,
    ackedPerSecond: report.rowsPerSecond,
    ackMsP99: report.ackMsP99,
    errors: Object.values(report.errors).reduce((sum, count) => sum + count, 0),
    rssMib: await memory.most(),
  };
}

async function measureHalfSpeed() {
  await using server = await startBenchServer();
  const load = { agents: 100, rowsPerBatch: ROWS_PER_BATCH, rate: HALF_RATE, durationMs: HALF_LOAD_MS };
  return (await runSimulation(server, load)).report;
}

async function waitUntilCounted(server: BenchServer, rows: number): Promise<void> {
  const counts = TABLES.map((table) => `SELECT count(*) AS n FROM ${table}`).join(' UNION ALL ');
  while ((await server.metric('periplus_rows_rolled_total')) < rows) await sleep(20);
  while (Number(await server.queryCell(`SELECT sum(n) FROM (${counts})`)) < rows) await sleep(20);
}

function watchMemory(server: BenchServer): { most(): Promise<number> } {
  let most = 0;
  const look = async () => {
    most = Math.max(most, await server.rssMib());
  };
  const timer = setInterval(() => void look().catch(() => {}), 500);
  return {
    most: async () => {
      clearInterval(timer);
      await look();
      return most;
    },
  };
}
