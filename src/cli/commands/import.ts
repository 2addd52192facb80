import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { AwsClient, AwsTarget } from '../aws-client.ts';
import { addClientOptions, openClient } from '../client-options.ts';
import { download } from '../download.ts';
import { CliError } from '../errors.ts';
import { renderTable } from '../text-table.ts';
import { upload } from '../upload.ts';

const POLL_MS_MIN = 50;
const POLL_MS_MAX = 1000;
const MB = 1_000_000;
const BUCKET = 'periplus-imports';

interface ImportTask {
  readonly importTaskId: string;
  readonly name: string;
  readonly status: string;
  readonly fileClassification?: string;
  readonly serverImportSuccess: number;
  readonly serverImportFailure: number;
  readonly applicationImportSuccess: number;
  readonly applicationImportFailure: number;
  readonly errorsAndFailedEntriesZip?: string;
}

interface ImportFlags {
  readonly name?: string;
  readonly bucket?: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** Ends with something imported, or nothing there to import. */
const GOOD = new Set(['IMPORT_COMPLETE', 'IMPORT_COMPLETE_WITH_ERRORS']);

export function addImportCommand(program: Command): void {
  const command = program
    .command('import')
    .description('Import servers and applications from a file: the import template, or an RVTools export as a zip.')
    .argument('[FILE]', 'The file to upload and import');
  addClientOptions(command)
    .addOption(new Option('--name <NAME>', 'what to call the task; default the name of the file'))
    .addOption(new Option('--bucket <BUCKET>', `where to upload to; default ${BUCKET}, made when it is not there`))
    .addOption(new Option('--url <URL>', 'import an object that is there already: s3://bucket/key, or its address'))
    .option('--json', 'Print JSON')
    .action(run);
}

async function run(file: string | undefined, flags: ImportFlags, self: Command): Promise<void> {
  if ((file === undefined) === (flags.url === undefined))
    throw new CliError('name one file, or one object with --url', { isUsage: true });
  const { client, target } = openClient(self);
  const say = (text: string) => void (flags.json === true || showProgress(text));
  const importUrl = flags.url ?? (await send(target, file ?? '', { bucket: flags.bucket ?? BUCKET, say }));
  const name = flags.name ?? basename(importUrl);
  const { task } = await client.call<{ task: ImportTask }>('discovery', 'StartImportTask', { name, importUrl });
  const done = await waitFor(client, task.importTaskId, say);
  const reportPath = await saveReport(done, file ?? basename(importUrl));
  endProgress();
  if (flags.json === true) process.stdout.write(`${JSON.stringify({ ...done, reportPath })}\n`);
  else process.stdout.write(`${render(done, reportPath)}\n`);
  if (!GOOD.has(done.status)) process.exitCode = 1;
}

async function send(
  target: AwsTarget,
  path: string,
  { bucket, say }: { bucket: string; say: (text: string) => void },
): Promise<string> {
  const key = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}/${basename(path)}`;
  await upload(target, {
    path,
    bucket,
    key,
    onProgress: (sent, size) => say(`Uploading ${path}: ${(sent / MB).toFixed(1)} of ${(size / MB).toFixed(1)} MB`),
  });
  return `s3://${bucket}/${key}`;
}

async function waitFor(client: AwsClient, taskId: string, say: (text: string) => void): Promise<ImportTask> {
  const filters = [{ name: 'IMPORT_TASK_ID', values: [taskId] }];
  for (let pauseMs = POLL_MS_MIN; ; pauseMs = Math.min(POLL_MS_MAX, pauseMs * 1.5)) {
    const { tasks } = await client.call<{ tasks: readonly ImportTask[] }>('discovery', 'DescribeImportTasks', {
      filters,
    });
    const task = tasks[0];
    if (task === undefined) throw new CliError(`${taskId} has gone`);
    if (task.status !== 'IMPORT_IN_PROGRESS') return task;
    say(`Importing: ${task.serverImportSuccess} servers, ${task.serverImportFailure} failed`);
    await delay(pauseMs);
  }
}

/** Beside the file, so that it is found where the file was corrected. */
async function saveReport({ errorsAndFailedEntriesZip: url }: ImportTask, file: string): Promise<string | undefined> {
  if (url === undefined) return undefined;
  const path = `${file.replace(/\.[^./\\]*$/, '')}-errors.zip`;
  await download(url, path);
  return path;
}

function render(task: ImportTask, reportPath: string | undefined): string {
  const rows = [
    ['servers', String(task.serverImportSuccess), String(task.serverImportFailure)],
    ['applications', String(task.applicationImportSuccess), String(task.applicationImportFailure)],
  ];
  const lines = [
    `${task.importTaskId} ${task.status}${task.fileClassification === undefined ? '' : ` (${task.fileClassification})`}`,
    renderTable(['', 'imported', 'failed'], rows, process.stdout.columns ?? 120),
    ...(reportPath === undefined ? [] : [`What failed, and why: ${reportPath}`]),
  ];
  return lines.join('\n');
}

const PLAIN_EVERY_MS = 5000;
let shownAtMs = 0;

/** One line that rewrites itself on a terminal; elsewhere a line now and then. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else if (performance.now() - shownAtMs >= PLAIN_EVERY_MS) {
    shownAtMs = performance.now();
    process.stderr.write(`${text}\n`);
  }
}

function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}
