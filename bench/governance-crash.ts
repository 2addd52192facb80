import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Measurement } from './measurement.ts';

const KILLS = 30;

/** The kill test of data source runs in the suite, with more kills and a seed of its own. */
export async function benchGovernanceCrash(): Promise<Measurement[]> {
  const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
  const seed = String(Date.now() % 100_000);
  const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/datazone-crash.test.ts'], {
    stdio: 'inherit',
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, CRASH_KILLS: String(KILLS), CRASH_SEED: seed },
  });
  return [
    { name: 'kills', value: KILLS, unit: '' },
    { name: 'seed', value: Number(seed), unit: '' },
    { name: 'runs that lost count or imported twice', value: status === 0 ? 0 : 1, unit: '', mark: '<= 0' },
  ];
}
