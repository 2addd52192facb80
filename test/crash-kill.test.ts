import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSeededRandom } from '../src/simulate/seeded-random.ts';
import { LedgerAgents } from './crash-agents.ts';
import { compare, readEverything, SAME, switchExportOn } from './crash-lake-reader.ts';
import { type ServerProcess, startServerProcess } from './crash-server.ts';

// Invariant: rows visible = rows acknowledged, each once, in our own copy and in the export's bucket, dead letters
// included. The server is killed while it ingests, rolls, delivers and compacts (it compacts finished days when it starts).

const KILLS = Number(process.env.CRASH_KILLS ?? 6);
const SEED = Number(process.env.CRASH_SEED ?? 1);
const TOKEN = 'a-token-for-tests';
const FLAGS = ['--enrollment-token', TOKEN, '--roll-interval', '100ms', '--log-level', 'error'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-crash-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test(
  `after ${KILLS} kills every acknowledged row is visible once`,
  async () => {
    await switchExportOn(folder);
    const random = createSeededRandom(SEED);
    const agents = new LedgerAgents(6, TOKEN);
    let server = await startServerProcess(folder, FLAGS);
    agents.endpoint = server.url;
    await agents.enroll();
    const running = agents.run();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await Promise.race([sleep(200 + random.below(1800)), running]);
      server = await killAndRestart(server);
      agents.endpoint = server.url;
    }
    agents.finish();
    await running;
    expect(await server.stop()).toBe(0);
    const seen = await readEverything(folder);
    console.log(
      `${KILLS} kills (seed ${SEED}): ${agents.acknowledged.size} rows and ${agents.refused.size} dead letters acknowledged, ${agents.attempts} sends, ${agents.repeated} answered as repeats, ${seen.compactions} compactions`,
    );
    for (const place of ['own', 'bucket'] as const) {
      expect(compare(agents.acknowledged, seen[place].rows), `rows in ${place}`).toEqual(SAME);
      expect(compare(agents.refused, seen[place].dead), `dead letters in ${place}`).toEqual(SAME);
    }
    expect(agents.acknowledged.size).toBeGreaterThan(0);
  },
  60_000 + KILLS * 30_000,
);

async function killAndRestart(server: ServerProcess): Promise<ServerProcess> {
  await server.kill();
  return startServerProcess(folder, FLAGS);
}
