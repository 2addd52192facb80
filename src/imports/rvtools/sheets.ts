import type { Entry, ZipFile } from 'yauzl';
import { type CsvEntry, readCsv } from '../template/read-csv.ts';

/** A line of a sheet, by the names of its columns in lower case. */
export interface SheetRow {
  readonly entry: CsvEntry;
  /** The first of these columns that has something in it. */
  get(...columns: readonly string[]): string | undefined;
}

export interface Sheet {
  readonly headerText: string;
  readonly rows: AsyncIterable<readonly SheetRow[]>;
}

const NAME = /(?:^|[/_]|tab)(v[A-Za-z_]+)\.csv$/i;

/** The entries of a zip that are sheets, by the name of the sheet in lower case: `vinfo`, `vnetwork`, … */
export function listSheets(entries: readonly Entry[]): Map<string, Entry> {
  const sheets = new Map<string, Entry>();
  for (const entry of entries) {
    const name = NAME.exec(entry.fileName)?.[1]
      ?.toLowerCase()
      .replace(/^.*tab(?=v)/, '');
    if (name !== undefined && !sheets.has(name)) sheets.set(name, entry);
  }
  return sheets;
}

/** Undefined when it has no header. */
export async function openSheet(zip: ZipFile, entry: Entry): Promise<Sheet | undefined> {
  const delimiter = await findDelimiter(zip, entry);
  const pieces = readCsv(await zip.openReadStreamPromise(entry), { delimiter });
  const first = await pieces.next();
  const [header, ...rest] = first.done === true ? [] : first.value;
  if (header?.kind !== 'record') return undefined;
  return { headerText: header.text, rows: readRows(rest, pieces, header.fields) };
}

async function* readRows(
  first: readonly CsvEntry[],
  rest: AsyncIterable<readonly CsvEntry[]>,
  header: readonly string[],
): AsyncGenerator<readonly SheetRow[]> {
  const columns = new Map(header.map((name, index) => [name.trim().toLowerCase(), index]));
  const rowOf = (entry: CsvEntry): SheetRow => ({
    entry,
    get: (...names) => {
      if (entry.kind === 'fault') return undefined;
      const values = names.map((name) => entry.fields[columns.get(name) ?? -1]?.trim());
      return values.find((value) => value !== undefined && value !== '');
    },
  });
  yield first.map(rowOf);
  for await (const entries of rest) yield entries.map(rowOf);
}

/** Exports are written with the list separator of the Windows they are made on. */
async function findDelimiter(zip: ZipFile, entry: Entry): Promise<',' | ';'> {
  const stream = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream) {
    const [line = ''] = (chunk as Buffer).toString().split('\n');
    stream.destroy();
    return line.split(';').length > line.split(',').length ? ';' : ',';
  }
  return ',';
}
