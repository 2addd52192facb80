import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { AwsClient } from '../src/cli/aws-client.ts';
import { applySources } from '../src/inventory/apply-sources.ts';
import { insertBatchDelete } from '../src/inventory/batch-delete-store.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { createSeededRandom } from '../src/simulate/seeded-random.ts';
import { startServerProcess } from './crash-server.ts';
import { ACCOUNT, REGION } from './services-world.ts';

// Invariant: of every server of a task that was started, the task says once that it was deleted, and it was. The server
// process is killed while it works the tasks off.

const KILLS = Number(process.env.CRASH_KILLS ?? 3);
const TASKS = 10;
const SERVERS_A_TASK = 200;
const KEY = { accessKeyId: 'AKIATESTPERIPLUS', secretAccessKey: 'a-secret-for-tests' };
const FLAGS = ['--access-key-id', KEY.accessKeyId, '--secret-access-key', KEY.secretAccessKey, '--log-level', 'error'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-crash-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function openState(): Promise<StateStore> {
  await mkdir(join(folder, 'state'), { recursive: true });
  const state = openSqlite(join(folder, 'state', 'periplus.sqlite'));
  await state.migrate();
  return state;
}

/** Tasks as they are the moment they were acknowledged. Returns their servers, by task. */
async function startTasks(state: StateStore): Promise<Map<string, string[]>> {
  const tasks = new Map<string, string[]>();
  for (let task = 0; task < TASKS; task += 1) {
    const sources = Array.from({ length: SERVERS_A_TASK }, (_, at) => {
      const sections = { record: { observedAtMs: 1, attributes: { externalId: `${task}/${at}` } } };
      return { kind: 'IMPORT' as const, id: `t${task}/${at}`, sections };
    });
    const taskId = `00000000-0000-4000-8000-${String(task).padStart(12, '0')}`;
    await state.transaction(async (tx) => {
      const applied = await applySources(tx, { accountId: ACCOUNT, nowMs: 1 }, sources);
      const requested = applied.map(({ serverId }) => serverId);
      const lists = { requested, deleted: [], failed: [], warnings: [] };
      await insertBatchDelete(tx, ACCOUNT, {
        taskId,
        status: 'INITIALIZING',
        startedAtMs: task,
        endedAtMs: undefined,
        ...lists,
      });
      tasks.set(taskId, requested);
    });
  }
  return tasks;
}

interface Described {
  readonly task: {
    readonly status: string;
    readonly deletedConfigurations: string[];
    readonly failedConfigurations: unknown[];
  };
}

const describeTask = async (endpoint: string, taskId: string) => {
  const client = new AwsClient({ endpoint, region: REGION, ...KEY });
  const answer = await client.call<Described>('discovery', 'DescribeBatchDeleteConfigurationTask', { taskId });
  return answer.task;
};

test(
  `after ${KILLS} kills every batch delete is done, and done once`,
  async () => {
    const state = await openState();
    const tasks = await startTasks(state);
    await state[Symbol.asyncDispose]();
    const random = createSeededRandom(1);
    const last = [...tasks.keys()].at(-1)!;
    let unfinished = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const server = await startServerProcess(folder, FLAGS);
      await sleep(random.below(300));
      if ((await describeTask(server.url, last)).status !== 'COMPLETED') unfinished += 1;
      await server.kill();
    }
    const server = await startServerProcess(folder, FLAGS);
    while ((await describeTask(server.url, last)).status !== 'COMPLETED') await sleep(50);
    for (const [taskId, requested] of tasks) {
      const task = await describeTask(server.url, taskId);
      expect(task).toMatchObject({ status: 'COMPLETED', deletedConfigurations: requested, failedConfigurations: [] });
    }
    expect(await server.stop()).toBe(0);
    const after = await openState();
    const servers = after.queries.selectFrom('inventory_servers').select(['change_no', 'deleted_at_ms']);
    const rows = await servers.execute();
    await after[Symbol.asyncDispose]();
    expect(rows.filter((row) => row.deleted_at_ms === null)).toEqual([]);
    // A server that was deleted twice would have taken a second number.
    expect(Math.max(...rows.map((row) => row.change_no))).toBe(2 * TASKS * SERVERS_A_TASK);
    expect(unfinished).toBeGreaterThan(0);
  },
  60_000 + KILLS * 30_000,
);
