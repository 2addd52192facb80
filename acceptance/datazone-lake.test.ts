import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startPeriplus } from './periplus-process.ts';
import { hasBoto3, PYTHON } from './python-clients.ts';

describe.runIf(hasBoto3)('the lake in DataZone, through boto3', () => {
  it('is imported, searched, and followed to where it comes from', { timeout: 180_000 }, async () => {
    await using periplus = await startPeriplus('start');
    const script = join(import.meta.dirname, 'python/datazone_lake.py');
    const { stdout } = await promisify(execFile)(PYTHON, [script], { env: periplus.environment });
    expect(stdout).toBe('DataZone answered\n');
  });
});
