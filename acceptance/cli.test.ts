import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, type RunningPeriplus, runPeriplus, startPeriplus } from './periplus-process.ts';

const COMMAND = join(import.meta.dirname, '../periplus');

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(COMMAND, words, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...environment },
  });
  return { code: status, stdout, stderr };
}

function at(periplus: RunningPeriplus): string[] {
  return ['--endpoint', periplus.endpoint, '--data-dir', periplus.dataDir];
}

describe('the command line', () => {
  it.each([
    { words: ['nonsense'], code: 2, says: 'unknown command' },
    { words: ['serve', '--nonsense'], code: 2, says: 'unknown option' },
    { words: ['serve', '--port', '70000'], code: 2, says: '--port' },
    { words: ['serve', '--roles', 'api,cook'], code: 2, says: '--roles' },
    { words: ['serve', '--roll-interval', 'soon'], code: 2, says: '--roll-interval must be a time such as' },
    { words: ['serve', '--config', '/nowhere.json'], code: 2, says: '/nowhere.json cannot be read' },
    { words: ['agent', '--endpoint', 'http://127.0.0.1:1'], code: 2, says: '--enrollment-token is missing' },
    { words: ['credentials', '--data-dir', '/nowhere'], code: 2, says: 'has no credentials yet' },
    { words: ['export', '--agent', 'o-1', '--ec2'], code: 2, says: '--agent and --ec2 do not go together' },
    { words: ['export', '--cpu', 'p95'], code: 2, says: '--cpu needs --ec2' },
    { words: ['export', '--agent', 'o-1', '--from', 'noon'], code: 2, says: 'A time is written as 2026-03-01' },
    { words: ['query', 'SELECT 1', '--output', 'xml'], code: 2, says: 'Allowed choices are table, csv, json' },
  ])('says in one line what is wrong with $words', ({ words, code, says }) => {
    const outcome = run(words);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toContain(says);
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
  });

  it('refuses a misspelt variable rather than ignoring it', () => {
    const outcome = run(['credentials'], { PERIPLUS_DATADIR: '/tmp' });
    expect(outcome).toMatchObject({ code: 2 });
    expect(outcome.stderr).toBe('periplus: the environment has the unknown setting PERIPLUS_DATADIR\n');
  });

  it('reads a configuration file, which a flag overrules', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'periplus-config-'));
    const file = join(folder, 'periplus.json');
    await writeFile(
      file,
      JSON.stringify({
        port: 'not a port',
        'access-key-id': 'AKIAFROMFILE',
        'secret-access-key': 'secret-from-file',
        'enrollment-token': 'token-from-file',
      }),
    );
    const outcome = run(['credentials', '--config', file, '--json', '--data-dir', folder]);
    expect(outcome.stderr).toContain(`"port" in ${file}`);
    await writeFile(
      file,
      JSON.stringify({
        'access-key-id': 'AKIAFROMFILE',
        'secret-access-key': 'secret-from-file',
        'enrollment-token': 'token-from-file',
      }),
    );
    expect(JSON.parse(run(['credentials', '--config', file, '--json']).stdout)).toMatchObject({
      accessKeyId: 'AKIAFROMFILE',
    });
    const flagged = run(['credentials', '--config', file, '--json', '--access-key-id', 'AKIAFROMFLAG']);
    expect(JSON.parse(flagged.stdout)).toMatchObject({
      accessKeyId: 'AKIAFROMFLAG',
      secretAccessKey: 'secret-from-file',
    });
    await rm(folder, { recursive: true });
  });

  it('asks and shows through the AWS endpoint', { timeout: 90_000 }, async () => {
    await using periplus = await startPeriplus('start');
    await eventually(async () => {
      const { stdout } = run(['query', 'SELECT count(*) AS n FROM os_info_agent', ...at(periplus), '--output', 'csv']);
      expect(stdout).toMatch(/^"n"\n"[1-9]\d*"\n$/);
    });
    const table = run(['query', "SELECT 'a' AS name, 1 AS number, CAST(NULL AS varchar) AS nothing", ...at(periplus)]);
    expect(table.stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      'name  number  nothing',
      '────  ──────  ───────',
      'a          1',
      '',
    ]);
    const json = run([
      'query',
      'SELECT 1 AS one, CAST(NULL AS varchar) AS nothing',
      ...at(periplus),
      '--output',
      'json',
    ]);
    expect(json.stdout).toBe('{"one":"1","nothing":null}\n');
    const wrong = run(['query', 'SELECT nothing FROM os_info_agent', ...at(periplus)]);
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/^periplus: COLUMN_NOT_FOUND: line 1:8: .*\n$/);
    const status = JSON.parse(run(['status', ...at(periplus), '--json']).stdout) as {
      agents: unknown[];
      exports: { status: string }[];
      tables: unknown[];
    };
    expect(status.agents).toHaveLength(1);
    expect(status.exports[0]?.status).toBe('ACTIVE');
    expect(status.tables.length).toBeGreaterThanOrEqual(7);
    expect(run(['status', ...at(periplus)]).stdout).toContain('1 RUNNING');
  });

  it('makes exports and says what is in them', { timeout: 60_000 }, async () => {
    await using periplus = await startPeriplus('start');
    // The agent is known a moment before its first rows are.
    const { agents } = await eventually(async () => {
      const status = JSON.parse(run(['status', ...at(periplus), '--json']).stdout) as {
        agents: { agentId: string }[];
        inventory: { servers: number };
      };
      expect(status.inventory.servers).toBe(1);
      return status;
    });
    const out = join(periplus.dataDir, 'out.zip');
    const ofAgent = run(['export', '--agent', agents[0]?.agentId ?? '', '--out', out, ...at(periplus)]);
    expect(ofAgent).toMatchObject({ code: 0 });
    expect(ofAgent.stdout).toMatch(/^123456789012_osInfo\.csv +1 +\d+$/m);
    expect(ofAgent.stderr).toContain(`Saved to ${out}`);
    const summary = JSON.parse(run(['export', '--json', '--out', out, ...at(periplus)]).stdout) as {
      path: string;
      entries: { name: string; rows: number }[];
    };
    expect(summary.path).toBe(out);
    expect(summary.entries.find(({ name }) => name.endsWith('_Server.csv'))?.rows).toBe(1);
    expect((await readFile(out)).subarray(0, 2).toString()).toBe('PK');
    const unknown = run(['export', '--agent', 'o-00000000000000000', ...at(periplus)]);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('Agent o-00000000000000000 was not found.');
  });

  it('imports a file, says what failed, and makes the inventory anew', { timeout: 60_000 }, async () => {
    await using periplus = await startPeriplus('serve');
    const file = join(periplus.dataDir, 'servers.csv');
    const lines = [
      'ExternalId,HostName,CPU.NumberOfCores,Applications',
      'CMDB-1,db-1,8,ERP',
      'CMDB-2,app-1,x,"ERP, CRM"',
    ];
    await writeFile(file, lines.join('\n'));
    const imported = run(['import', file, ...at(periplus)]);
    expect(imported).toMatchObject({ code: 0 });
    expect(imported.stdout).toMatch(/IMPORT_COMPLETE_WITH_ERRORS \(IMPORT_TEMPLATE\)/);
    expect(imported.stdout).toMatch(/^servers +1 +1$/m);
    expect((await readFile(join(periplus.dataDir, 'servers-errors.zip'))).subarray(0, 2).toString()).toBe('PK');
    const again = JSON.parse(run(['import', file, '--json', ...at(periplus)]).stdout) as { status: string };
    expect(again.status).toBe('IMPORT_COMPLETE_WITH_ERRORS');
    const status = JSON.parse(run(['status', '--json', ...at(periplus)]).stdout) as {
      inventory: { servers: number; applications: number };
      tasks: { kind: string }[];
    };
    expect(status.inventory).toMatchObject({ servers: 1, applications: 1 });
    expect(status.tasks.map(({ kind }) => kind)).toEqual(['import', 'import']);
    expect(run(['inventory', 'rebuild', ...at(periplus)]).stdout).toMatch(
      /^Rebuilt in [\d.]+ s: 0 processes, 0 connections\.$/m,
    );
    expect(run(['import', join(periplus.dataDir, 'missing.csv'), ...at(periplus)])).toMatchObject({
      code: 1,
      stdout: '',
    });
  });

  it('keeps its secrets to the owner', async () => {
    await using periplus = await startPeriplus('serve');
    for (const name of ['credentials', 'enrollment-token']) {
      expect((await stat(join(periplus.dataDir, name))).mode & 0o777).toBe(0o600);
    }
    expect(await readFile(join(periplus.dataDir, 'credentials'), 'utf8')).toContain('[default]');
    expect(runPeriplus('credentials', '--data-dir', periplus.dataDir)).toContain('export AWS_SECRET_ACCESS_KEY=');
  });

  it('has one server a folder', async () => {
    await using periplus = await startPeriplus('serve');
    const second = run(['serve', '--port', '0', '--data-dir', periplus.dataDir]);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(/^periplus: Another server is using .*--data-dir\n$/);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('drains and exits 0 on %s', async (signal) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'periplus-drain-'));
    const child = spawn(COMMAND, ['serve', '--port', '0', '--data-dir', dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(line.toString()).toMatch(/^Periplus is ready at http:\/\/127\.0\.0\.1:\d+\n$/);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    await rm(dataDir, { recursive: true });
  });

  it('says where no server answers', () => {
    const outcome = run(['status', '--endpoint', 'http://127.0.0.1:1'], {
      PERIPLUS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      PERIPLUS_SECRET_ACCESS_KEY: 'secret-example',
      PERIPLUS_ENROLLMENT_TOKEN: 'token-example',
    });
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toContain('no server answers at http://127.0.0.1:1');
  });
});
