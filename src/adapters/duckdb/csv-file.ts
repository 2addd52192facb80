/**
 * Athena's result file: a header line, every value in double quotes, NULL as nothing at all, `\n` at line ends. Written
 * chunk by chunk, so a large answer never sits in memory.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import { type ResultColumn, SqlError } from '../../ports/sql-engine.ts';
import { type FormatValue, formatterFor } from './value-text.ts';

const BUFFER_CHARS = 1 << 18;

export interface WrittenCsv {
  readonly rows: number;
  readonly bytes: number;
}

/** The file to write (it must not exist yet) and the size it may reach. */
export interface BoundedPath {
  readonly path: string;
  readonly bytesMax: number;
}

/** @throws SqlError once the file would outgrow its bound; what was written stays behind for the caller to delete. */
export async function writeCsv(
  result: DuckDBResult,
  columns: readonly ResultColumn[],
  target: BoundedPath,
): Promise<WrittenCsv> {
  const file = new BoundedFile(target);
  try {
    const formatters = result.columnTypes().map(formatterFor);
    file.write(`${columns.map(({ name }) => quote(name)).join(',')}\n`);
    let rows = 0;
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      rows += chunk.rowCount;
      writeChunk(file, chunk, formatters);
    }
    file.flush();
    return { rows, bytes: file.bytes };
  } finally {
    file.close();
  }
}

/** A file of one column. */
export function writeLines(header: string, lines: readonly string[], target: BoundedPath): WrittenCsv {
  const file = new BoundedFile(target);
  try {
    for (const line of [header, ...lines]) file.write(`${quote(line)}\n`);
    file.flush();
    return { rows: lines.length, bytes: file.bytes };
  } finally {
    file.close();
  }
}

function writeChunk(file: BoundedFile, chunk: DuckDBDataChunk, formatters: FormatValue[]): void {
  const columns = formatters.map((format, i) =>
    chunk.getColumnValues(i).map((value) => (value === null ? '' : quote(format(value)))),
  );
  for (let row = 0; row < chunk.rowCount; row++) {
    let line = '';
    for (let i = 0; i < columns.length; i++) line += (i === 0 ? '' : ',') + columns[i]![row];
    file.write(`${line}\n`);
  }
}

function quote(text: string): string {
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}

class BoundedFile {
  readonly #descriptor: number;
  readonly #bytesMax: number;
  #pending = '';
  #bytes = 0;

  constructor({ path, bytesMax }: BoundedPath) {
    this.#descriptor = openSync(path, 'wx');
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= BUFFER_CHARS) this.flush();
  }

  flush(): void {
    const bytes = Buffer.from(this.#pending, 'utf8');
    this.#pending = '';
    this.#bytes += bytes.length;
    if (this.#bytes > this.#bytesMax) {
      throw new SqlError('user', `EXCEEDED_RESULT_SIZE_LIMIT: The result is larger than ${this.#bytesMax} bytes`);
    }
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
