import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { AwsClient } from '../aws-client.ts';
import { addClientOptions, openClient } from '../client-options.ts';
import { download } from '../download.ts';
import { CliError } from '../errors.ts';
import { renderTable } from '../text-table.ts';
import { listZipEntries } from '../zip-entries.ts';
import { addExportOptions, type ExportOptions, readExportRequest } from './export-request.ts';

const POLL_MS_MIN = 50;
const POLL_MS_MAX = 1000;

interface ExportInfo {
  readonly exportStatus: string;
  readonly statusMessage: string;
  readonly configurationsDownloadUrl?: string;
}

export function addExportCommand(program: Command): void {
  const command = program
    .command('export')
    .description('Make an export, and fetch its zip: the inventory, what one agent reported, or EC2 recommendations.');
  addExportOptions(addClientOptions(command))
    .addOption(new Option('--out <FILE>', 'where to put the zip; default <export id>.zip here'))
    .option('--json', 'Print JSON')
    .action(async (options: ExportOptions & { out?: string; json?: boolean }, self: Command) => {
      const request = readExportRequest(options);
      const { client } = openClient(self);
      const say = (text: string) => void (options.json === true || process.stderr.write(`${text}\n`));
      const exportId = await start(client, request);
      say(`Export ${exportId} …`);
      const path = options.out ?? `${exportId}.zip`;
      await download(await waitForUrl(client, exportId), path);
      const entries = await listZipEntries(path);
      say(`Saved to ${path}`);
      if (options.json === true) process.stdout.write(`${JSON.stringify({ exportId, path, entries })}\n`);
      else
        process.stdout.write(
          `${renderTable(
            ['file', 'rows', 'bytes'],
            entries.map((one) => [one.name, one.rows?.toString() ?? '', one.bytes.toString()]),
            process.stdout.columns ?? 120,
          )}\n`,
        );
    });
}

/** What is refused because it is there already is as good as made. */
const PRESENT = /A successful export is already present Export ID: (\S+)$/;

async function start(client: AwsClient, request: object): Promise<string> {
  try {
    return (await client.call<{ exportId: string }>('discovery', 'StartExportTask', request)).exportId;
  } catch (error) {
    const present = error instanceof CliError ? PRESENT.exec(error.message)?.[1] : undefined;
    if (present !== undefined) return present;
    throw error;
  }
}

async function waitForUrl(client: AwsClient, exportId: string): Promise<string> {
  for (let pauseMs = POLL_MS_MIN; ; pauseMs = Math.min(POLL_MS_MAX, pauseMs * 1.5)) {
    const { exportsInfo } = await client.call<{ exportsInfo: readonly ExportInfo[] }>(
      'discovery',
      'DescribeExportTasks',
      { exportIds: [exportId] },
    );
    const [found] = exportsInfo;
    if (found?.configurationsDownloadUrl !== undefined) return found.configurationsDownloadUrl;
    if (found?.exportStatus !== 'IN_PROGRESS') throw new CliError(found?.statusMessage ?? `${exportId} has gone`);
    await delay(pauseMs);
  }
}
