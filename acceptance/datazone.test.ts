import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runPeriplus, startPeriplus } from './periplus-process.ts';
import { hasBoto3, PYTHON } from './python-clients.ts';

describe('DataZone', () => {
  it.runIf(hasBoto3)('runs data sources for boto3, unmodified', { timeout: 120_000 }, async () => {
    await using periplus = await startPeriplus('start');
    const script = join(import.meta.dirname, 'python/datazone.py');
    const { stdout } = await promisify(execFile)(PYTHON, [script], { env: periplus.environment });
    expect(stdout).toBe('every data source answered\n');
  });

  it('makes a first run one command', { timeout: 120_000 }, async () => {
    await using periplus = await startPeriplus('serve');
    const command = (...words: string[]) =>
      runPeriplus('datazone', ...words, '--endpoint', periplus.endpoint, '--data-dir', periplus.dataDir);
    const json = (...words: string[]) => JSON.parse(command(...words, '--json')) as Record<string, unknown>;
    expect(() => command('run')).toThrow('there is no data source yet');
    const made = json('bootstrap', '--database', 'nothing_*');
    expect(json('bootstrap')).toEqual(made);
    expect(json('run', '--dry-run')).toEqual({ previews: [], missingDatabases: [] });
    const ended = json('run');
    expect(ended).toMatchObject({ status: 'SUCCESS', dataSourceId: made.dataSourceId });
    expect(command('log', String(ended.id))).toContain('ended: SUCCESS');
    expect(command('stale')).toContain('0 of 0 assets');
    expect(json('hourly', '15')).toEqual({ dataSourceId: made.dataSourceId, minute: 15 });
    expect(json('hourly', 'off')).toEqual({ dataSourceId: made.dataSourceId });
    const rule = json('deny', '*', '--assume');
    expect(rule).toMatchObject({ action: 'ASSUME', roleArn: '*', database: '*', table: '*' });
    expect(() => command('run')).toThrow('the run failed: Unable to assume the Data Access Role.');
    command('allow', String(rule.ruleId));
    expect(command('denials')).toBe('Nothing is denied.\n');
    expect(() => command('cancel', String(ended.id))).toThrow('has ended: SUCCESS');
  });
});
