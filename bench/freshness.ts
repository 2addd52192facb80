import { setTimeout as sleep } from 'node:timers/promises';
import { AgentCalls } from '../src/simulate/agent-calls.ts';
import { type BenchServer, startBenchServer, TOKEN } from './bench-server.ts';
import { type Measurement, quantile } from './measurement.ts';

const SAMPLES = Number(process.env.BENCH_FRESHNESS_SAMPLES ?? 100);
const PAUSE_MS = 370;
const POLL_MS = 100;

/** From the acknowledgement of a row to the first query that sees it, in the default configuration. */
export async function benchFreshness(): Promise<Measurement[]> {
  await using server = await startBenchServer();
  using calls = new AgentCalls(server.url, 4);
  const agentKey = await enroll(calls);
  const acknowledgedAt = new Map<string, number>();
  const visibleAfterMs: number[] = [];
  const seeing = watch(server, acknowledgedAt, visibleAfterMs);
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    await sendRow(calls, agentKey, sample);
    acknowledgedAt.set(`sample-${sample}`, performance.now());
    await sleep(PAUSE_MS);
  }
  await seeing;
  return [
    { name: 'acknowledged to visible in SQL, p50', value: quantile(visibleAfterMs, 0.5) / 1000, unit: 's' },
    {
      name: 'acknowledged to visible in SQL, p99',
      value: quantile(visibleAfterMs, 0.99) / 1000,
      unit: 's',
      mark: '< 15',
    },
    { name: 'samples', value: visibleAfterMs.length, unit: '' },
  ];
}

/** Rows come in the order they were sent, so the count says which have come. */
async function watch(
  server: BenchServer,
  acknowledgedAt: ReadonlyMap<string, number>,
  visibleAfterMs: number[],
): Promise<void> {
  while (visibleAfterMs.length < SAMPLES) {
    const visible = Number(await server.queryCell('SELECT count(*) FROM processes_agent'));
    const now = performance.now();
    for (let sample = visibleAfterMs.length + 1; sample <= visible; sample += 1)
      visibleAfterMs.push(now - (acknowledgedAt.get(`sample-${sample}`) ?? now));
    await sleep(POLL_MS);
  }
}

async function enroll(calls: AgentCalls): Promise<string> {
  const body = { enrollmentToken: TOKEN, machineId: 'fresh', hostName: 'fresh', agentVersion: '1', platform: 'linux' };
  const answer = await calls.post('/agent/v1/enroll', JSON.stringify(body), { 'content-type': 'application/json' });
  return (JSON.parse(answer.text) as { agentKey: string }).agentKey;
}

async function sendRow(calls: AgentCalls, agentKey: string, sample: number): Promise<void> {
  const columns = {
    agent_assigned_process_id: ['1'],
    cmd_line: [`sample-${sample}`],
    agent_provided_timestamp: [new Date().toISOString()],
  };
  const answer = await calls.post('/agent/v1/batches', `${JSON.stringify({ table: 'processes_agent', columns })}\n`, {
    authorization: `Bearer ${agentKey}`,
    'content-type': 'application/x-ndjson',
    'periplus-batch': `1-${sample}`,
  });
  if (answer.status !== 200) throw new Error(`the row was not taken: ${answer.status} ${answer.text}`);
}
