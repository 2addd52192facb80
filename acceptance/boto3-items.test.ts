import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startPeriplus } from './periplus-process.ts';
import { hasBoto3, PYTHON } from './python-clients.ts';

describe.runIf(hasBoto3)('boto3 with what an agent discovers', () => {
  it('groups, tags and deletes it; a deleted server is discovered again', { timeout: 180_000 }, async () => {
    await using periplus = await startPeriplus('start', '--send-interval', '1s', '--sample-interval', '1s');
    const script = join(import.meta.dirname, 'python/configuration_items.py');
    const { stdout } = await promisify(execFile)(PYTHON, [script], { env: periplus.environment });
    expect(stdout).toBe('configuration items can be grouped, tagged and deleted\n');
  });
});
