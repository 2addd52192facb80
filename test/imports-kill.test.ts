import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { AwsClient } from '../src/cli/aws-client.ts';
import { upload } from '../src/cli/upload.ts';
import { type ServerProcess, startServerProcess } from './crash-server.ts';
import { readInventory } from './import-world.ts';

const RECORDS = 3000;
const FAILED = 100;
const KILLS = 4;
const KEY = { accessKeyId: 'AKIAKILLTEST', secretAccessKey: 'a-secret-for-kills', region: 'us-west-2' };
const FLAGS = ['--access-key-id', KEY.accessKeyId, '--secret-access-key', KEY.secretAccessKey, '--log-level', 'error'];
const LONG_MS = 180_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-import-kill-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Task {
  readonly importTaskId: string;
  readonly status: string;
  readonly serverImportSuccess: number;
  readonly serverImportFailure: number;
  readonly applicationImportSuccess: number;
}

function fileOf(): string {
  const lines = Array.from(
    { length: RECORDS },
    (_, at) => `host-${at},10.0.${at >> 8}.${at & 255},app-${at % 50},${at % 3}`,
  );
  const failing = Array.from({ length: FAILED }, (_, at) => `bad-${at},no address,lost-${at},`);
  // Failures among the rest, so that kills meet both.
  for (const [at, line] of failing.entries()) lines.splice(at * 30, 0, line);
  return `HostName,IPAddress,Applications,ApplicationWave\n${lines.join('\n')}\n`;
}

const clientOf = ({ url }: ServerProcess) => new AwsClient({ endpoint: url, ...KEY });

async function describe(server: ServerProcess, importTaskId: string): Promise<Task> {
  const filters = [{ name: 'IMPORT_TASK_ID', values: [importTaskId] }];
  const { tasks } = await clientOf(server).call<{ tasks: Task[] }>('discovery', 'DescribeImportTasks', { filters });
  return tasks[0]!;
}

test('an import that is killed again and again is done once', { timeout: LONG_MS }, async () => {
  const dataDir = join(folder, 'data');
  let server = await startServerProcess(dataDir, FLAGS);
  const path = join(folder, 'servers.csv');
  await writeFile(path, fileOf());
  await upload({ endpoint: server.url, ...KEY }, { path, bucket: 'files', key: 'f.csv', onProgress: () => {} });
  const { task } = await clientOf(server).call<{ task: Task }>('discovery', 'StartImportTask', {
    name: 'killed',
    importUrl: 's3://files/f.csv',
  });
  let midway = 0;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const wanted = ((RECORDS + FAILED) * kill) / (KILLS + 1);
    for (;;) {
      const { serverImportSuccess, serverImportFailure, status } = await describe(server, task.importTaskId);
      if (status !== 'IMPORT_IN_PROGRESS') break;
      if (serverImportSuccess + serverImportFailure < wanted) continue;
      midway += 1;
      break;
    }
    await sleep(randomBytes(1)[0]! / 20);
    await server.kill();
    server = await startServerProcess(dataDir, FLAGS);
  }
  let done = await describe(server, task.importTaskId);
  while (done.status === 'IMPORT_IN_PROGRESS') done = await describe(server, task.importTaskId);
  expect(midway).toBeGreaterThan(0);
  expect(done).toMatchObject({
    status: 'IMPORT_COMPLETE_WITH_ERRORS',
    serverImportSuccess: RECORDS,
    serverImportFailure: FAILED,
    applicationImportSuccess: 50,
    applicationImportFailure: FAILED,
  });
  await server.stop();
  await using state = openSqlite(join(dataDir, 'state', 'periplus.sqlite'));
  const { servers, applications, members } = await readInventory(state);
  expect(servers).toHaveLength(RECORDS);
  expect(members).toHaveLength(RECORDS);
  expect(applications.map(({ name }) => name).sort()).toEqual(
    Array.from({ length: 50 }, (_, at) => `app-${at}`).sort(),
  );
  const sources = await state.queries.selectFrom('inventory_sources').select('source_id').execute();
  expect(new Set(sources.map(({ source_id }) => source_id)).size).toBe(RECORDS);
  expect(await state.queries.selectFrom('import_failures').select('line_no').execute()).toEqual([]);
});
