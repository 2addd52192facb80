/**
 * What is known of a server. Flat, because sources are merged attribute by attribute: the newest value of each wins.
 * Units are those of the Application Discovery attributes they become (discovery.md §4.1): KB of 1024 bytes.
 */
export interface ServerAttributes {
  readonly hostName?: string;
  readonly osName?: string;
  readonly osVersion?: string;
  readonly cpuType?: string;
  readonly hypervisor?: string;
  readonly serverType?: ServerType;
  readonly externalId?: string;
  readonly smBiosId?: string;
  readonly moRefId?: string;
  readonly vCenterId?: string;
  readonly vCenterName?: string;
  readonly vmName?: string;
  readonly vmFolderPath?: string;
  readonly vmHostId?: string;
  readonly datacenterId?: string;
  readonly powerState?: string;
  readonly toolsStatus?: string;
  readonly memoryReservation?: string;
  readonly manufacturer?: string;
  readonly computerModel?: string;
  /** Merged as a list: what an agent sees, and addresses that only imports know. */
  readonly interfaces?: readonly NetworkInterface[];
  readonly numCpus?: number;
  readonly numCores?: number;
  readonly numLogicalProcessors?: number;
  readonly numDisks?: number;
  readonly numNetworkCards?: number;
  readonly totalRamKb?: number;
  readonly totalDiskSizeKb?: number;
  readonly totalDiskFreeSizeKb?: number;
  readonly avgCpuUsagePct?: number;
  readonly maxCpuUsagePct?: number;
  readonly avgFreeRamKb?: number;
  readonly minFreeRamKb?: number;
  /** Where only what is used is known, and not how much there is. */
  readonly avgUsedRamKb?: number;
  readonly maxUsedRamKb?: number;
  readonly avgDiskReadIops?: number;
  readonly maxDiskReadIops?: number;
  readonly avgDiskWriteIops?: number;
  readonly maxDiskWriteIops?: number;
  readonly avgDiskReadsPerSecondKb?: number;
  readonly maxDiskReadsPerSecondKb?: number;
  readonly avgDiskWritesPerSecondKb?: number;
  readonly maxDiskWritesPerSecondKb?: number;
  readonly avgNetworkReadsPerSecondKb?: number;
  readonly maxNetworkReadsPerSecondKb?: number;
  readonly avgNetworkWritesPerSecondKb?: number;
  readonly maxNetworkWritesPerSecondKb?: number;
}

export const SERVER_TYPES = ['EC2', 'OTHER', 'VMWARE_VM', 'VMWARE_HOST', 'VMWARE_VM_TEMPLATE'] as const;
export type ServerType = (typeof SERVER_TYPES)[number];

/** One address of an interface; `name` is missing where only an import knows the address. */
export interface NetworkInterface {
  readonly name?: string;
  readonly macAddress?: string;
  readonly ipAddress?: string;
  readonly netMask?: string;
  readonly gateway?: string;
  readonly family?: string;
  readonly portGroupId?: string;
  readonly portGroupName?: string;
  readonly virtualSwitchName?: string;
}

export const SOURCE_KINDS = ['AGENT', 'IMPORT'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Attributes that were seen together: an agent sends its sections one by one, an import record has a single one. */
export interface SourceSection {
  readonly observedAtMs: number;
  readonly attributes: ServerAttributes;
}

/** Everything one agent or one import record says about a server. */
export interface ServerSource {
  readonly kind: SourceKind;
  /** The agent id, or `<import task id>/<line>`. */
  readonly id: string;
  readonly sections: Readonly<Record<string, SourceSection>>;
}

/** The server as its sources together describe it. */
export function mergeSources(sources: readonly ServerSource[]): ServerAttributes {
  const newestLast = sources
    .flatMap(({ kind, id, sections }) => Object.values(sections).map((section) => ({ kind, id, ...section })))
    // Of what was seen at the same time an agent's word counts more; then the order only has to be always the same.
    .sort((a, b) => a.observedAtMs - b.observedAtMs || compareText(b.kind, a.kind) || compareText(a.id, b.id));
  const merged: ServerAttributes = Object.assign({}, ...newestLast.map((section) => section.attributes));
  const interfaces = mergeInterfaces(newestLast);
  return interfaces.length === 0 ? merged : { ...merged, interfaces };
}

/** An agent's newest list is the whole of what it sees; addresses of imports that are not in it are added. */
function mergeInterfaces(
  newestLast: readonly { kind: SourceKind; attributes: ServerAttributes }[],
): NetworkInterface[] {
  const seen = newestLast.findLast(({ kind, attributes }) => kind === 'AGENT' && attributes.interfaces !== undefined);
  const merged = [...(seen?.attributes.interfaces ?? [])];
  const imported = newestLast.filter(({ kind }) => kind === 'IMPORT').toReversed();
  for (const one of imported.flatMap(({ attributes }) => attributes.interfaces ?? [])) {
    if (!merged.some((known) => isCovered(one, known))) merged.push(one);
  }
  return merged;
}

function isCovered(one: NetworkInterface, known: NetworkInterface): boolean {
  const hasSameIp = one.ipAddress === undefined || one.ipAddress === known.ipAddress;
  const hasSameMac = one.macAddress === undefined || readMac(one.macAddress) === readMac(known.macAddress ?? '');
  return hasSameIp && hasSameMac;
}

/** The digits of a hardware address, whatever stands between them. */
export function readMac(text: string): string {
  return text.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
}

export function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
