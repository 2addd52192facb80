import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listBucketObjects } from '../src/buckets/objects.ts';
import { listPartitions } from '../src/catalog/partitions.ts';
import { DAY_MS, HOUR_MS } from '../src/core/time.ts';
import { sweepCopies } from '../src/exports/sweep-copies.ts';
import { setDeliveryRoleEnabled } from '../src/identity/delivery-roles.ts';
import { ORPHAN_AGE_MS } from '../src/jobs/sweep-objects.ts';
import { GRACE_MS, REST_MS } from '../src/telemetry/compactor.ts';
import { FINISHED_AFTER_MS, TODAY_FILES_MAX } from '../src/telemetry/plan-compaction.ts';
import { sweepFiles, sweepSegments } from '../src/telemetry/sweep.ts';
import { ACCOUNT, type Lake, openLake, processLine, START_MS } from './lake-world.ts';

const DATABASE = 'application_discovery_service_database';

/** Rolls `count` files, each with one row `<name><n>`, delivering as it goes when asked. */
async function rollFiles(
  lake: Lake,
  name: string,
  count: number,
  options: { epoch: number; deliver?: boolean },
): Promise<void> {
  const agent = await lake.enroll('host');
  for (let index = 0; index < count; index += 1) {
    await lake.send(agent, `${options.epoch}-${index}`, processLine([`${name}${index}`]));
    await lake.rollAll();
    if (options.deliver === true) await lake.exporter.step();
  }
}

async function startExport(lake: Lake): Promise<{ exportId: string; bucket: string }> {
  const { exportId, bucket } = await lake.exports.start();
  while (await lake.exporter.step());
  return { exportId, bucket };
}

async function delivered(lake: Lake, bucket: string): Promise<string[]> {
  const objects = await listBucketObjects(
    lake.state.queries,
    { accountId: ACCOUNT, bucket },
    { prefix: 'processes_agent/', limit: 1000 },
  );
  if (objects.length === 0) return [];
  const paths = objects.map((object) => `'${lake.objects.locate(object.objectKey)}'`).join(', ');
  const rows = await lake.run(`SELECT cmd_line FROM read_parquet([${paths}], hive_partitioning = false)`);
  return rows.map((row) => String(row.cmd_line)).sort();
}

const own = async (lake: Lake) =>
  (await lake.rows('processes_agent', 'cmd_line')).map((row) => String(row.cmd_line)).sort();
const names = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index}`).sort();
const statusOf = async (lake: Lake, exportId: string) =>
  (await lake.exports.list({ limit: 10, exportIds: [exportId] }))[0]?.status;

it('merges the small files of today, here and in the bucket, without a row more or less', {
  timeout: 120_000,
}, async () => {
  await using lake = await openLake();
  const { bucket } = await startExport(lake);
  await rollFiles(lake, 'r', TODAY_FILES_MAX, { epoch: 1, deliver: true });
  while (await lake.compactor.compactOnce());
  const [file, ...others] = await lake.liveFiles('processes_agent');
  expect(others).toEqual([]);
  expect(file).toMatchObject({ pass: 1, rows: TODAY_FILES_MAX });
  expect(await own(lake)).toEqual(names('r', TODAY_FILES_MAX));
  expect(await delivered(lake, bucket)).toEqual(names('r', TODAY_FILES_MAX));
});

it('keeps the bytes of what it replaced through the grace, then no longer', { timeout: 120_000 }, async () => {
  await using lake = await openLake();
  const { bucket } = await startExport(lake);
  await rollFiles(lake, 'r', TODAY_FILES_MAX, { epoch: 1, deliver: true });
  const before = (await lake.liveFiles('processes_agent')).map((file) => file.object_key);
  while (await lake.compactor.compactOnce());
  lake.clock.advance(GRACE_MS);
  await lake.compactor.cleanUp();
  expect(await lake.objects.head(before[0] ?? '')).toBeDefined();
  lake.clock.advance(1);
  await lake.compactor.cleanUp();
  expect(await Promise.all(before.map((key) => lake.objects.head(key)))).toEqual(before.map(() => undefined));
  const folder = join(lake.folder, 'objects/buckets', ACCOUNT, bucket, 'processes_agent');
  const [day] = await readdir(folder);
  expect(await readdir(join(folder, day ?? ''))).toHaveLength(1);
  expect(await delivered(lake, bucket)).toEqual(names('r', TODAY_FILES_MAX));
});

it('does not merge what is still to be delivered with what never was', { timeout: 120_000 }, async () => {
  await using lake = await openLake();
  await rollFiles(lake, 'before', TODAY_FILES_MAX - 1, { epoch: 1 });
  const { exportId, bucket } = await startExport(lake);
  await rollFiles(lake, 'delivered', 1, { epoch: 2, deliver: true });
  await rollFiles(lake, 'pending', 1, { epoch: 3 });
  await lake.exports.stop(exportId);
  await setDeliveryRoleEnabled(lake.state.queries, ACCOUNT, false);
  await lake.exporter.step();
  expect(await statusOf(lake, exportId)).toBe('STOP_FAILED');
  while (await lake.compactor.compactOnce());
  await setDeliveryRoleEnabled(lake.state.queries, ACCOUNT, true);
  await lake.exports.stop(exportId);
  while (await lake.exporter.step());
  expect(await statusOf(lake, exportId)).toBe('INACTIVE');
  expect(await delivered(lake, bucket)).toEqual(['delivered0', 'pending0']);
});

it('delivers what was accepted before a stop, also out of an error', { timeout: 60_000 }, async () => {
  let linkFails = false;
  await using lake = await openLake({
    wrapObjects: (objects) => ({
      ...objects,
      link: (from, to) => (linkFails ? Promise.reject(new Error('EMFILE')) : objects.link(from, to)),
    }),
  });
  const { exportId, bucket } = await startExport(lake);
  await rollFiles(lake, 'a', 1, { epoch: 1, deliver: true });
  linkFails = true;
  await rollFiles(lake, 'b', 1, { epoch: 2 });
  for (let attempt = 0; attempt < 4; attempt += 1) await expect(lake.exporter.step()).rejects.toThrow('EMFILE');
  expect(await statusOf(lake, exportId)).toBe('ACTIVE');
  await lake.exporter.step();
  expect(await statusOf(lake, exportId)).toBe('ERROR');
  linkFails = false;
  await lake.exports.stop(exportId);
  while (await lake.exporter.step());
  expect(await statusOf(lake, exportId)).toBe('INACTIVE');
  await startExport(lake);
  await rollFiles(lake, 'c', 1, { epoch: 3, deliver: true });
  expect(await delivered(lake, bucket)).toEqual(['a0', 'b0', 'c0']);
});

it('goes on without a file that has lost its bytes, and says so', { timeout: 60_000 }, async () => {
  const lost: string[] = [];
  await using lake = await openLake({ onLostFile: (objectKey) => lost.push(objectKey) });
  const { exportId, bucket } = await startExport(lake);
  await rollFiles(lake, 'a', 2, { epoch: 1 });
  const [first] = await lake.liveFiles('processes_agent');
  await lake.objects.delete([first?.object_key ?? '']);
  await lake.exports.stop(exportId);
  while (await lake.exporter.step());
  expect(await statusOf(lake, exportId)).toBe('INACTIVE');
  expect(await delivered(lake, bucket)).toEqual(['a1']);
  expect(lost).toEqual([first?.object_key]);
});

it('lets a day rest whose files cannot be read, and merges the next one', { timeout: 120_000 }, async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host');
  for (const [index, ageMs] of [4 * DAY_MS, 4 * DAY_MS, 5 * DAY_MS, 5 * DAY_MS].entries()) {
    await lake.send(agent, `1-${index}`, processLine([`r${index}`], new Date(START_MS - ageMs).toISOString()));
    await lake.rollAll();
  }
  const [broken] = (await lake.liveFiles('processes_agent')).filter(
    (file) => file.day < new Date(START_MS - 4 * DAY_MS).toISOString().slice(0, 10),
  );
  await rm(lake.objects.locate(broken?.object_key ?? ''));
  await expect(lake.compactor.compactOnce()).rejects.toThrow();
  expect(await lake.compactor.compactOnce()).toBe(true);
  expect(await lake.compactor.compactOnce()).toBe(false);
  lake.clock.advance(REST_MS);
  await expect(lake.compactor.compactOnce()).rejects.toThrow();
});

it('finishes a day even when one clock keeps the table from being complete', async () => {
  await using lake = await openLake();
  const wrong = await lake.enroll('wrong-clock');
  await lake.send(wrong, '1-0', processLine(['old'], '1990-01-01T00:00:00.000Z'));
  const agent = await lake.enroll('host');
  for (let index = 0; index < 2; index += 1) {
    await lake.send(agent, `1-${index}`, processLine([`r${index}`]));
    await lake.rollAll();
  }
  const endOfDay = Date.parse(new Date(START_MS).toISOString().slice(0, 10)) + DAY_MS;
  lake.clock.set(endOfDay + FINISHED_AFTER_MS - 1);
  expect(await lake.compactor.compactOnce()).toBe(false);
  lake.clock.advance(1);
  expect(await lake.compactor.compactOnce()).toBe(true);
  expect(await own(lake)).toEqual(['old', 'r0', 'r1']);
});

it('ends the days past retention, with their copies and partitions', { timeout: 60_000 }, async () => {
  await using lake = await openLake({ retentionDays: 7 });
  const { bucket } = await startExport(lake);
  const agent = await lake.enroll('host');
  await lake.send(agent, '1-0', processLine(['old'], new Date(START_MS - 8 * DAY_MS).toISOString()));
  await lake.send(agent, '1-1', processLine(['new']));
  await lake.rollAll();
  while (await lake.exporter.step());
  expect(await delivered(lake, bucket)).toEqual(['new', 'old']);
  while (await lake.compactor.expireOnce());
  expect(await own(lake)).toEqual(['new']);
  expect(await delivered(lake, bucket)).toEqual(['new']);
  const ref = { accountId: ACCOUNT, database: DATABASE, table: 'processes_agent' };
  expect((await listPartitions(lake.state.queries, ref, { limit: 10 })).map((one) => one.values)).toEqual([
    [new Date(START_MS).toISOString().slice(0, 10)],
  ]);
});

it('sweeps what nothing names once it is old, and nothing else', { timeout: 60_000 }, async () => {
  await using lake = await openLake();
  const { bucket } = await startExport(lake);
  await rollFiles(lake, 'r', 2, { epoch: 1, deliver: true });
  const orphan = `telemetry/${ACCOUNT}/processes_agent/dt=2026-03-10/orphan.parquet`;
  const copy = `buckets/${ACCOUNT}/${bucket}/processes_agent/dt=2026-03-10/orphan.parquet`;
  const segment = `segments/${ACCOUNT}/00000000000000000001.segment`;
  const unborn = `segments/${ACCOUNT}/00000000000000000099.segment`;
  for (const key of [orphan, copy, segment, unborn]) await lake.objects.put(key, Buffer.from('x'));
  expect(await sweepSegments(lake, ACCOUNT)).toBe(1);
  lake.clock.set(Date.now() + ORPHAN_AGE_MS - HOUR_MS);
  expect([await sweepFiles(lake, ACCOUNT), await sweepCopies(lake, ACCOUNT)]).toEqual([0, 0]);
  lake.clock.set(Date.now() + ORPHAN_AGE_MS + HOUR_MS);
  expect([await sweepFiles(lake, ACCOUNT), await sweepCopies(lake, ACCOUNT)]).toEqual([1, 1]);
  expect(await lake.objects.head(orphan)).toBeUndefined();
  expect(await lake.objects.head(copy)).toBeUndefined();
  expect(await lake.objects.head(unborn)).toBeDefined();
  expect(await own(lake)).toEqual(['r0', 'r1']);
  expect(await delivered(lake, bucket)).toEqual(['r0', 'r1']);
});
