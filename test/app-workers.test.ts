import { expect, it } from 'vitest';
import { LakeWorker } from '../src/app/lake-worker.ts';
import { createLog } from '../src/app/logs.ts';
import { MaintenanceWorker } from '../src/app/maintenance-worker.ts';
import { Metrics } from '../src/app/metrics.ts';
import { LeaseKeeper } from '../src/jobs/lease-keeper.ts';
import type { Clock } from '../src/ports/clock.ts';
import { ACCOUNT, type Lake, openLake, processLine, START_MS } from './lake-world.ts';

const SILENT = createLog('silent');

/** A clock whose pauses end when the test says so; `paused` tells how long each was to be. */
function steppedClock() {
  const waiting: (() => void)[] = [];
  const paused: number[] = [];
  let onPause = () => {};
  const clock: Clock = {
    nowMs: () => START_MS,
    sleep: (delayMs, signal) => {
      if (signal?.aborted === true) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      signal?.addEventListener('abort', () => resolve(), { once: true });
      paused.push(delayMs);
      waiting.push(resolve);
      onPause();
      return promise;
    },
  };
  return {
    clock,
    paused,
    /** Resolves when the worker has gone to sleep again. */
    async next(): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      onPause = resolve;
      waiting.shift()?.();
      await promise;
      onPause = () => {};
    },
  };
}

async function heldLease(lake: Lake): Promise<LeaseKeeper> {
  const keeper = new LeaseKeeper(
    { state: lake.state, clock: { nowMs: () => START_MS, sleep: untilAborted } },
    { name: 'worker', holder: 'me', durationMs: 60_000 },
  );
  await keeper.start();
  return keeper;
}

function untilAborted(_delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

it('delivers and starts exports while rolling fails, and pauses between its tries', async () => {
  let fails = true;
  await using lake = await openLake({
    wrapWriter: (writer) => ({
      run: (sql) => (fails ? Promise.reject(new Error('no roll today')) : writer.run(sql)),
      [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
    }),
  });
  const { exportId } = await lake.exports.start();
  await lake.send(await lake.enroll('host'), '1-0', processLine(['a']));
  const stepped = steppedClock();
  await using lease = await heldLease(lake);
  const worker = new LakeWorker(
    {
      state: lake.state,
      clock: stepped.clock,
      roller: lake.roller,
      exporter: lake.exporter,
      lease,
      log: SILENT,
      metrics: new Metrics(),
    },
    { accountId: ACCOUNT, rollIntervalMs: 0, rollBytes: 1 },
  );
  worker.start();
  await stepped.next();
  await stepped.next();
  expect(stepped.paused.every((pauseMs) => pauseMs >= 1000)).toBe(true);
  expect((await lake.exports.list({ limit: 1, exportIds: [exportId] }))[0]?.status).toBe('ACTIVE');
  fails = false;
  await worker[Symbol.asyncDispose]();
  expect(await lake.rows('processes_agent', 'cmd_line')).toEqual([{ cmd_line: 'a' }]);
});

it('rolls what has not waited long enough when somebody waits for it', async () => {
  await using lake = await openLake();
  await lake.send(await lake.enroll('host'), '1-0', processLine(['a']));
  const stepped = steppedClock();
  await using lease = await heldLease(lake);
  const worker = new LakeWorker(
    {
      state: lake.state,
      clock: stepped.clock,
      roller: lake.roller,
      exporter: lake.exporter,
      lease,
      log: SILENT,
      metrics: new Metrics(),
    },
    { accountId: ACCOUNT, rollIntervalMs: 60_000, rollBytes: 2 ** 30 },
  );
  worker.start();
  await stepped.next();
  expect(await lake.liveFiles('processes_agent')).toEqual([]);
  worker.rollSoon();
  await stepped.next();
  expect(await lake.liveFiles('processes_agent')).toHaveLength(1);
  await worker[Symbol.asyncDispose]();
});

it('rolls nothing without its lease', async () => {
  await using lake = await openLake();
  await lake.send(await lake.enroll('host'), '1-0', processLine(['a']));
  await using other = await heldLease(lake);
  expect(other.isHeld).toBe(true);
  const mine = new LeaseKeeper(
    { state: lake.state, clock: { nowMs: () => START_MS, sleep: untilAborted } },
    { name: 'worker', holder: 'another', durationMs: 60_000 },
  );
  await mine.start();
  expect(mine.isHeld).toBe(false);
  const worker = new LakeWorker(
    {
      state: lake.state,
      clock: steppedClock().clock,
      roller: lake.roller,
      exporter: lake.exporter,
      lease: mine,
      log: SILENT,
      metrics: new Metrics(),
    },
    { accountId: ACCOUNT, rollIntervalMs: 0, rollBytes: 1 },
  );
  worker.start();
  await worker[Symbol.asyncDispose]();
  await mine[Symbol.asyncDispose]();
  expect(await lake.liveFiles()).toEqual([]);
});

it('frees room even when compaction cannot work', async () => {
  await using lake = await openLake({ retentionDays: 1 });
  await lake.send(await lake.enroll('host'), '1-0', processLine(['old'], '2026-01-01T00:00:00.000Z'));
  await lake.rollAll();
  const compactor = Object.assign(Object.create(lake.compactor) as typeof lake.compactor, {
    expireOnce: () => lake.compactor.expireOnce(),
    cleanUp: () => lake.compactor.cleanUp(),
    compactOnce: () => Promise.reject(new Error('nothing can be merged')),
  });
  const stepped = steppedClock();
  await using lease = await heldLease(lake);
  const worker = new MaintenanceWorker(
    { state: lake.state, objects: lake.objects, clock: stepped.clock, compactor, lease, log: SILENT },
    ACCOUNT,
  );
  worker.start();
  await stepped.next();
  expect(await lake.liveFiles('processes_agent')).toEqual([]);
  await worker[Symbol.asyncDispose]();
});
