import { setTimeout as delay } from 'node:timers/promises';
import type { AwsClient } from '../aws-client.ts';
import { CliError } from '../errors.ts';
import { print, printTable } from './datazone-print.ts';
import type { SourceTarget } from './datazone-target.ts';

const POLL_MS_MIN = 20;
const POLL_MS_MAX = 1000;

interface Run {
  readonly id: string;
  readonly status: string;
  readonly runStatisticsForAssets?: Readonly<Record<string, number>>;
  readonly errorMessage?: { readonly errorType: string; readonly errorDetail?: string };
}

const COUNTERS = ['added', 'updated', 'unchanged', 'skipped', 'failed'] as const;

/** Starts a run and waits. @throws CliError when it FAILED */
export async function runNow(
  client: AwsClient,
  { domainId, dataSourceId }: SourceTarget,
  options: { readonly json?: boolean },
): Promise<void> {
  const domain = `/v2/domains/${encodeURIComponent(domainId)}`;
  const path = `${domain}/data-sources/${encodeURIComponent(dataSourceId)}`;
  await waitWhile(() => client.callDataZone<{ status: string }>('GET', path), ['CREATING', 'UPDATING']);
  const started = await client.callDataZone<Run>('POST', `${path}/runs`, {});
  const read = () => client.callDataZone<Run>('GET', `${domain}/data-source-runs/${started.id}`);
  const ended = await waitWhile(read, ['REQUESTED', 'RUNNING']);
  print(options, ended, () => renderRun(ended));
  if (ended.status === 'FAILED') throw new CliError(`the run failed: ${ended.errorMessage?.errorDetail ?? ''}`);
}

async function waitWhile<T extends { readonly status: string }>(
  read: () => Promise<T>,
  statuses: readonly string[],
): Promise<T> {
  for (let pauseMs = POLL_MS_MIN; ; pauseMs = Math.min(POLL_MS_MAX, pauseMs * 1.5)) {
    const seen = await read();
    if (!statuses.includes(seen.status)) return seen;
    await delay(pauseMs);
  }
}

function renderRun(run: Run): string {
  const counts = COUNTERS.map((name) => String(run.runStatisticsForAssets?.[name] ?? 0));
  const error = run.errorMessage?.errorDetail;
  const table = printTable(['run', 'status', ...COUNTERS], [[run.id, run.status, ...counts]]);
  return error === undefined ? table : `${table}\n\n${error}`;
}

interface Preview {
  readonly database: string;
  readonly table: string;
  readonly status: string;
  readonly reason: string;
  readonly changes: readonly string[];
}

interface DryRun {
  readonly previews: readonly Preview[];
  readonly missingDatabases: readonly string[];
}

/** What a run would do, without the tables it would leave alone. */
export async function previewRun(
  client: AwsClient,
  source: SourceTarget,
  options: { readonly json?: boolean; readonly all?: boolean },
): Promise<void> {
  const dryRun = await client.call<DryRun>('periplus', 'PreviewDataSourceRun', source);
  print(options, dryRun, () => renderPreviews(dryRun, options.all === true));
}

function renderPreviews({ previews, missingDatabases }: DryRun, all: boolean): string {
  const shown = previews.filter(({ status }) => all || status !== 'UNCHANGED');
  const rows = shown.map((one) => [
    `${one.database}.${one.table}`,
    one.status,
    [one.reason, ...one.changes].join('; '),
  ]);
  const missing = missingDatabases.map((database) => `Database ${database} is not in the catalogue.`);
  const summary = `${previews.length} tables, ${previews.length - shown.length} of them not shown. Nothing was written.`;
  const table = rows.length === 0 ? [] : [printTable(['table', 'would be', 'why'], rows), ''];
  return [...table, ...missing, summary].join('\n');
}
