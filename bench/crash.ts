import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Measurement } from './measurement.ts';

const KILLS = 50;

/** The kill test of the suite, with many more kills and a seed of its own. */
export async function benchCrash(): Promise<Measurement[]> {
  const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
  const seed = String(Date.now() % 100_000);
  const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/crash-kill.test.ts'], {
    stdio: 'inherit',
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, CRASH_KILLS: String(KILLS), CRASH_SEED: seed },
  });
  return [
    { name: 'kills', value: KILLS, unit: '' },
    { name: 'seed', value: Number(seed), unit: '' },
    { name: 'runs that lost or repeated a row', value: status === 0 ? 0 : 1, unit: '', mark: '<= 0' },
  ];
}
