import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { upload } from '../src/cli/upload.ts';
import { type BenchServer, KEY, startBenchServer } from './bench-server.ts';
import { writeImportFile } from './import-file.ts';
import type { Measurement } from './measurement.ts';

const SERVERS = 100_000;
/** 20,000 records of 50 kB each. */
const LARGE = { records: 20_000, paddingChars: 50_000 };
const BUCKET = 'bench-imports';
const POLL_MS = 200;

interface Task {
  readonly status: string;
  readonly serverImportSuccess: number;
}

/** 100,000 servers, the same file again, and a file of 1 GB: how long, and in how much memory. */
export async function benchImport(): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-bench-import-'));
  try {
    return [...(await benchServers(folder)), ...(await benchLargeFile(folder))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchServers(folder: string): Promise<Measurement[]> {
  const path = join(folder, 'servers.csv');
  await writeImportFile(path, { records: SERVERS });
  await using server = await startBenchServer({ flags: flagsOf() });
  const first = await importFile(server, path);
  const again = await importFile(server, path);
  const probes = [...first.probesMs, ...again.probesMs].sort((a, b) => a - b);
  return [
    { name: `import of ${SERVERS} servers`, value: first.seconds, unit: 's', mark: '< 60' },
    { name: 'the same file again', value: again.seconds, unit: 's', mark: '< 60' },
    { name: 'other calls meanwhile, p99', value: probes[Math.floor(probes.length * 0.99)] ?? 0, unit: 'ms' },
    { name: 'largest resident memory', value: Math.max(first.rssMib, again.rssMib), unit: 'MiB' },
  ];
}

async function benchLargeFile(folder: string): Promise<Measurement[]> {
  const path = join(folder, 'large.csv');
  await writeImportFile(path, LARGE);
  const sizeBytes = (await stat(path)).size;
  await using server = await startBenchServer({ flags: flagsOf() });
  const large = await importFile(server, path);
  return [
    { name: 'a large file', value: sizeBytes / 1e9, unit: 'GB', mark: '>= 1' },
    { name: 'upload and import of it', value: large.seconds, unit: 's' },
    { name: 'largest resident memory meanwhile', value: large.rssMib, unit: 'MiB', mark: '< 500' },
  ];
}

function flagsOf(): string[] {
  return ['--access-key-id', KEY.accessKeyId, '--secret-access-key', KEY.secretAccessKey];
}

/** From the first byte sent to the last record imported. */
async function importFile(server: BenchServer, path: string) {
  const startedMs = performance.now();
  let rssMib = 0;
  const probesMs: number[] = [];
  const done = new AbortController();
  const watching = watch(server, done.signal, async (answeredMs) => {
    probesMs.push(answeredMs);
    rssMib = Math.max(rssMib, await server.rssMib());
  });
  const key = `${Date.now()}.csv`;
  await upload({ endpoint: server.url, ...KEY }, { path, bucket: BUCKET, key, onProgress: () => {} });
  const importUrl = `s3://${BUCKET}/${key}`;
  const { task } = await server.client.call<{ task: { importTaskId: string } }>('discovery', 'StartImportTask', {
    name: 'bench',
    importUrl,
  });
  const ended = await waitFor(server, task.importTaskId);
  done.abort();
  await watching;
  if (ended.status !== 'IMPORT_COMPLETE') throw new Error(`the import ended as ${ended.status}`);
  return { seconds: (performance.now() - startedMs) / 1000, rssMib, probesMs };
}

/** Calls the server now and then, as somebody else would. */
async function watch(
  server: BenchServer,
  signal: AbortSignal,
  seen: (answeredMs: number) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const askedMs = performance.now();
    await server.client.call('discovery', 'DescribeAgents', {});
    await seen(performance.now() - askedMs);
    await sleep(POLL_MS);
  }
}

async function waitFor(server: BenchServer, taskId: string): Promise<Task> {
  const filters = [{ name: 'IMPORT_TASK_ID', values: [taskId] }];
  for (;;) {
    const { tasks } = await server.client.call<{ tasks: Task[] }>('discovery', 'DescribeImportTasks', { filters });
    if (tasks[0]?.status !== 'IMPORT_IN_PROGRESS') return tasks[0]!;
    await sleep(POLL_MS);
  }
}
