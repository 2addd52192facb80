import type { Command } from 'commander';
import { parseDurationMs } from '../../app/option-texts.ts';
import { readSecrets } from '../../app/secrets.ts';
import { type SimulationOptions, simulate } from '../../simulate/simulate.ts';
import type { SimulationReport, Tally } from '../../simulate/tally.ts';
import { CliError } from '../errors.ts';
import { addServerOptions, readServerOptions } from '../server-options.ts';

interface SimulateFlags {
  readonly agents: string;
  readonly rowsPerBatch: string;
  readonly rate: string;
  readonly duration: string;
  readonly endpoint: string;
  readonly seed: string;
  readonly connections: string;
  readonly json?: boolean;
}

export function addSimulateCommand(program: Command): void {
  const command = program
    .command('simulate')
    .description('Send the load of many plausible hosts to a server and report what it bore.')
    .option('--agents <N>', 'How many hosts', '100')
    .option('--rows-per-batch <R>', 'Rows in each batch', '500')
    .option('--rate <X>', 'Rows a second of all hosts together; 0: as fast as they are acknowledged', '0')
    .option('--duration <TIME>', 'How long to send', '30s')
    .option(
      '--endpoint <URL>',
      'The server (PERIPLUS_ENDPOINT)',
      process.env.PERIPLUS_ENDPOINT ?? 'http://127.0.0.1:4620',
    )
    .option('--seed <N>', 'Which hosts: the same number makes the same ones', '1')
    .option('--connections <N>', 'Batches under way at once, at most', '32')
    .option('--json', 'Print the report as JSON');
  addServerOptions(command, ['data-dir', 'enrollment-token']).action(run);
}

async function run(flags: SimulateFlags, command: Command): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const report = await simulate({ ...readOptions(flags, command), onProgress: showProgress, signal: stop.signal });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  process.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : formatReport(report));
  if (report.batches === 0 || report.batchesLost > 0) process.exitCode = 1;
}

function readOptions(flags: SimulateFlags, command: Command): Omit<SimulationOptions, 'onProgress' | 'signal'> {
  const { endpoint } = flags;
  if (!URL.canParse(endpoint) || new URL(endpoint).protocol !== 'http:')
    throw new CliError(`--endpoint is an http:// address (got "${endpoint}")`, { isUsage: true });
  return {
    endpoint,
    enrollmentToken: readToken(command),
    agents: integer('--agents', flags.agents, 1, 100_000),
    rowsPerBatch: integer('--rows-per-batch', flags.rowsPerBatch, 1, 100_000),
    rowsPerSecond: integer('--rate', flags.rate, 0, 1_000_000_000),
    durationMs: duration(flags.duration),
    seed: integer('--seed', flags.seed, 0, 2 ** 31),
    connections: integer('--connections', flags.connections, 1, 1000),
  };
}

function readToken(command: Command): string {
  const config = readServerOptions(command);
  return config['enrollment-token'] ?? readSecrets(config).enrollmentToken;
}

function integer(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new CliError(`${flag} is a whole number from ${min} to ${max} (got "${text}")`, { isUsage: true });
}

function duration(text: string): number {
  try {
    return parseDurationMs(text);
  } catch (error) {
    throw new CliError(`--duration ${(error as Error).message}`, { isUsage: true });
  }
}

const PLAIN_EVERY_MS = 5000;
let shownAtMs = 0;

/** One line that rewrites itself on a terminal; elsewhere a line now and then. */
function showProgress(tally: Tally, elapsedMs: number): void {
  const text = `${(elapsedMs / 1000).toFixed(0)} s  ${tally.rows} rows  ${Math.round((tally.rows * 1000) / elapsedMs)} rows/s  p99 ${tally.ackQuantile(0.99)} ms  ${tally.errorCount} errors`;
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else if (elapsedMs - shownAtMs >= PLAIN_EVERY_MS) {
    shownAtMs = elapsedMs;
    process.stderr.write(`${text}\n`);
  }
}

function formatReport(report: SimulationReport): string {
  const errors = Object.entries(report.errors).map(
    ([status, count]) => `${status === '0' ? 'no answer' : status}: ${count}`,
  );
  return `${report.rows} rows in ${report.batches} batches of ${report.agents} agents in ${report.seconds} s
${report.rowsPerSecond} rows/s acknowledged, ${report.rowsRejected} rows refused
acknowledged after ${report.ackMsP50} ms (p50), ${report.ackMsP99} ms (p99), ${report.ackMsMax} ms (max)
errors: ${errors.length === 0 ? 'none' : errors.join(', ')}; batches given up: ${report.batchesLost}
`;
}
