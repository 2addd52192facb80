import { expect, test } from 'vitest';
import { listBucketObjects } from '../src/buckets/objects.ts';
import { removeObjects } from '../src/buckets/write-objects.ts';
import { faultExportsOf } from '../src/exports/lost-copies.ts';
import { ACCOUNT, type Lake, openLake, processLine } from './lake-world.ts';

async function deliver(lake: Lake) {
  const { exportId, bucket } = await lake.exports.start();
  while (await lake.exporter.step());
  const agent = await lake.enroll('a');
  await lake.send(agent, '1-0', processLine(['x']));
  await lake.rollAll();
  while (await lake.exporter.step());
  const listed = await listBucketObjects(lake.state.queries, { accountId: ACCOUNT, bucket }, { prefix: '', limit: 10 });
  return { exportId, bucket, keys: listed.map(({ key }) => key) };
}

/** What the S3 operations do when a user deletes. */
function deleteAsUser(lake: Lake, bucket: string, keys: readonly string[]): Promise<void> {
  return lake.state.transaction(async (tx) => {
    const removed = await removeObjects(tx, { accountId: ACCOUNT, bucket }, keys, lake.clock.nowMs());
    await faultExportsOf(tx, ACCOUNT, removed);
  });
}

const statusOf = async (lake: Lake, exportId: string) => {
  const [found] = await lake.exports.list({ limit: 1, exportIds: [exportId] });
  return [found?.status, found?.statusDetail];
};

test('a delivered file that a user deletes ends the export in ERROR', async () => {
  await using lake = await openLake();
  const { exportId, bucket, keys } = await deliver(lake);
  const [key] = keys.filter((one) => one.startsWith('processes_agent/'));
  await deleteAsUser(lake, bucket, [key ?? '']);
  expect(await statusOf(lake, exportId)).toEqual(['ERROR', 'FIREHOSE_STREAM_DOES_NOT_EXIST']);
});

test('what a user deletes elsewhere, or what was never delivered, leaves the export alone', async () => {
  await using lake = await openLake();
  const { exportId, bucket } = await deliver(lake);
  await deleteAsUser(lake, bucket, ['no-such-key']);
  expect(await statusOf(lake, exportId)).toEqual(['ACTIVE', undefined]);
});

test('an export that was stopped stays INACTIVE, whatever is deleted', async () => {
  await using lake = await openLake();
  const { exportId, bucket, keys } = await deliver(lake);
  await lake.exports.stop(exportId);
  while (await lake.exporter.step());
  await deleteAsUser(lake, bucket, keys);
  expect((await statusOf(lake, exportId))[0]).toBe('INACTIVE');
});
