import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { eventually, type RunningPeriplus, startPeriplus } from './periplus-process.ts';
import { AWS, hasAwsCli } from './python-clients.ts';

const run = promisify(execFile);

/** `aws <words>` as typed at a shell, its JSON parsed. */
async function aws(periplus: RunningPeriplus, words: string, ...rest: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await run(AWS, [...words.split(' ').slice(1), ...rest, '--output', 'json'], {
    env: periplus.environment,
  });
  return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
}

describe.runIf(hasAwsCli)('the AWS CLI, unmodified', () => {
  it('goes the way of the README', { timeout: 120_000 }, async () => {
    await using periplus = await startPeriplus('start');
    const agents = (await aws(periplus, 'aws discovery describe-agents')).agentsInfo as {
      agentId: string;
      health: string;
    }[];
    expect(agents.map((agent) => agent.health)).toEqual(['RUNNING']);
    const exports = await aws(periplus, 'aws discovery describe-continuous-exports');
    const [description] = exports.descriptions as { s3Bucket: string; status: string }[];
    expect(description?.status).toMatch(/^(START_IN_PROGRESS|ACTIVE)$/);
    await eventually(async () => {
      const { Contents } = await aws(periplus, 'aws s3api list-objects-v2', '--bucket', description?.s3Bucket ?? '');
      expect(Contents).toBeDefined();
    });
    expect((await aws(periplus, 'aws sts get-caller-identity')).Account).toBe('123456789012');
  });

  it('copies a file of the lake to disk', { timeout: 120_000 }, async () => {
    await using periplus = await startPeriplus('start');
    const target = await mkdtemp(join(tmpdir(), 'periplus-copy-'));
    const file = await eventually(async () => {
      const { Buckets } = await aws(periplus, 'aws s3api list-buckets');
      const bucket =
        (Buckets as { Name: string }[]).find(({ Name }) => Name.startsWith('aws-application-discovery-service-'))
          ?.Name ?? '';
      const { Contents } = await aws(
        periplus,
        'aws s3api list-objects-v2',
        '--bucket',
        bucket,
        '--prefix',
        'os_info_agent/',
      );
      return { bucket, key: (Contents as { Key: string }[])[0]?.Key ?? '' };
    });
    await run(AWS, ['s3', 'cp', `s3://${file.bucket}/${file.key}`, join(target, 'copy.parquet')], {
      env: periplus.environment,
    });
    expect((await readFile(join(target, 'copy.parquet'))).subarray(0, 4).toString()).toBe('PAR1');
    await rm(target, { recursive: true });
  });

  it('shows what is refused in words', async () => {
    await using periplus = await startPeriplus('serve');
    const refused = aws(periplus, 'aws glue get-crawlers');
    await expect(refused).rejects.toThrow('The operation GetCrawlers is not supported by Periplus.');
  });
});
