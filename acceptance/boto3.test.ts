import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startPeriplus } from './periplus-process.ts';
import { hasBoto3, PYTHON } from './python-clients.ts';

describe.runIf(hasBoto3)('boto3, unmodified', () => {
  it('runs every operation of this release', { timeout: 120_000 }, async () => {
    await using periplus = await startPeriplus('start');
    const script = join(import.meta.dirname, 'python/every_operation.py');
    const { stdout } = await promisify(execFile)(PYTHON, [script], { env: periplus.environment });
    expect(stdout).toBe('every operation answered\n');
  });
});
