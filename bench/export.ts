import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { download } from '../src/cli/download.ts';
import { listZipEntries } from '../src/cli/zip-entries.ts';
import { AgentCalls } from '../src/simulate/agent-calls.ts';
import { type BenchServer, startBenchServer, TOKEN } from './bench-server.ts';
import type { Measurement } from './measurement.ts';

const ROWS = Number(process.env.BENCH_EXPORT_ROWS ?? 1_000_000);
const WINDOW_MS = 72 * 3_600_000;
const BATCH_ROWS = 5000;
const BATCHES = Math.ceil(ROWS / BATCH_ROWS);
/** Other agents in the same files, each with a quarter of the rows: an export has to find its own among theirs. */
const OTHER_AGENTS = 4;
const RUNS = 3;

/** One agent's export of 72 hours, from StartExportTask to the download URL, and the memory of the server meanwhile. */
export async function benchExport(): Promise<Measurement[]> {
  await using server = await startBenchServer();
  using calls = new AgentCalls(server.url, 1);
  const nowMs = Date.now();
  const window = { fromMs: nowMs - WINDOW_MS, toMs: nowMs };
  const agentId = await fill(calls, 'bench-export', { ...window, batches: BATCHES });
  for (let other = 0; other < OTHER_AGENTS; other += 1)
    await fill(calls, `bench-other-${other}`, { ...window, batches: Math.ceil(BATCHES / 4) });
  // A summary waits until everything is in Parquet and in the inventory: then the server is quiet.
  await waitForUrl(server, await start(server, {}));
  const rssBefore = await server.rssMib();
  const watch = watchRss(server);
  const seconds: number[] = [];
  let url = '';
  for (let run = 0; run < RUNS; run += 1) {
    const startedAt = performance.now();
    const filters = [{ name: 'agentIds', condition: 'EQUALS', values: [agentId] }];
    // A window of its own each, or the second would be refused as there already.
    const times = { startTime: (window.fromMs - run) / 1000, endTime: window.toMs / 1000 };
    url = await waitForUrl(server, await start(server, { filters, ...times }));
    seconds.push((performance.now() - startedAt) / 1000);
  }
  const rssMax = await watch.stop();
  const zip = await count(server, url);
  return [
    { name: 'rows in the export', value: zip.rows, unit: '', mark: `>= ${ROWS}` },
    { name: 'rows of other agents beside them', value: Math.ceil(BATCHES / 4) * BATCH_ROWS * OTHER_AGENTS, unit: '' },
    { name: 'ready after, slowest of three', value: Math.max(...seconds), unit: 's', mark: '< 10' },
    { name: 'ready after, fastest of three', value: Math.min(...seconds), unit: 's' },
    { name: 'CSV in the zip', value: zip.bytes / 2 ** 20, unit: 'MiB' },
    { name: 'RSS before', value: rssBefore, unit: 'MiB' },
    { name: 'RSS at most', value: rssMax, unit: 'MiB' },
  ];
}

interface Load {
  readonly fromMs: number;
  readonly toMs: number;
  readonly batches: number;
}

/** Enrols an agent and sends its rows, spread evenly over the window. Returns its id. */
async function fill(calls: AgentCalls, machineId: string, load: Load): Promise<string> {
  const enrolment = { enrollmentToken: TOKEN, machineId, hostName: machineId, agentVersion: '1', platform: 'linux' };
  const answer = await calls.post('/agent/v1/enroll', JSON.stringify(enrolment), {
    'content-type': 'application/json',
  });
  const { agentId, agentKey } = JSON.parse(answer.text) as { agentId: string; agentKey: string };
  const stepMs = (load.toMs - load.fromMs) / (load.batches * BATCH_ROWS);
  for (let batch = 0; batch < load.batches; batch += 1) {
    const headers = {
      authorization: `Bearer ${agentKey}`,
      'content-type': 'application/x-ndjson',
      'periplus-batch': `1-${batch}`,
    };
    const body = composeBatch(load.fromMs + batch * BATCH_ROWS * stepMs, stepMs);
    for (;;) {
      const { status, text } = await calls.post('/agent/v1/batches', body, headers);
      if (status === 200) break;
      if (status !== 429 && status !== 503) throw new Error(`a batch was answered ${status}: ${text}`);
      await sleep(200);
    }
  }
  return agentId;
}

/** About what a host sends: two fifths processes, three fifths connections, a few samples. */
function composeBatch(fromMs: number, stepMs: number): string {
  const processes = Math.floor(BATCH_ROWS * 0.4);
  const samples = 20;
  const connections = (BATCH_ROWS - processes - samples) / 2;
  const times = (rows: number) =>
    Array.from({ length: rows }, (_, row) => new Date(fromMs + (row / rows) * BATCH_ROWS * stepMs).toISOString());
  const list = <T>(rows: number, of: (row: number) => T) => Array.from({ length: rows }, (_, row) => of(row));
  const connection = () => ({
    source_ip: list(connections, (row) => `10.0.${row % 200}.${row % 250}`),
    source_port: list(connections, (row) => 32_768 + (row % 28_000)),
    destination_ip: list(connections, (row) => `10.1.0.${row % 250}`),
    destination_port: list(connections, (row) => [443, 5432, 8080][row % 3]),
    ip_version: list(connections, () => 'IPv4'),
    transport_protocol: list(connections, () => 'TCP'),
    agent_assigned_process_id: list(connections, (row) => String(1000 + (row % 300))),
    agent_creation_date: times(connections),
  });
  const tables = {
    processes_agent: {
      agent_assigned_process_id: list(processes, (row) => String(1000 + row)),
      is_system: list(processes, (row) => row % 4 === 0),
      name: list(processes, (row) => `service-${row % 50}`),
      cmd_line: list(processes, (row) => `/usr/bin/service-${row % 50} --worker ${row} --config "/etc/service.conf"`),
      path: list(processes, (row) => `/usr/bin/service-${row % 50}`),
      agent_provided_timestamp: times(processes),
    },
    inbound_connection_agent: connection(),
    outbound_connection_agent: connection(),
    sys_performance_agent: {
      total_cpu_usage_pct: list(samples, (row) => row * 1.7),
      total_ram_in_mb: list(samples, () => 16_384),
      free_ram_in_mb: list(samples, (row) => 8000 + row),
      timestamp: times(samples),
    },
  };
  return Object.entries(tables)
    .map(([table, columns]) => `${JSON.stringify({ table, columns })}\n`)
    .join('');
}

async function start(server: BenchServer, request: object): Promise<string> {
  return (await server.client.call<{ exportId: string }>('discovery', 'StartExportTask', request)).exportId;
}

async function waitForUrl(server: BenchServer, exportId: string): Promise<string> {
  for (;;) {
    const { exportsInfo } = await server.client.call<{
      exportsInfo: { exportStatus: string; statusMessage: string; configurationsDownloadUrl?: string }[];
    }>('discovery', 'DescribeExportTasks', { exportIds: [exportId] });
    const [found] = exportsInfo;
    if (found?.configurationsDownloadUrl !== undefined) return found.configurationsDownloadUrl;
    if (found?.exportStatus !== 'IN_PROGRESS') throw new Error(found?.statusMessage ?? 'the export has gone');
    await sleep(50);
  }
}

async function count(server: BenchServer, url: string): Promise<{ rows: number; bytes: number }> {
  const path = join(server.dataDir, 'bench-export.zip');
  await download(url, path);
  const entries = await listZipEntries(path);
  await rm(path);
  return {
    rows: entries.reduce((sum, entry) => sum + (entry.rows ?? 0), 0),
    bytes: entries.reduce((sum, entry) => sum + entry.bytes, 0),
  };
}

function watchRss(server: BenchServer): { stop(): Promise<number> } {
  const stopped = new AbortController();
  const watching = (async () => {
    let most = 0;
    while (!stopped.signal.aborted) {
      most = Math.max(most, await server.rssMib());
      await sleep(100);
    }
    return most;
  })();
  return {
    stop: () => {
      stopped.abort();
      return watching;
    },
  };
}
