import { type FileHandle, open } from 'node:fs/promises';

/** What a cell holds; nothing is printed as nothing. */
export type Cell = string | number | undefined;

/** A local CSV file that is written record by record: RFC 4180, a header line, `\n`. */
export class CsvFile implements AsyncDisposable {
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(path: string, header: readonly string[]): Promise<CsvFile> {
    const file = new CsvFile(await open(path, 'wx'));
    await file.write([header]);
    return file;
  }

  async write(records: readonly (readonly Cell[])[]): Promise<void> {
    if (records.length > 0) await this.#handle.appendFile(records.map(formatRecord).join(''));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

export function formatRecord(cells: readonly Cell[]): string {
  return `${cells.map(formatCell).join(',')}\n`;
}

function formatCell(cell: Cell): string {
  if (cell === undefined) return '';
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
