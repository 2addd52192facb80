import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { StateQueries } from '../ports/state/state-store.ts';
import { listFailures, type StoredFailure } from './failure-store.ts';
import type { ImportTask } from './import-task.ts';

const FAILURES_A_PAGE = 500;
const ERRORS_HEADER = ['Line', 'ColumnName', 'ExternalId', 'ErrorMessage'];

/**
 * The zip of what was not imported, as it streams: why, line by line, and the records themselves under the header of their
 * file, to be corrected and imported again.
 */
export function streamReport(queries: StateQueries, task: ImportTask, nowMs: number): AsyncIterable<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  const options = { mtime: new Date(nowMs), mode: 0o100644 };
  zip.addReadStream(Readable.from(writeErrors(queries, task)), 'errors-file.csv', options);
  zip.addReadStream(Readable.from(writeFailedEntries(queries, task)), 'failed-entries-file.csv', options);
  zip.end();
  return output as AsyncIterable<Uint8Array>;
}

async function* writeErrors(queries: StateQueries, task: ImportTask): AsyncGenerator<string> {
  yield writeLine(ERRORS_HEADER);
  for await (const page of failures(queries, task))
    yield page
      .flatMap(({ line, externalId, errors }) =>
        errors.map(({ column, message }) => writeLine([String(line), column, externalId, message])),
      )
      .join('');
}

async function* writeFailedEntries(queries: StateQueries, task: ImportTask): AsyncGenerator<string> {
  yield `${task.headerText ?? ''}\n`;
  for await (const page of failures(queries, task)) yield page.map(({ text }) => `${text}\n`).join('');
}

async function* failures(queries: StateQueries, task: ImportTask): AsyncGenerator<StoredFailure[]> {
  for (let afterLine = 0; ; ) {
    const page = await listFailures(queries, task, { afterLine, limit: FAILURES_A_PAGE });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    afterLine = last.line;
  }
}

function writeLine(fields: readonly string[]): string {
  return `${fields.map(writeField).join(',')}\n`;
}

function writeField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
