import { join } from 'node:path';
import { formatTenths } from '../../../core/time.ts';
import { listTags, type TagPosition } from '../../../inventory/tag-store.ts';
import { eachApplicationPage, eachMembershipPage, eachServerPage } from '../../../inventory/whole-inventory.ts';
import { type Cell, CsvFile } from '../csv-file.ts';
import type { ExportTask } from '../export-task.ts';
import type { MakingPlace, MakingPorts } from '../making.ts';
import type { ZipEntry } from '../zip-file.ts';
import { SERVER_FILES } from './server-files.ts';

type Making = { readonly ports: MakingPorts; readonly task: ExportTask; readonly place: MakingPlace };

/** The whole inventory in eight CSV files. */
export async function makeSummaryExport(ports: MakingPorts, task: ExportTask, place: MakingPlace): Promise<ZipEntry[]> {
  const making = { ports, task, place };
  const entries = [
    await writePages(making, APPLICATIONS),
    await writePages(making, ASSOCIATIONS),
    ...(await writeServerFiles(making)),
    await writePages(making, TAGS),
  ];
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A file whose records come in pages of its own. */
interface PagedFile {
  readonly name: string;
  readonly header: readonly string[];
  readonly pages: (making: Making) => AsyncIterable<readonly (readonly Cell[])[]>;
}

const APPLICATIONS: PagedFile = {
  name: 'Application',
  header: [
    'Id',
    'accountNumber',
    'name',
    'description',
    'serverCount',
    'wave',
    'creationTimeStamp',
    'lastModifiedTimeStamp',
  ],
  pages: async function* ({ ports, task: { accountId } }) {
    for await (const page of eachApplicationPage(ports.state.queries, accountId))
      yield page.map((one) => [
        one.applicationId,
        accountId,
        one.name,
        one.description,
        one.serverCount,
        one.wave,
        formatTenths(one.createdAtMs),
        formatTenths(one.modifiedAtMs),
      ]);
  },
};

const ASSOCIATIONS: PagedFile = {
  name: 'ApplicationResourceAssociation',
  header: ['accountNumber', 'applicationConfigurationId', 'applicationName', 'configId', 'configType', 'hostName'],
  pages: async function* ({ ports, task: { accountId } }) {
    for await (const page of eachMembershipPage(ports.state.queries, accountId))
      yield page.map((one) => [
        accountId,
        one.applicationId,
        one.applicationName,
        one.serverId,
        'SERVER',
        one.hostName,
      ]);
  },
};

const TAGS_A_PAGE = 500;
const EVERY_TAG = { configurationIds: [], keys: [], values: [] };

const TAGS: PagedFile = {
  name: 'Tags',
  header: ['accountNumber', 'configId', 'configType', 'key', 'value', 'creationTimeStamp'],
  pages: async function* ({ ports, task: { accountId } }) {
    for (let after: TagPosition | undefined; ; ) {
      const selected = { selection: EVERY_TAG, after, limit: TAGS_A_PAGE };
      const page = await listTags(ports.state.queries, accountId, selected);
      yield page.map((one) => [
        accountId,
        one.configurationId,
        one.configurationType,
        one.key,
        one.value,
        formatTenths(one.createdAtMs),
      ]);
      const last = page.at(-1);
      if (last === undefined || page.length < TAGS_A_PAGE) return;
      after = [last.configurationId, last.key, last.value];
    }
  },
};

async function writePages(making: Making, { name, header, pages }: PagedFile): Promise<ZipEntry> {
  const entry = describeEntry(making, name);
  await using file = await CsvFile.create(entry.path, header);
  for await (const page of pages(making)) {
    making.place.signal.throwIfAborted();
    await file.write(page);
  }
  return entry;
}

/** One walk over the servers for all files that are made of them. */
async function writeServerFiles(making: Making): Promise<ZipEntry[]> {
  await using stack = new AsyncDisposableStack();
  const { ports, task, place } = making;
  const entries = SERVER_FILES.map(({ name }) => describeEntry(making, name));
  const files: CsvFile[] = [];
  for (const [index, { path }] of entries.entries())
    files.push(stack.use(await CsvFile.create(path, SERVER_FILES[index]?.header ?? [])));
  for await (const page of eachServerPage(ports.state.queries, task.accountId)) {
    place.signal.throwIfAborted();
    for (const [index, { records }] of SERVER_FILES.entries())
      await files[index]?.write(page.flatMap((server) => records(server, task.accountId)));
  }
  return entries;
}

function describeEntry({ task, place }: Making, file: string): ZipEntry {
  const name = `${task.accountId}_${file}.csv`;
  return { name, path: join(place.folder, name) };
}
