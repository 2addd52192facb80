import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { systemClock, systemRandom } from '../src/adapters/system.ts';
import { insertDatabase } from '../src/catalog/catalog.ts';
import { putTable } from '../src/catalog/tables.ts';
import { Bootstrap } from '../src/governance/bootstrap.ts';
import { Domains } from '../src/governance/containers/domains.ts';
import { Projects } from '../src/governance/containers/projects.ts';
import { DataSources } from '../src/governance/data-sources/data-sources.ts';
import { settleDataSources } from '../src/governance/data-sources/settle.ts';
import { type DataSourceRun, findRun } from '../src/governance/runs/run-store.ts';
import { RunWorker } from '../src/governance/runs/run-worker.ts';
import { Runs } from '../src/governance/runs/runs.ts';
import { acquireLease } from '../src/jobs/leases.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import type { Measurement } from './measurement.ts';

const ACCOUNT = '123456789012';
const TABLES = 10_000;
const COLUMNS = 20;
const REPEATS = 5;
const LEASE = { name: 'governance', holder: 'bench', durationMs: 3_600_000 };

/** Runs of a data source over 10,000 tables of 20 columns, on a state store of their own, through the worker itself. */
export async function benchGovernance(): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-bench-governance-'));
  try {
    await using state = openSqlite(join(folder, 'state.sqlite'));
    await state.migrate();
    await fillCatalogue(state);
    return await measure(state);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fillCatalogue(state: StateStore): Promise<void> {
  await insertDatabase(state.queries, ACCOUNT, { name: 'sales', parameters: {}, createdAtMs: 0 });
  const columns = Array.from({ length: COLUMNS }, (_, at) => ({
    name: `column_${at}`,
    type: 'string',
    comment: `what column ${at} holds`,
  }));
  for (let at = 0; at < TABLES; at += 500) {
    await state.transaction(async (tx) => {
      for (let index = at; index < at + 500; index += 1) {
        const name = `table_${String(index).padStart(6, '0')}`;
        const definition = { type: 'EXTERNAL_TABLE' as const, columns, partitionKeys: [], parameters: {} };
        await putTable(tx, { accountId: ACCOUNT, database: 'sales', name, definition, nowMs: 0 });
      }
    });
  }
}

async function measure(state: StateStore): Promise<Measurement[]> {
  const ports = { state, clock: systemClock, random: systemRandom };
  const onCommand = () => {};
  const domains = new Domains(ports, { region: 'us-west-2', onCommand });
  const projects = new Projects(ports, { onCommand });
  const dataSources = new DataSources(ports, { region: 'us-west-2', settleMs: 0, onCommand });
  const made = await new Bootstrap({ state, domains, projects, dataSources }).ensure(ACCOUNT, 'sales');
  await settleDataSources(ports, ACCOUNT);
  await acquireLease(state.queries, LEASE, systemClock.nowMs());
  const runs = new Runs(ports, { runsPerDayMax: 0, onCommand });
  const worker = new RunWorker(ports, {
    accountId: ACCOUNT,
    lease: LEASE,
    onError: (error) => {
      throw error;
    },
  });
  const source = { accountId: ACCOUNT, ...made };
  const run = () => runOnce({ state, runs, worker }, source);

  const first = await run();
  expectCounts(first.run, { added: TABLES, unchanged: 0 });
  const rssAfterFirst = rssMib();
  const unchanged: Timing[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) unchanged.push(await run());
  for (const { run: ended } of unchanged) expectCounts(ended, { added: 0, unchanged: TABLES });
  return [
    { name: `first run, ${TABLES} tables`, value: first.seconds, unit: 's', mark: '< 30' },
    {
      name: 'unchanged run, slowest of 5',
      value: Math.max(...unchanged.map(({ seconds }) => seconds)),
      unit: 's',
      mark: '< 5',
    },
    { name: 'processor time of the first run', value: first.cpuSeconds, unit: 's' },
    {
      name: 'processor time of an unchanged run, largest of 5',
      value: Math.max(...unchanged.map(({ cpuSeconds }) => cpuSeconds)),
      unit: 's',
    },
    { name: 'longest hold of the event loop, first run', value: first.holdMs, unit: 'ms' },
    {
      name: 'longest hold of the event loop, unchanged runs',
      value: Math.max(...unchanged.map((one) => one.holdMs)),
      unit: 'ms',
    },
    { name: 'memory after the first run', value: rssAfterFirst, unit: 'MiB' },
    { name: 'memory after five more', value: rssMib(), unit: 'MiB' },
  ];
}

interface Timing {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly holdMs: number;
  readonly run: DataSourceRun;
}

async function runOnce(
  parts: { state: StateStore; runs: Runs; worker: RunWorker },
  source: { readonly accountId: string; readonly domainId: string; readonly dataSourceId: string },
): Promise<Timing> {
  const token = { accountId: ACCOUNT, operation: 'bench', domainId: '', token: undefined, request: undefined };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  const { runId } = await parts.runs.start(source, token);
  while (await parts.worker.step()) await turn();
  const seconds = (performance.now() - startedMs) / 1000;
  delay.disable();
  const cpu = process.cpuUsage(startedCpu);
  const run = await findRun(parts.state.queries, { ...source, runId });
  if (run === undefined) throw new Error('the run is gone');
  return { seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6, holdMs: delay.max / 1e6, run };
}

function expectCounts({ status, counts }: DataSourceRun, wanted: { added: number; unchanged: number }): void {
  if (status !== 'SUCCESS' || counts.added !== wanted.added || counts.unchanged !== wanted.unchanged)
    throw new Error(`the run is ${status} with ${JSON.stringify(counts)}`);
}

function rssMib(): number {
  return process.memoryUsage().rss / 1024 / 1024;
}
