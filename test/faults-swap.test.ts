import { afterEach, expect, test } from 'vitest';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { TODAY_FILES_MAX } from '../src/telemetry/plan-compaction.ts';
import { type Lake, openLake, processLine } from './lake-world.ts';

// A compaction swaps files here and in the export's bucket in one transaction. Readers look before, after each step that
// can be seen from outside, and after a swap that died: always the same rows, each once, in both places.

let lake: Lake;
afterEach(() => lake[Symbol.asyncDispose]());

/** A state whose next transaction dies at its end, when all its statements have run. */
function dyingState(): { wrap: (state: StateStore) => StateStore; dieNext: () => void } {
  let isDying = false;
  return {
    dieNext: () => {
      isDying = true;
    },
    wrap: (state) => ({
      queries: state.queries,
      migrate: () => state.migrate(),
      [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
      transaction: (run) =>
        state.transaction(async (tx) => {
          const result = await run(tx);
          if (isDying) {
            isDying = false;
            throw new Error('died before the commit');
          }
          return result;
        }),
    }),
  };
}

async function fill(files: number): Promise<string[]> {
  const agent = await lake.enroll('host-1');
  const ids: string[] = [];
  for (let batch = 1; batch <= files; batch += 1) {
    ids.push(`row-${batch}`);
    await lake.send(agent, `1-${batch}`, processLine([`row-${batch}`]));
    await lake.rollAll();
  }
  return ids.sort();
}

async function seenIn(place: 'own' | 'bucket'): Promise<string[]> {
  if (place === 'own')
    return (await lake.rows('processes_agent', 'cmd_line AS id')).map((row) => String(row.id)).sort();
  const objects = await lake.state.queries
    .selectFrom('bucket_objects')
    .select('object_key')
    .where('key', 'like', 'processes_agent/%')
    .execute();
  const paths = objects.map((object) => `'${lake.objects.locate(object.object_key)}'`).join(', ');
  const rows = await lake.run(`SELECT cmd_line AS id FROM read_parquet([${paths}], hive_partitioning = false)`);
  return rows.map((row) => String(row.id)).sort();
}

test('readers see every row once, before, during and after a swap, also one that dies', {
  timeout: 120_000,
}, async () => {
  const dying = dyingState();
  let look: (() => Promise<void>) | undefined;
  lake = await openLake({
    wrapState: dying.wrap,
    // The merged bytes stand under their key and no transaction has named them: the moment a swap is half done.
    wrapObjects: (objects) => ({
      ...objects,
      putFile: async (key, path) => {
        const info = await objects.putFile(key, path);
        await look?.();
        return info;
      },
      link: async (from, to) => {
        await objects.link(from, to);
        await look?.();
      },
    }),
  });
  await lake.exports.start();
  while (await lake.exporter.step());
  const ids = await fill(TODAY_FILES_MAX);
  while (await lake.exporter.step());
  let looks = 0;
  const lookEverywhere = async () => {
    looks += 1;
    expect(await seenIn('own')).toEqual(ids);
    expect(await seenIn('bucket')).toEqual(ids);
  };
  await lookEverywhere();
  look = lookEverywhere;
  dying.dieNext();
  await lake.compactor.compactOnce().catch(() => {});
  await lookEverywhere();
  while (await lake.compactor.compactOnce());
  look = undefined;
  await lookEverywhere();
  expect(looks).toBeGreaterThan(4);
  expect((await lake.liveFiles('processes_agent')).map((file) => file.pass)).toEqual([1]);
});
