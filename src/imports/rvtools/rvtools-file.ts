import type { Entry, ZipFile } from 'yauzl';
import type { ServerAttributes } from '../../inventory/server-attributes.ts';
import type { ObjectStore } from '../../ports/objects.ts';
import type { ImportFile, UnsupportedFile } from '../import-file.ts';
import type { RecordFault, ServerRecord } from '../template/template-record.ts';
import { openZip } from './open-zip.ts';
import { listSheets, openSheet, type Sheet, type SheetRow } from './sheets.ts';
import { allMachineKeys, compact, hostKey, readMb, readNumber, SideTable, TooManyRowsError } from './side-facts.ts';

type Read = ServerRecord | RecordFault;

/**
 * An RVTools export: a zip of CSV files, one a sheet. `vInfo` has a line for every virtual machine, `vHost` one for every
 * host; other sheets add to them. Workbooks are recognised and not supported: "export all to csv" gives the same.
 */
export async function openRvtoolsFile(objects: ObjectStore, objectKey: string): Promise<ImportFile | UnsupportedFile> {
  const stored = await openZip(objects, objectKey);
  if (stored === undefined) return { classification: undefined, records: undefined };
  const { zip, entries } = stored;
  const sheets = listSheets(entries);
  const info = sheets.get('vinfo');
  const sheet = info === undefined ? undefined : await openSheet(zip, info);
  if (sheet === undefined) {
    const isWorkbook = entries.some(({ fileName }) => /rvtools.*\.xlsx?$/i.test(fileName));
    return { classification: isWorkbook ? 'RVTOOLS_EXPORT' : undefined, records: undefined };
  }
  return { classification: 'RVTOOLS_EXPORT', headerText: sheet.headerText, records: readAll(zip, sheets, sheet) };
}

async function* readAll(
  zip: ZipFile,
  sheets: ReadonlyMap<string, Entry>,
  info: Sheet,
): AsyncGenerator<readonly Read[]> {
  const side = new SideTable();
  try {
    await side.read(zip, sheets);
  } catch (error) {
    if (!(error instanceof TooManyRowsError)) throw error;
    const errors = [{ column: '', message: error.message }];
    return yield [{ line: 1, text: '', externalId: '', errors, applications: [] }];
  }
  let lastLine = 1;
  for await (const rows of info.rows) {
    yield rows.map((row) => readMachine(row, side));
    lastLine = rows.at(-1)?.entry.line ?? lastLine;
  }
  const hosts = sheets.get('vhost');
  const sheet = hosts === undefined ? undefined : await openSheet(zip, hosts);
  // Lines of the second sheet go on where those of the first end, so that each record has a line of its own.
  for await (const rows of sheet?.rows ?? []) yield rows.map((row) => readHost(row, side, lastLine));
}

function readMachine(row: SheetRow, side: SideTable): Read {
  const { interfaces, ...facts } = side.find(allMachineKeys(row));
  const primary = row.get('primary ip address');
  const known = interfaces.length > 0 || primary === undefined ? interfaces : [{ ipAddress: primary }];
  const vCenterId = row.get('vi sdk uuid', 'vi sdk server');
  const attributes = compact<ServerAttributes>({
    numCores: readNumber(row.get('cpus')),
    totalRamKb: readMb(row.get('memory')),
    ...facts,
    serverType: row.get('template')?.toLowerCase() === 'true' ? 'VMWARE_VM_TEMPLATE' : 'VMWARE_VM',
    hypervisor: 'VMware',
    vmName: row.get('vm'),
    hostName: row.get('dns name'),
    osName: row.get('os according to the vmware tools', 'os according to the configuration file', 'os'),
    smBiosId: row.get('smbios uuid', 'vm uuid'),
    moRefId: row.get('vm id'),
    vCenterId,
    vCenterName: row.get('vi sdk server'),
    vmFolderPath: row.get('folder'),
    vmHostId: row.get('host'),
    datacenterId: row.get('datacenter'),
    powerState: row.get('powerstate'),
    numNetworkCards: readNumber(row.get('nics')),
    interfaces: known.length === 0 ? undefined : known,
  });
  return recordOf(row, attributes, 0);
}

function readHost(row: SheetRow, side: SideTable, afterLine: number): Read {
  const host = row.get('host');
  const { interfaces } = side.find([hostKey(host) ?? '']);
  const attributes = compact<ServerAttributes>({
    serverType: 'VMWARE_HOST',
    hostName: host,
    osName: row.get('esx version'),
    cpuType: row.get('cpu model'),
    numCpus: readNumber(row.get('# cpu')),
    numCores: readNumber(row.get('# cores')),
    totalRamKb: readMb(row.get('# memory')),
    manufacturer: row.get('vendor'),
    computerModel: row.get('model'),
    smBiosId: row.get('uuid'),
    moRefId: row.get('object id'),
    vCenterId: row.get('vi sdk uuid', 'vi sdk server'),
    vCenterName: row.get('vi sdk server'),
    datacenterId: row.get('datacenter'),
    interfaces: interfaces.length === 0 ? undefined : interfaces,
  });
  return recordOf(row, attributes, afterLine);
}

function recordOf({ entry }: SheetRow, attributes: ServerAttributes, afterLine: number): Read {
  const line = entry.line + afterLine;
  const { text } = entry;
  if (entry.kind === 'fault')
    return { line, text, externalId: '', errors: [{ column: '', message: entry.message }], applications: [] };
  const { hostName, moRefId, vCenterId, interfaces } = attributes;
  const isKnown =
    hostName !== undefined || interfaces !== undefined || (moRefId !== undefined && vCenterId !== undefined);
  if (!isKnown) {
    const errors = [{ column: '', message: 'At least one identifying column is required.' }];
    return { line, text, externalId: '', errors, applications: [] };
  }
  return { line, text, serverId: undefined, attributes, applications: [], wave: undefined, tags: [], given: new Map() };
}
