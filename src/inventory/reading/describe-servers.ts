import { formatTenths } from '../../core/time.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { chunksOf } from '../chunks.ts';
import type { NetworkInterface, ServerAttributes } from '../server-attributes.ts';
import { listServers, type StoredServer } from '../server-store.ts';
import { type Attributes, attributesOf, listAttribute } from './attributes.ts';

/** Everything that is known of servers, by id (discovery.md §4.1). Deleted and unknown ones are missing. */
export async function describeServers(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<Map<string, Attributes>> {
  const servers = await listServers(queries, accountId, serverIds);
  const live = [...servers.values()].filter(({ deletedAtMs }) => deletedAtMs === undefined);
  const ids = live.map(({ serverId }) => serverId);
  const applications = await listApplicationsOf(queries, accountId, ids);
  const tags = await listTagsOf(queries, accountId, ids);
  return new Map(
    live.map((server) => [
      server.serverId,
      {
        ...identityOf(server),
        ...listAttribute('server.applications', applications.get(server.serverId) ?? []),
        ...listAttribute('server.networkInterfaceInfo', (server.attributes.interfaces ?? []).map(describeInterface)),
        ...performanceOf(server.attributes),
        ...listAttribute('server.tags', tags.get(server.serverId) ?? []),
      },
    ]),
  );
}

function identityOf({ serverId, createdAtMs, agentId, source, attributes }: StoredServer): Attributes {
  return attributesOf({
    'server.configurationId': serverId,
    'server.timeOfCreation': formatTenths(createdAtMs),
    'server.agentId': agentId,
    'server.source': source,
    'server.hostName': attributes.hostName,
    'server.osName': attributes.osName,
    'server.osVersion': attributes.osVersion,
    'server.cpuType': attributes.cpuType,
    'server.hypervisor': attributes.hypervisor,
    'server.type': attributes.serverType,
  });
}

/** One entry an address, in the order of the published samples. */
function describeInterface(one: NetworkInterface): object {
  return { name: one.name, macAddress: one.macAddress, ipAddress: one.ipAddress, netMask: one.netMask };
}

const DOUBLES = {
  avgCpuUsagePct: 'avgCpuUsagePct',
  avgDiskReadIOPS: 'avgDiskReadIops',
  avgDiskReadsPerSecondInKB: 'avgDiskReadsPerSecondKb',
  avgDiskWriteIOPS: 'avgDiskWriteIops',
  avgDiskWritesPerSecondInKB: 'avgDiskWritesPerSecondKb',
  avgFreeRAMInKB: 'avgFreeRamKb',
  avgNetworkReadsPerSecondInKB: 'avgNetworkReadsPerSecondKb',
  avgNetworkWritesPerSecondInKB: 'avgNetworkWritesPerSecondKb',
  maxCpuUsagePct: 'maxCpuUsagePct',
  maxDiskReadIOPS: 'maxDiskReadIops',
  maxDiskReadsPerSecondInKB: 'maxDiskReadsPerSecondKb',
  maxDiskWriteIOPS: 'maxDiskWriteIops',
  maxDiskWritesPerSecondInKB: 'maxDiskWritesPerSecondKb',
  maxNetworkReadsPerSecondInKB: 'maxNetworkReadsPerSecondKb',
  maxNetworkWritesPerSecondInKB: 'maxNetworkWritesPerSecondKb',
  minFreeRAMInKB: 'minFreeRamKb',
} as const satisfies Readonly<Record<string, keyof ServerAttributes>>;

const COUNTS = {
  numCores: 'numCores',
  numCpus: 'numCpus',
  numDisks: 'numDisks',
  numNetworkCards: 'numNetworkCards',
  totalRAMInKB: 'totalRamKb',
} as const satisfies Readonly<Record<string, keyof ServerAttributes>>;

function performanceOf(attributes: ServerAttributes): Attributes {
  const doubles = Object.entries(DOUBLES).map(([name, key]) => [name, formatDouble(attributes[key])]);
  const counts = Object.entries(COUNTS).map(([name, key]) => [name, attributes[key]]);
  const named = [...doubles, ...counts].map(([name, value]) => [`server.performance.${name}`, value]);
  return attributesOf(Object.fromEntries(named));
}

/** `"0.0"` and `"14.733333333333338"`: a double shows that it is one. */
function formatDouble(value: number | undefined): string | undefined {
  if (value === undefined) return undefined;
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

async function listApplicationsOf(queries: StateQueries, accountId: string, serverIds: readonly string[]) {
  const found = new Map<string, { name: string; configurationId: string }[]>();
  for (const ids of chunksOf(serverIds)) {
    const rows = await queries
      .selectFrom('application_servers')
      .innerJoin('applications', (join) =>
        join
          .onRef('applications.account_id', '=', 'application_servers.account_id')
          .onRef('applications.application_id', '=', 'application_servers.application_id'),
      )
      .select(['application_servers.server_id', 'applications.application_id', 'applications.name'])
      .where('application_servers.account_id', '=', accountId)
      .where('application_servers.server_id', 'in', ids)
      .orderBy('applications.name')
      .execute();
    for (const { server_id, application_id, name } of rows)
      addTo(found, server_id, { name, configurationId: application_id });
  }
  return found;
}

async function listTagsOf(queries: StateQueries, accountId: string, serverIds: readonly string[]) {
  const found = new Map<string, { key: string; value: string }[]>();
  for (const ids of chunksOf(serverIds)) {
    const rows = await queries
      .selectFrom('tags')
      .select(['configuration_id', 'tag_key', 'tag_value'])
      .where('account_id', '=', accountId)
      .where('configuration_id', 'in', ids)
      .orderBy('configuration_id')
      .orderBy('tag_key')
      .orderBy('tag_value')
      .execute();
    for (const { configuration_id, tag_key, tag_value } of rows)
      addTo(found, configuration_id, { key: tag_key, value: tag_value });
  }
  return found;
}

function addTo<T>(lists: Map<string, T[]>, id: string, entry: T): void {
  const list = lists.get(id);
  if (list === undefined) lists.set(id, [entry]);
  else list.push(entry);
}
