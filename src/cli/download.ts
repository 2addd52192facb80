import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError } from './errors.ts';

/** Fetches what a URL names into a file. @throws CliError when the server refuses it */
export async function download(url: string, path: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok || response.body === null)
    throw new CliError(`the file cannot be fetched: the server answers ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(path));
}
