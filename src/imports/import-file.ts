import type { ObjectStore } from '../ports/objects.ts';
import type { FileClassification } from './import-states.ts';
import { openRvtoolsFile } from './rvtools/rvtools-file.ts';
import { classifyHeader } from './template/classify-header.ts';
import { type CsvEntry, readCsv } from './template/read-csv.ts';
import { readRecord } from './template/read-record.ts';
import { readTemplateHeader, type TemplateHeader } from './template/template-header.ts';
import type { RecordFault, ServerRecord } from './template/template-record.ts';

/** A file that is being imported, whatever its form: what it is, and its records as they stream. */
export interface ImportFile {
  readonly classification: FileClassification;
  /** Names the fields of the records' texts. */
  readonly headerText: string;
  /** In the order of their lines. */
  readonly records: AsyncIterable<readonly (ServerRecord | RecordFault)[]>;
}

/** A file we do not import. What it seems to be is told where it can be. */
export interface UnsupportedFile {
  readonly classification: FileClassification | undefined;
  readonly records: undefined;
}

const ZIP_START = Buffer.from('PK\u0003\u0004');

export async function openImportFile(objects: ObjectStore, objectKey: string): Promise<ImportFile | UnsupportedFile> {
  if (await startsAsZip(objects, objectKey)) return openRvtoolsFile(objects, objectKey);
  const pieces = readCsv(objects.read(objectKey));
  const first = await firstPiece(pieces);
  const [header, ...rest] = first;
  const template = header?.kind === 'record' ? readTemplateHeader(header.fields, header.text) : undefined;
  if (template !== undefined)
    return {
      classification: 'IMPORT_TEMPLATE',
      headerText: template.text,
      records: readRecords(rest, pieces, template),
    };
  await pieces.return(undefined);
  return { classification: header?.kind === 'record' ? classifyHeader(header.fields) : undefined, records: undefined };
}

async function startsAsZip(objects: ObjectStore, objectKey: string): Promise<boolean> {
  const start: Uint8Array[] = [];
  for await (const chunk of objects.read(objectKey, { start: 0, end: ZIP_START.byteLength })) start.push(chunk);
  return Buffer.concat(start).equals(ZIP_START);
}

async function firstPiece(pieces: AsyncGenerator<CsvEntry[]>): Promise<CsvEntry[]> {
  const first = await pieces.next();
  return first.done === true ? [] : first.value;
}

async function* readRecords(
  first: readonly CsvEntry[],
  rest: AsyncGenerator<CsvEntry[]>,
  header: TemplateHeader,
): AsyncGenerator<(ServerRecord | RecordFault)[]> {
  const read = (entries: readonly CsvEntry[]) => entries.map((entry) => readRecord(entry, header));
  if (first.length > 0) yield read(first);
  for await (const entries of rest) yield read(entries);
}
