import type { NetworkInterface, ServerAttributes } from './server-attributes.ts';

/**
 * The import template of Application Discovery Service (discovery.md §7): its columns in the service's order, and what each
 * says of a server. Imports read it, the summary export writes it, so that what is exported can be imported again.
 */
export type TemplateColumn =
  | { readonly kind: 'text'; readonly attribute: TextAttribute }
  /** `toStored` of ours is one of the column's. */
  | {
      readonly kind: 'number';
      readonly attribute: NumberAttribute;
      readonly toStored: number;
      readonly range: NumberRange;
    }
  /** What is used; we keep what is free, where it is known how much there is. */
  | ({ readonly kind: 'usedRam'; readonly range: NumberRange } & UsedRam)
  | { readonly kind: 'ipAddresses' | 'macAddresses' | 'tags' | 'applications' | 'wave' | 'serverId' };

export interface UsedRam {
  readonly free: 'avgFreeRamKb' | 'minFreeRamKb';
  readonly used: 'avgUsedRamKb' | 'maxUsedRamKb';
}

export type TextAttribute =
  | 'externalId'
  | 'smBiosId'
  | 'hostName'
  | 'moRefId'
  | 'vCenterId'
  | 'osName'
  | 'osVersion'
  | 'vmName';
type NumericKeys = { [K in keyof ServerAttributes]-?: Required<ServerAttributes>[K] extends number ? K : never };
export type NumberAttribute = NumericKeys[keyof ServerAttributes];

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly isInteger: boolean;
}

export const KB_A_MB = 1024;
const COUNT: NumberRange = { min: 1, max: 65_536, isInteger: true };
const PERCENT: NumberRange = { min: 0, max: 100, isInteger: false };
const AMOUNT: NumberRange = { min: 0, max: Number.POSITIVE_INFINITY, isInteger: false };

const text = (attribute: TextAttribute) => ({ kind: 'text', attribute }) as const;
const number = (attribute: NumberAttribute, range: NumberRange, toStored = 1) =>
  ({ kind: 'number', attribute, range, toStored }) as const;

/** A Map, because the order is the order of the columns. */
export const TEMPLATE_COLUMNS: ReadonlyMap<string, TemplateColumn> = new Map<string, TemplateColumn>([
  ['ExternalId', text('externalId')],
  ['SMBiosId', text('smBiosId')],
  ['IPAddress', { kind: 'ipAddresses' }],
  ['MACAddress', { kind: 'macAddresses' }],
  ['HostName', text('hostName')],
  ['VMware.MoRefId', text('moRefId')],
  ['VMware.VCenterId', text('vCenterId')],
  ['CPU.NumberOfProcessors', number('numCpus', COUNT)],
  ['CPU.NumberOfCores', number('numCores', COUNT)],
  ['CPU.NumberOfLogicalCores', number('numLogicalProcessors', COUNT)],
  ['OS.Name', text('osName')],
  ['OS.Version', text('osVersion')],
  ['VMware.VMName', text('vmName')],
  ['RAM.TotalSizeInMB', number('totalRamKb', AMOUNT, KB_A_MB)],
  ['RAM.UsedSizeInMB.Avg', { kind: 'usedRam', free: 'avgFreeRamKb', used: 'avgUsedRamKb', range: AMOUNT }],
  ['RAM.UsedSizeInMB.Max', { kind: 'usedRam', free: 'minFreeRamKb', used: 'maxUsedRamKb', range: AMOUNT }],
  ['CPU.UsagePct.Avg', number('avgCpuUsagePct', PERCENT)],
  ['CPU.UsagePct.Max', number('maxCpuUsagePct', PERCENT)],
  ['DiskReadsPerSecondInKB.Avg', number('avgDiskReadsPerSecondKb', AMOUNT)],
  ['DiskWritesPerSecondInKB.Avg', number('avgDiskWritesPerSecondKb', AMOUNT)],
  ['DiskReadsPerSecondInKB.Max', number('maxDiskReadsPerSecondKb', AMOUNT)],
  ['DiskWritesPerSecondInKB.Max', number('maxDiskWritesPerSecondKb', AMOUNT)],
  ['DiskReadsOpsPerSecond.Avg', number('avgDiskReadIops', AMOUNT)],
  ['DiskWritesOpsPerSecond.Avg', number('avgDiskWriteIops', AMOUNT)],
  ['DiskReadsOpsPerSecond.Max', number('maxDiskReadIops', AMOUNT)],
  ['DiskWritesOpsPerSecond.Max', number('maxDiskWriteIops', AMOUNT)],
  ['NetworkReadsPerSecondInKB.Avg', number('avgNetworkReadsPerSecondKb', AMOUNT)],
  ['NetworkWritesPerSecondInKB.Avg', number('avgNetworkWritesPerSecondKb', AMOUNT)],
  ['NetworkReadsPerSecondInKB.Max', number('maxNetworkReadsPerSecondKb', AMOUNT)],
  ['NetworkWritesPerSecondInKB.Max', number('maxNetworkWritesPerSecondKb', AMOUNT)],
  ['Applications', { kind: 'applications' }],
  ['ApplicationWave', { kind: 'wave' }],
  ['Tags', { kind: 'tags' }],
  ['ServerId', { kind: 'serverId' }],
]);

/** The columns that cannot be changed when ServerId is given. */
export const READ_ONLY_COLUMNS: readonly string[] = [...TEMPLATE_COLUMNS.keys()].filter(
  (name) => !['Applications', 'ApplicationWave', 'ServerId'].includes(name),
);

/** A server with what users attached to it, as far as the template shows it. */
export interface TemplateServer {
  readonly serverId: string;
  readonly attributes: ServerAttributes;
  readonly applications: readonly string[];
  readonly wave: string | undefined;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** The server's line of the template, in the order of its columns; what is not known is empty. */
export function writeTemplateLine(server: TemplateServer): string[] {
  return [...TEMPLATE_COLUMNS.values()].map((column) => writeColumn(column, server));
}

function writeColumn(column: TemplateColumn, server: TemplateServer): string {
  const { attributes } = server;
  switch (column.kind) {
    case 'text':
      return attributes[column.attribute] ?? '';
    case 'number':
      return writeNumber(attributes[column.attribute], column.toStored);
    case 'usedRam':
      return writeUsedRam(attributes, column);
    case 'ipAddresses':
      return addressesOf(attributes.interfaces, 'ipAddress').join(', ');
    case 'macAddresses':
      return addressesOf(attributes.interfaces, 'macAddress').join(', ');
    case 'applications':
      return server.applications.join(', ');
    case 'wave':
      return server.wave ?? '';
    case 'tags':
      return server.tags.map(({ key, value }) => `${key}:${value}`).join(', ');
    case 'serverId':
      return server.serverId;
  }
}

function writeUsedRam({ totalRamKb, ...attributes }: ServerAttributes, { free, used }: UsedRam): string {
  const freeKb = attributes[free];
  if (totalRamKb === undefined || freeKb === undefined) return writeNumber(attributes[used], KB_A_MB);
  return writeNumber(Math.max(0, totalRamKb - freeKb), KB_A_MB);
}

function writeNumber(stored: number | undefined, toStored: number): string {
  return stored === undefined ? '' : String(stored / toStored);
}

function addressesOf(interfaces: readonly NetworkInterface[] = [], what: 'ipAddress' | 'macAddress'): string[] {
  return [...new Set(interfaces.flatMap((one) => one[what] ?? []))];
}
