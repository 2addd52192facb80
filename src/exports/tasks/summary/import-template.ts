import type { WholeServer } from '../../../inventory/whole-inventory.ts';
import type { Cell } from '../csv-file.ts';

/**
 * The import template as an export writes it: one row a server, with its ServerId, so that the file can be changed and
 * imported again. What one row cannot say without changing something (an application or a tag whose name would be cut in
 * two, waves that differ between a server's applications) is left out: an import leaves alone what it is not told.
 */
type Column = readonly [header: string, read: (server: WholeServer) => Cell];

const KB_A_MB = 1024;

const COLUMNS: readonly Column[] = [
  ['ExternalId', ({ attributes }) => attributes.externalId],
  ['SMBiosId', ({ attributes }) => attributes.smBiosId],
  ['IPAddress', ({ attributes }) => joinOnce((attributes.interfaces ?? []).map((one) => one.ipAddress))],
  ['MACAddress', ({ attributes }) => joinOnce((attributes.interfaces ?? []).map((one) => one.macAddress))],
  ['HostName', ({ attributes }) => attributes.hostName],
  ['VMware.MoRefId', ({ attributes }) => attributes.moRefId],
  ['VMware.VCenterId', ({ attributes }) => attributes.vCenterId],
  ['CPU.NumberOfProcessors', ({ attributes }) => attributes.numCpus],
  ['CPU.NumberOfCores', ({ attributes }) => attributes.numCores],
  ['CPU.NumberOfLogicalCores', ({ attributes }) => attributes.numLogicalProcessors],
  ['OS.Name', ({ attributes }) => attributes.osName],
  ['OS.Version', ({ attributes }) => attributes.osVersion],
  ['VMware.VMName', ({ attributes }) => attributes.vmName],
  ['RAM.TotalSizeInMB', ({ attributes }) => inMb(attributes.totalRamKb)],
  ['RAM.UsedSizeInMB.Avg', ({ attributes }) => usedMb(attributes.totalRamKb, attributes.avgFreeRamKb)],
  ['RAM.UsedSizeInMB.Max', ({ attributes }) => usedMb(attributes.totalRamKb, attributes.minFreeRamKb)],
  ['CPU.UsagePct.Avg', ({ attributes }) => attributes.avgCpuUsagePct],
  ['CPU.UsagePct.Max', ({ attributes }) => attributes.maxCpuUsagePct],
  ['DiskReadsPerSecondInKB.Avg', ({ attributes }) => attributes.avgDiskReadsPerSecondKb],
  ['DiskWritesPerSecondInKB.Avg', ({ attributes }) => attributes.avgDiskWritesPerSecondKb],
  ['DiskReadsPerSecondInKB.Max', ({ attributes }) => attributes.maxDiskReadsPerSecondKb],
  ['DiskWritesPerSecondInKB.Max', ({ attributes }) => attributes.maxDiskWritesPerSecondKb],
  ['DiskReadsOpsPerSecond.Avg', ({ attributes }) => attributes.avgDiskReadIops],
  ['DiskWritesOpsPerSecond.Avg', ({ attributes }) => attributes.avgDiskWriteIops],
  ['DiskReadsOpsPerSecond.Max', ({ attributes }) => attributes.maxDiskReadIops],
  ['DiskWritesOpsPerSecond.Max', ({ attributes }) => attributes.maxDiskWriteIops],
  ['NetworkReadsPerSecondInKB.Avg', ({ attributes }) => attributes.avgNetworkReadsPerSecondKb],
  ['NetworkWritesPerSecondInKB.Avg', ({ attributes }) => attributes.avgNetworkWritesPerSecondKb],
  ['NetworkReadsPerSecondInKB.Max', ({ attributes }) => attributes.maxNetworkReadsPerSecondKb],
  ['NetworkWritesPerSecondInKB.Max', ({ attributes }) => attributes.maxNetworkWritesPerSecondKb],
  ['Applications', ({ applications }) => joinOnce(applications.map(({ name }) => name).filter(isOneItem))],
  ['ApplicationWave', ({ applications }) => commonWave(applications)],
  ['Tags', ({ tags }) => joinOnce(tags.filter(isOnePair).map(({ key, value }) => `${key}:${value}`))],
  ['ServerId', ({ serverId }) => serverId],
];

export const TEMPLATE_HEADER: readonly string[] = COLUMNS.map(([header]) => header);

export function templateRecord(server: WholeServer): Cell[] {
  return COLUMNS.map(([, read]) => read(server));
}

export function inMb(kb: number | undefined): number | undefined {
  return kb === undefined ? undefined : kb / KB_A_MB;
}

/** Memory in use: what is not free. */
export function usedMb(totalKb: number | undefined, freeKb: number | undefined): number | undefined {
  return totalKb === undefined || freeKb === undefined ? undefined : (totalKb - freeKb) / KB_A_MB;
}

/** A list inside one cell. */
export function joinOnce(items: readonly (string | undefined)[]): string | undefined {
  const known = [...new Set(items.filter((item) => item !== undefined && item !== ''))];
  return known.length === 0 ? undefined : known.join(', ');
}

/** Whether a reader of the list gets the item back as it is. */
function isOneItem(text: string): boolean {
  return !text.includes(',') && text.trim() === text;
}

function isOnePair({ key, value }: { key: string; value: string }): boolean {
  return isOneItem(key) && isOneItem(value) && key !== '' && !key.includes(':');
}

function commonWave(applications: WholeServer['applications']): string | undefined {
  const [wave, ...others] = new Set(applications.map((application) => application.wave));
  return others.length === 0 ? wave : undefined;
}
