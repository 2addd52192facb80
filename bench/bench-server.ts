import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from '../src/cli/aws-client.ts';

const MAIN = join(import.meta.dirname, '../src/cli/main.ts');
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning'];
export const DATABASE = 'application_discovery_service_database';
export const KEY = { accessKeyId: 'AKIABENCHPERIPLUS', secretAccessKey: 'a-secret-for-benches', region: 'us-west-2' };
export const TOKEN = 'a-token-for-benches';

export interface BenchServer extends AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  readonly client: AwsClient;
  metric(name: string): Promise<number>;
  rssMib(): Promise<number>;
  /** Runs one query through the Athena API to its end and returns the first cell. */
  queryCell(sql: string): Promise<string>;
}

/** A server of its own in a folder of its own, with its continuous export switched on. */
export async function startBenchServer(
  options: { flags?: readonly string[]; core?: number; prepare?: (dataDir: string) => Promise<void> } = {},
): Promise<BenchServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'periplus-bench-'));
  await options.prepare?.(dataDir);
  const args = [
    ...NODE_FLAGS,
    MAIN,
    'serve',
    '--data-dir',
    dataDir,
    '--port',
    '0',
    '--log-level',
    'error',
    ...(options.flags ?? []),
  ];
  const child = spawnPinned(args, options.core);
  const url = await readUrl(child);
  const client = new AwsClient({ endpoint: url, ...KEY });
  await client.call('discovery', 'StartContinuousExport', {});
  await waitForExport(client);
  return {
    url,
    dataDir,
    client,
    metric: async (name) => readMetric(await (await fetch(`${url}/metrics`)).text(), name),
    rssMib: async () =>
      Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    queryCell: (sql) => queryCell(client, sql),
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs the simulator against a server; the report, and when it came. */
export async function runSimulation(
  server: BenchServer,
  load: { agents: number; rowsPerBatch: number; rate: number; durationMs: number },
): Promise<{ report: SimulationNumbers; endedAt: number }> {
  const flags = {
    '--agents': load.agents,
    '--rows-per-batch': load.rowsPerBatch,
    '--rate': load.rate,
    '--duration': `${load.durationMs}ms`,
    '--endpoint': server.url,
    '--enrollment-token': TOKEN,
  };
  const args = [
    ...NODE_FLAGS,
    MAIN,
    'simulate',
    '--json',
    ...Object.entries(flags).flatMap(([flag, value]) => [flag, `${value}`]),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { report: JSON.parse(line) as SimulationNumbers, endedAt: performance.now() };
}

export interface SimulationNumbers {
  readonly seconds: number;
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly ackMsP50: number;
  readonly ackMsP99: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly batchesLost: number;
}

export const hasTaskset = (): boolean => spawnSync('taskset', ['-c', '0', 'true']).status === 0;

function spawnPinned(args: readonly string[], core: number | undefined): ChildProcess {
  const environment = {
    ...process.env,
    PERIPLUS_ACCESS_KEY_ID: KEY.accessKeyId,
    PERIPLUS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
    PERIPLUS_ENROLLMENT_TOKEN: TOKEN,
  };
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  if (core === undefined) return spawn(process.execPath, args, { stdio, env: environment });
  return spawn('taskset', ['-c', String(core), process.execPath, ...args], { stdio, env: environment });
}

async function readUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no output');
  for await (const line of createInterface(child.stdout)) {
    const url = /^Periplus is ready at (\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the server did not start');
}

async function waitForExport(client: AwsClient): Promise<void> {
  for (;;) {
    const { descriptions } = await client.call<{ descriptions: { status: string }[] }>(
      'discovery',
      'DescribeContinuousExports',
      {},
    );
    if (descriptions[0]?.status === 'ACTIVE') return;
    await sleep(50);
  }
}

function readMetric(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

const POLL_MS = 5;

async function queryCell(client: AwsClient, sql: string): Promise<string> {
  const input = { QueryString: sql, QueryExecutionContext: { Database: DATABASE } };
  const { QueryExecutionId } = await client.call<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', input);
  for (;;) {
    const { QueryExecution } = await client.call<{
      QueryExecution: { Status: { State: string; StateChangeReason?: string } };
    }>('athena', 'GetQueryExecution', { QueryExecutionId });
    const { State, StateChangeReason } = QueryExecution.Status;
    if (State === 'SUCCEEDED') break;
    if (State === 'FAILED' || State === 'CANCELLED') throw new Error(`${sql}: ${StateChangeReason}`);
    await sleep(POLL_MS);
  }
  const { ResultSet } = await client.call<{
    ResultSet: { Rows: { Data: { VarCharValue?: string }[] }[] };
  }>('athena', 'GetQueryResults', { QueryExecutionId });
  return ResultSet.Rows[1]?.Data[0]?.VarCharValue ?? '';
}
