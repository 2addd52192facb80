import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AwsClient } from '../src/cli/aws-client.ts';
import { ATTEMPTS_MAX } from '../src/exports/tasks/export-task-runner.ts';
import { AgentCalls } from '../src/simulate/agent-calls.ts';
import { createSeededRandom } from '../src/simulate/seeded-random.ts';
import { type ServerProcess, startServerProcess } from './crash-server.ts';
import { readCsv, readZip } from './export-world.ts';
import { processLine } from './lake-world.ts';

// An export that the server was killed in the middle of is made by the next server, with every acknowledged row.

const KILLS = ATTEMPTS_MAX - 1;
const ROWS_A_BATCH = 5000;
const BATCHES = 8;
const TOKEN = 'a-token-for-tests';
const KEY = { accessKeyId: 'AKIATESTPERIPLUS', secretAccessKey: 'a-secret-for-tests', region: 'us-west-2' };
const FLAGS = [
  ...['--enrollment-token', TOKEN, '--access-key-id', KEY.accessKeyId, '--secret-access-key', KEY.secretAccessKey],
  ...['--roll-interval', '1h', '--log-level', 'error'],
];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-crash-exports-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function send(server: ServerProcess): Promise<string> {
  using calls = new AgentCalls(server.url, 1);
  const enrolment = { enrollmentToken: TOKEN, machineId: 'm', hostName: 'm', agentVersion: '1', platform: 'linux' };
  const answer = await calls.post('/agent/v1/enroll', JSON.stringify(enrolment), {
    'content-type': 'application/json',
  });
  const { agentId, agentKey } = JSON.parse(answer.text) as { agentId: string; agentKey: string };
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const names = Array.from({ length: ROWS_A_BATCH }, (_, row) => `run ${batch}/${row}`);
    const headers = { authorization: `Bearer ${agentKey}`, 'content-type': 'application/x-ndjson' };
    const sent = await calls.post('/agent/v1/batches', processLine(names, new Date().toISOString()), {
      ...headers,
      'periplus-batch': `1-${batch}`,
    });
    expect(sent.status).toBe(200);
  }
  return agentId;
}

interface ExportInfo {
  readonly exportStatus: string;
  readonly configurationsDownloadUrl?: string;
}

async function describeExport(server: ServerProcess, exportId: string): Promise<ExportInfo | undefined> {
  const client = new AwsClient({ endpoint: server.url, ...KEY });
  const input = { exportIds: [exportId] };
  return (await client.call<{ exportsInfo: ExportInfo[] }>('discovery', 'DescribeExportTasks', input)).exportsInfo[0];
}

test('an export survives kills, and holds every acknowledged row once', { timeout: 120_000 }, async () => {
  const random = createSeededRandom(1);
  let server = await startServerProcess(folder, FLAGS);
  const agentId = await send(server);
  const { exportId } = await new AwsClient({ endpoint: server.url, ...KEY }).call<{ exportId: string }>(
    'discovery',
    'StartExportTask',
    { filters: [{ name: 'agentIds', condition: 'EQUALS', values: [agentId] }] },
  );
  // As many as an export survives, should each of them hit it.
  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(random.below(250));
    await server.kill();
    server = await startServerProcess(folder, FLAGS);
  }
  let info = await describeExport(server, exportId);
  while (info?.exportStatus === 'IN_PROGRESS') {
    await sleep(50);
    info = await describeExport(server, exportId);
  }
  expect(info?.exportStatus).toBe('SUCCEEDED');
  const response = await fetch(info?.configurationsDownloadUrl ?? '');
  const files = await readZip(Buffer.from(await response.arrayBuffer()));
  const rows = readCsv(files.get('123456789012_process.csv')).slice(1);
  expect(rows).toHaveLength(BATCHES * ROWS_A_BATCH);
  expect(new Set(rows.map((row) => row[5])).size).toBe(BATCHES * ROWS_A_BATCH);
  expect(await server.stop()).toBe(0);
});
