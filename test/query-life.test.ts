import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createFsObjectStore } from '../src/adapters/fs/fs-object-store.ts';
import { systemClock } from '../src/adapters/system.ts';
import { deleteBucketObjects, findBucketObject, listBucketObjects } from '../src/buckets/objects.ts';
import type { SqlEngine, SqlOutcome, SqlRequest } from '../src/ports/sql-engine.ts';
import { SqlError } from '../src/ports/sql-engine.ts';
import {
  ACCOUNT,
  closeLake,
  type Desk,
  type DeskOptions,
  type Lake,
  openDesk,
  openLake,
  readAll,
} from './query-lake.ts';

const RESULTS = `aws-athena-query-results-${ACCOUNT}-us-west-2`;
const SLOW =
  'SELECT count(*) AS n FROM (SELECT 1) a CROSS JOIN UNNEST(sequence(1, 100000)) b(x) CROSS JOIN UNNEST(sequence(1, 10000000)) c(y)';

let lake: Lake;
const desks: Desk[] = [];

beforeAll(async () => {
  lake = await openLake();
});

afterEach(async () => {
  for (const desk of desks.splice(0)) await desk[Symbol.asyncDispose]();
  await lake.state.queries.deleteFrom('query_executions').execute();
});

afterAll(() => closeLake(lake));

async function desk(options: DeskOptions = {}): Promise<Desk> {
  const opened = await openDesk(lake, options);
  desks.push(opened);
  return opened;
}

function start(at: Desk, sql = 'SELECT 1 AS one', more = {}): Promise<string> {
  return at.queries.start({ sql, database: 'lake', parameters: [], ...more });
}

/** An engine whose statements run until the test says, or until they are aborted. */
class HeldEngine implements SqlEngine {
  readonly begun: SqlRequest[] = [];
  #waiting: (() => void)[] = [];

  run(request: SqlRequest, signal: AbortSignal): Promise<SqlOutcome> {
    this.begun.push(request);
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new SqlError('cancelled', 'Query cancelled by user')));
      this.#waiting.push(() => lake.engine.run({ ...request, sql: 'SELECT 1 AS one' }, signal).then(resolve, reject));
    });
  }

  letGo(): void {
    for (const run of this.#waiting.splice(0)) run();
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; i < 500 && !(await condition()); i += 1) await systemClock.sleep(10);
  expect(await condition()).toBe(true);
}

test('the answer is two objects of the results bucket, there with SUCCEEDED', async () => {
  const at = await desk();
  const { id } = await at.run('SELECT 1 AS one');
  const ref = { accountId: ACCOUNT, bucket: RESULTS };
  const named = await listBucketObjects(lake.state.queries, ref, { prefix: id, limit: 9 });
  expect(named.map(({ key }) => key)).toEqual([`${id}.csv`, `${id}.csv.metadata`]);
  for (const { objectKey, sizeBytes } of named) expect(await lake.objects.head(objectKey)).toEqual({ sizeBytes });
});

test('an answer the user deleted cannot be read any more', async () => {
  const at = await desk();
  const { id } = await at.run('SELECT 1 AS one');
  await deleteBucketObjects(lake.state.queries, { accountId: ACCOUNT, bucket: RESULTS }, [`${id}.csv`]);
  await expect(at.queries.results(id, { rowsMax: 1 })).rejects.toThrow('Could not find results');
});

test('pages of a real answer, put together, are all of it', async () => {
  const at = await desk();
  const { id, rows } = await at.run(
    'SELECT x, IF(x % 3 = 0, NULL, cast(x as varchar)) AS t FROM UNNEST(sequence(1, 2500)) a(x) ORDER BY x',
  );
  expect(rows).toHaveLength(2500);
  expect(await readAll(at.queries, id, 7)).toEqual([['x', 't'], ...(rows ?? [])]);
  expect(await at.queries.results(id, { rowsMax: 1 })).toMatchObject({ rows: [['x', 't']] });
});

test('a page token belongs to its query', async () => {
  const at = await desk();
  const [one, two] = [await at.run('SELECT 1 AS a'), await at.run('SELECT 2 AS a')];
  const { nextToken } = await at.queries.results(one.id, { rowsMax: 1 });
  await expect(at.queries.results(two.id, { rowsMax: 1, token: nextToken })).rejects.toThrow('NextToken');
});

test('the same client token starts one query, with other parameters none', async () => {
  const at = await desk({ paused: true });
  const token = 't'.repeat(32);
  const first = await start(at, 'SELECT 1', { clientRequestToken: token });
  expect(await start(at, 'SELECT 1', { clientRequestToken: token })).toBe(first);
  await expect(start(at, 'SELECT 2', { clientRequestToken: token })).rejects.toThrow(
    'Idempotent parameters do not match',
  );
  expect((await at.queries.list({ limit: 50 })).ids).toEqual([first]);
});

test('a client token is free again after a day', async () => {
  let nowMs = systemClock.nowMs();
  const at = await desk({ paused: true, clock: { ...systemClock, nowMs: () => nowMs } });
  const token = 't'.repeat(32);
  const first = await start(at, 'SELECT 1', { clientRequestToken: token });
  nowMs += 86_400_000;
  expect(await start(at, 'SELECT 2', { clientRequestToken: token })).not.toBe(first);
});

test('requests that cannot be run anywhere are refused at once', async () => {
  const at = await desk({ paused: true });
  await expect(start(at, ' -- nothing')).rejects.toThrow('Empty queries');
  await expect(start(at, 'SELECT 1', { workGroup: 'other' })).rejects.toThrow('WorkGroup is not found.');
  await expect(start(at, 'SELECT 1', { catalog: 'other' })).rejects.toThrow('DataCatalog other was not found');
  await expect(start(at, 'SELECT 1', { outputLocation: 's3://nobody/x' })).rejects.toThrow('output bucket nobody');
  await expect(start(at, 'SELECT 1', { outputLocation: 'file:///etc' })).rejects.toThrow('not a valid S3 path');
});

test('answers go where the request says', async () => {
  const at = await desk();
  const { id } = await at.run('SHOW TABLES', { outputLocation: 's3://the-lake/out' });
  const found = await findBucketObject(lake.state.queries, { accountId: ACCOUNT, bucket: 'the-lake' }, `out/${id}.txt`);
  expect(found?.sizeBytes).toBe(0);
});

test('only so many run, the others wait in order, and past the limit none is taken', async () => {
  const engine = new HeldEngine();
  const at = await desk({ engine, runningMax: 2, queuedMax: 2 });
  const running = [await start(at), await start(at)];
  await until(() => engine.begun.length === 2);
  const waiting = [await start(at), await start(at)];
  await expect(start(at)).rejects.toThrow('2 queries waiting');
  expect((await at.queries.get(waiting[0]!)).status).toBe('QUEUED');
  engine.letGo();
  for (const id of running) expect((await at.finish(id)).status).toBe('SUCCEEDED');
  await until(() => engine.begun.length === 4);
  engine.letGo();
  for (const id of waiting) expect((await at.finish(id)).status).toBe('SUCCEEDED');
});

test('a real query is cancelled while it runs, and stays cancelled', async () => {
  const at = await desk();
  const id = await start(at, SLOW);
  await until(async () => (await at.queries.get(id)).status === 'RUNNING');
  await at.queries.stop(id);
  expect(await at.finish(id)).toMatchObject({ status: 'CANCELLED', reason: 'Query cancelled by user' });
  await at.queries.stop(id);
  await at.runner.stop();
  expect((await at.queries.get(id)).status).toBe('CANCELLED');
  await expect(at.queries.results(id, { rowsMax: 1 })).rejects.toThrow('Final query state: CANCELLED');
});

test('a waiting query is cancelled and never begins', async () => {
  const engine = new HeldEngine();
  const at = await desk({ engine, paused: true });
  const id = await start(at);
  await expect(at.queries.results(id, { rowsMax: 1 })).rejects.toThrow('Current state: QUEUED');
  await at.queries.stop(id);
  at.runner.start();
  await systemClock.sleep(150);
  expect(engine.begun).toEqual([]);
});

test('a query cancelled through another process ends here at the next look', async () => {
  const engine = new HeldEngine();
  const [here, there] = [await desk({ engine }), await desk({ paused: true })];
  const id = await start(here);
  await until(() => engine.begun.length === 1);
  await there.queries.stop(id);
  await here.runner.stop();
  expect((await there.queries.get(id)).status).toBe('CANCELLED');
});

test('a query of a server that died is run again, and what the dead one brings later is not taken', async () => {
  let nowMs = systemClock.nowMs();
  const clock = { ...systemClock, nowMs: () => nowMs };
  const at = await desk({ paused: true, clock });
  const id = await start(at, 'SELECT 2 AS two');
  const engine = new HeldEngine();
  await desk({ engine, clock, pollMs: 3_600_000 });
  await until(() => engine.begun.length === 1);
  nowMs += 15_001;
  at.runner.start();
  expect((await at.finish(id)).status).toBe('SUCCEEDED');
  expect((await at.queries.get(id)).attempts).toBe(2);
  engine.letGo();
  await systemClock.sleep(1500);
  expect(await at.finish(id)).toMatchObject({ status: 'SUCCEEDED', rows: [['2']] });
  const left = await lake.objects.list(`buckets/${ACCOUNT}/${RESULTS}/${id}`, { limit: 9 });
  expect(left.map(({ key }) => key.split('/').at(-1))).toEqual([`${id}.csv!2`, `${id}.csv.metadata!2`].sort());
});

test('a query that two servers died of fails', async () => {
  let nowMs = systemClock.nowMs();
  const clock = { ...systemClock, nowMs: () => nowMs };
  const watcher = await desk({ paused: true, clock });
  const id = await start(watcher);
  for (let death = 0; death < 2; death += 1) {
    const engine = new HeldEngine();
    await desk({ engine, clock, pollMs: 3_600_000 });
    await until(() => engine.begun.length === 1);
    nowMs += 15_001;
  }
  watcher.runner.start();
  expect(await watcher.finish(id)).toMatchObject({
    status: 'FAILED',
    reason: expect.stringContaining('stopped twice'),
  });
  expect((await watcher.queries.get(id)).errorCategory).toBe(1);
});

test('a server that stops gives back what takes too long, and that is no lost attempt', async () => {
  const engine = new HeldEngine();
  const first = await desk({ engine });
  const id = await start(first);
  await until(() => engine.begun.length === 1);
  await first.runner.stop();
  expect(await first.queries.get(id)).toMatchObject({ status: 'QUEUED', attempts: 0 });
  const second = await desk();
  expect((await second.finish(id)).status).toBe('SUCCEEDED');
});

test('an answer larger than allowed fails the query and leaves nothing behind', async () => {
  const at = await desk({ resultBytesMax: 1000 });
  const done = await at.run('SELECT x FROM UNNEST(sequence(1, 10000)) a(x)');
  expect(done).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('EXCEEDED_RESULT_SIZE_LIMIT') });
  const left = await lake.objects.list(`buckets/${ACCOUNT}/${RESULTS}/${done.id}`, { limit: 9 });
  expect(left).toEqual([]);
});

test('a store that takes no bytes fails the query without internals', async () => {
  const folder = join(lake.folder, 'broken');
  await mkdir(folder, { recursive: true });
  const objects = { ...createFsObjectStore(folder), putFile: () => Promise.reject(new Error('secret path')) };
  const at = await openDesk({ ...lake, objects });
  desks.push(at);
  expect(await at.run('SELECT 1 AS a')).toMatchObject({
    status: 'FAILED',
    reason: 'GENERIC_INTERNAL_ERROR: The query could not be run',
  });
  expect(at.errors.map(String)).toEqual(['Error: secret path']);
});

test('lists queries newest first, page by page', async () => {
  let nowMs = 1_800_000_000_000;
  const at = await desk({ paused: true, clock: { ...systemClock, nowMs: () => nowMs } });
  const ids: string[] = [];
  for (let i = 0; i < 7; i += 1) {
    nowMs += i % 3 === 0 ? 1 : 0;
    ids.push(await start(at));
  }
  const listed: string[] = [];
  for (let token: string | undefined; ; ) {
    const page = await at.queries.list({ limit: 2, token });
    listed.push(...page.ids);
    if (page.nextToken === undefined) break;
    token = page.nextToken;
  }
  expect([...listed].sort()).toEqual([...ids].sort());
  const times = await Promise.all(listed.map(async (id) => (await at.queries.get(id)).submittedAtMs));
  expect(times).toEqual([...times].sort((a, b) => b - a));
  nowMs += 45 * 86_400_000 + 2;
  expect((await at.queries.list({ limit: 50 })).ids).toEqual([]);
  await expect(at.queries.get(ids[0]!)).rejects.toThrow('QueryExecution ID was not found');
});

test('binds execution parameters, and counts them', async () => {
  const at = await desk();
  expect((await at.run('SELECT ? AS a, ? AS b', { parameters: ['1', "'x'"] })).rows).toEqual([['1', 'x']]);
  expect((await at.run('SELECT ? AS a', { parameters: [] })).status).toBe('FAILED');
  expect((await at.run('SHOW TABLES', { parameters: ['1'] })).reason).toContain('INVALID_PARAMETER_USAGE');
});
