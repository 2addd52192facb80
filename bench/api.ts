import { spawnSync } from 'node:child_process';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { type BenchServer, hasTaskset, KEY, startBenchServer } from './bench-server.ts';
import { type Measurement, quantile } from './measurement.ts';
import { hammer } from './raw-http.ts';

const CONNECTIONS = 50;
const DURATION_MS = Number(process.env.BENCH_API_MS ?? 10_000);
const WARM_UP_MS = 3000;
const RATE_MARK = 3000;

/** Signed DescribeContinuousExports: as fast as they are answered, then at the rate of the mark. */
export async function benchApi(): Promise<Measurement[]> {
  const isPinned = hasTaskset();
  if (isPinned) spawnSync('taskset', ['-acp', '1', String(process.pid)]);
  try {
    await using server = await startBenchServer(isPinned ? { core: 0 } : {});
    const url = new URL(server.url);
    const target = { host: url.hostname, port: Number(url.port) };
    const request = await signRequest(server);
    const run = (durationMs: number, requestsPerSecond: number) =>
      hammer(target, request, { connections: CONNECTIONS, durationMs, requestsPerSecond });
    await run(WARM_UP_MS, 0);
    const full = await run(DURATION_MS, 0);
    const paced = await run(DURATION_MS, RATE_MARK);
    return [
      {
        name: 'signed calls a second, one core',
        value: full.latenciesMs.length / full.seconds,
        unit: '/s',
        mark: `>= ${RATE_MARK}`,
      },
      { name: 'p99 at full speed, 50 connections', value: quantile(full.latenciesMs, 0.99), unit: 'ms' },
      { name: 'calls a second when paced', value: paced.latenciesMs.length / paced.seconds, unit: '/s' },
      {
        name: `p99 at ${RATE_MARK}/s, 50 connections`,
        value: quantile(paced.latenciesMs, 0.99),
        unit: 'ms',
        mark: '< 20',
      },
      { name: 'answers other than 200', value: full.failures + paced.failures, unit: '', mark: '<= 0' },
      { name: 'server on one core, client on the other', value: isPinned ? 1 : 0, unit: '' },
    ];
  } finally {
    if (isPinned) spawnSync('taskset', ['-acp', '0,1', String(process.pid)]);
  }
}

/** One signature serves all requests: it stays valid for longer than the bench runs. */
async function signRequest(server: BenchServer): Promise<Buffer> {
  const { host, hostname } = new URL(server.url);
  const body = '{}';
  const credentials = { accessKeyId: KEY.accessKeyId, secretAccessKey: KEY.secretAccessKey };
  const signer = new SignatureV4({ service: 'discovery', region: KEY.region, sha256: Sha256, credentials });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname,
    path: '/',
    body,
    headers: {
      host,
      'content-type': 'application/x-amz-json-1.1',
      'content-length': String(body.length),
      'x-amz-target': 'AWSPoseidonService_V2015_11_01.DescribeContinuousExports',
    },
  });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}
