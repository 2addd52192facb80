import { formatTenths } from '../../../core/time.ts';
import { TEMPLATE_COLUMNS } from '../../../inventory/import-template.ts';
import type { ServerAttributes } from '../../../inventory/server-attributes.ts';
import type { WholeServer } from '../../../inventory/whole-inventory.ts';
import type { Cell } from '../csv-file.ts';
import { inBytes, inMb } from '../server-amounts.ts';
import { templateRecord } from './template-record.ts';

/** A CSV file of the summary that is made server by server. */
export interface ServerFile {
  /** After the account id and `_`, before `.csv`. */
  readonly name: string;
  readonly header: readonly string[];
  /** The records of one server: none, one, or one of each of its parts. */
  readonly records: (server: WholeServer, accountId: string) => readonly (readonly Cell[])[];
}

/** Column and where its value comes from, for files that have one record a server. */
type Columns = readonly (readonly [header: string, read: (server: WholeServer, accountId: string) => Cell])[];

const NOTHING = () => undefined;
const modified = (server: WholeServer) => formatTenths(server.modifiedAtMs);

const SERVER: Columns = [
  ['Id', ({ serverId }) => serverId],
  ['accountNumber', (_, accountId) => accountId],
  ['agentId', ({ agentId }) => agentId],
  ['cpuType', ({ attributes }) => attributes.cpuType],
  ['hostName', ({ attributes }) => attributes.hostName],
  ['hypervisor', ({ attributes }) => attributes.hypervisor],
  ['osName', ({ attributes }) => attributes.osName],
  ['osVersion', ({ attributes }) => attributes.osVersion],
  ['smBiosId', ({ attributes }) => attributes.smBiosId],
  ['type', ({ attributes }) => attributes.serverType],
  ['creationTimeStamp', ({ createdAtMs }) => formatTenths(createdAtMs)],
  ['lastModifiedTimeStamp', modified],
  ['agentProvidedTimeStamp', ({ agents }) => newest(agents.map(({ observedAtMs }) => observedAtMs))],
];

const PERFORMANCE: Columns = [
  ['Id', ({ serverId }) => serverId],
  ['accountNumber', (_, accountId) => accountId],
  ['serverId', ({ serverId }) => serverId],
  ['agentId', ({ agentId }) => agentId],
  ['connectorId', NOTHING],
  ['numCpus', ({ attributes }) => attributes.numCpus],
  ['numCores', ({ attributes }) => attributes.numCores],
  ['numDisks', ({ attributes }) => attributes.numDisks],
  ['numNetworkCards', ({ attributes }) => attributes.numNetworkCards],
  ['totalRAM', ({ attributes }) => inMb(attributes.totalRamKb)],
  ['totalDiskSize', ({ attributes }) => inMb(attributes.totalDiskSizeKb)],
  ['totalDiskFreeSize', ({ attributes }) => inMb(attributes.totalDiskFreeSizeKb)],
  ['avgCpuUsagePct', ({ attributes }) => attributes.avgCpuUsagePct],
  ['avgDiskBytesReadPerSecond', ({ attributes }) => inBytes(attributes.avgDiskReadsPerSecondKb)],
  ['avgDiskBytesWrittenPerSecond', ({ attributes }) => inBytes(attributes.avgDiskWritesPerSecondKb)],
  ['avgDiskReadOpsPerSecond', ({ attributes }) => attributes.avgDiskReadIops],
  ['avgDiskWriteOpsPerSecond', ({ attributes }) => attributes.avgDiskWriteIops],
  ['avgFreeRAM', ({ attributes }) => inMb(attributes.avgFreeRamKb)],
  ['avgNetworkBytesReadPerSecond', ({ attributes }) => inBytes(attributes.avgNetworkReadsPerSecondKb)],
  ['avgNetworkBytesWrittenPerSecond', ({ attributes }) => inBytes(attributes.avgNetworkWritesPerSecondKb)],
  ['maxCpuUsagePct', ({ attributes }) => attributes.maxCpuUsagePct],
  ['maxDiskBytesReadPerSecond', ({ attributes }) => inBytes(attributes.maxDiskReadsPerSecondKb)],
  ['maxDiskBytesWrittenPerSecond', ({ attributes }) => inBytes(attributes.maxDiskWritesPerSecondKb)],
  ['maxDiskReadOpsPerSecond', ({ attributes }) => attributes.maxDiskReadIops],
  ['maxDiskWriteOpsPerSecond', ({ attributes }) => attributes.maxDiskWriteIops],
  ['maxNetworkBytesReadPerSecond', ({ attributes }) => inBytes(attributes.maxNetworkReadsPerSecondKb)],
  ['maxNetworkBytesWrittenPerSecond', ({ attributes }) => inBytes(attributes.maxNetworkWritesPerSecondKb)],
  ['lastModifiedTimeStamp', modified],
];

const VMWARE: Columns = [
  ['Id', ({ serverId }) => serverId],
  ['accountNumber', (_, accountId) => accountId],
  ['serverId', ({ serverId }) => serverId],
  ['connectorId', NOTHING],
  ['moRefId', ({ attributes }) => attributes.moRefId],
  ['vmName', ({ attributes }) => attributes.vmName],
  ['vCenterId', ({ attributes }) => attributes.vCenterId],
  ['vCenterName', ({ attributes }) => attributes.vCenterName],
  ['hostId', ({ attributes }) => attributes.vmHostId],
  ['datacenterId', ({ attributes }) => attributes.datacenterId],
  ['vmFolderPath', ({ attributes }) => attributes.vmFolderPath],
  ['powerState', ({ attributes }) => attributes.powerState],
  ['toolsStatus', ({ attributes }) => attributes.toolsStatus],
  ['memoryReservation', ({ attributes }) => attributes.memoryReservation],
  ['state', NOTHING],
  ['manufacturer', ({ attributes }) => attributes.manufacturer],
  ['computerManufacturer', ({ attributes }) => attributes.manufacturer],
  ['computerModel', ({ attributes }) => attributes.computerModel],
  ['lastModifiedTimeStamp', modified],
];

/** A server that no vCenter knows has no record of VMware. */
const VMWARE_ATTRIBUTES: readonly (keyof ServerAttributes)[] = [
  'moRefId',
  'vmName',
  'vCenterId',
  'vCenterName',
  'vmHostId',
  'datacenterId',
  'vmFolderPath',
  'powerState',
  'toolsStatus',
  'memoryReservation',
];

const INTERFACE_HEADER = [
  'Id',
  'accountNumber',
  'serverId',
  'agentId',
  'connectorId',
  'name',
  'macAddress',
  'ipAddress',
  'netMask',
  'gateway',
  'family',
  'portGroupId',
  'portGroupName',
  'virtualSwitchName',
  'lastModifiedTimeStamp',
];

export const SERVER_FILES: readonly ServerFile[] = [
  { name: 'ImportTemplate', header: [...TEMPLATE_COLUMNS.keys()], records: (server) => [templateRecord(server)] },
  { name: 'NetworkInterface', header: INTERFACE_HEADER, records: interfaceRecords },
  oneRecord('Server', SERVER, () => true),
  oneRecord('SystemPerformance', PERFORMANCE, hasPerformance),
  oneRecord('VMwareInfo', VMWARE, ({ attributes }) => VMWARE_ATTRIBUTES.some((name) => attributes[name] !== undefined)),
];

function oneRecord(name: string, columns: Columns, isIn: (server: WholeServer) => boolean): ServerFile {
  return {
    name,
    header: columns.map(([header]) => header),
    records: (server, accountId) => (isIn(server) ? [columns.map(([, read]) => read(server, accountId))] : []),
  };
}

/** Whether anything between the ids and the time is known. */
function hasPerformance(server: WholeServer): boolean {
  return PERFORMANCE.slice(5, -1).some(([, read]) => read(server, '') !== undefined);
}

function interfaceRecords(server: WholeServer, accountId: string): Cell[][] {
  const { serverId, agentId, attributes } = server;
  return (attributes.interfaces ?? []).map((one, index) => [
    `${serverId}/${index}`,
    accountId,
    serverId,
    agentId,
    undefined,
    one.name,
    one.macAddress,
    one.ipAddress,
    one.netMask,
    one.gateway,
    one.family,
    one.portGroupId,
    one.portGroupName,
    one.virtualSwitchName,
    modified(server),
  ]);
}

function newest(timesMs: readonly number[]): string | undefined {
  return timesMs.length === 0 ? undefined : formatTenths(Math.max(...timesMs));
}
