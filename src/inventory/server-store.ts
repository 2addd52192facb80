import { type SelectQueryBuilder, sql } from 'kysely';
import type { StateSchema } from '../ports/state/schema.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import { chunksOf, VALUES_A_STATEMENT } from './chunks.ts';
import type { ServerAttributes } from './server-attributes.ts';

export async function replaceInterfaces(
  queries: StateQueries,
  accountId: string,
  servers: ReadonlyMap<string, ServerAttributes>,
): Promise<void> {
  for (const some of chunksOf([...servers.keys()]))
    await queries
      .deleteFrom('inventory_interfaces')
      .where('account_id', '=', accountId)
      .where('server_id', 'in', some)
      .execute();
  const rows = [...servers].flatMap(([serverId, attributes]) =>
    (attributes.interfaces ?? []).map((one, index) => ({
      account_id: accountId,
      server_id: serverId,
      interface_no: index,
      ip_address: one.ipAddress ?? null,
      mac_address: one.macAddress ?? null,
      port_group_id: one.portGroupId ?? null,
      port_group_name: one.portGroupName ?? null,
      virtual_switch_name: one.virtualSwitchName ?? null,
    })),
  );
  for (const some of chunksOf(rows)) await queries.insertInto('inventory_interfaces').values(some).execute();
}

export interface StoredServer {
  readonly serverId: string;
  readonly changeNo: number;
  readonly createdAtMs: number;
  readonly deletedAtMs: number | undefined;
  readonly source: 'Agent' | 'Import';
  readonly agentId: string | undefined;
  readonly attributes: ServerAttributes;
}

const SERVER_COLUMNS = [
  'server_id',
  'change_no',
  'created_at_ms',
  'deleted_at_ms',
  'source',
  'agent_id',
  'attributes_json',
] as const;

/** Those of the ids that exist, deleted ones included. */
export async function listServers(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<Map<string, StoredServer>> {
  const found = new Map<string, StoredServer>();
  for (const some of chunksOf(serverIds)) {
    const rows = await queries
      .selectFrom('inventory_servers')
      .select(SERVER_COLUMNS)
      .where('account_id', '=', accountId)
      .where('server_id', 'in', some)
      .execute();
    for (const row of rows)
      found.set(row.server_id, {
        serverId: row.server_id,
        changeNo: row.change_no,
        createdAtMs: row.created_at_ms,
        deletedAtMs: row.deleted_at_ms ?? undefined,
        source: row.source as StoredServer['source'],
        agentId: row.agent_id ?? undefined,
        attributes: JSON.parse(row.attributes_json) as ServerAttributes,
      });
  }
  return found;
}

/** Those of the ids that servers have which are not deleted. */
export function listLiveServerIds(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<Set<string>> {
  return listServerIds(
    queries.selectFrom('inventory_servers').where('deleted_at_ms', 'is', null),
    accountId,
    serverIds,
  );
}

/** Those of the ids that servers have or had. */
export function listTakenServerIds(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<Set<string>> {
  return listServerIds(queries.selectFrom('inventory_servers'), accountId, serverIds);
}

async function listServerIds(
  servers: SelectQueryBuilder<StateSchema, 'inventory_servers', object>,
  accountId: string,
  serverIds: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const some of chunksOf(serverIds)) {
    const rows = await servers
      .select('server_id')
      .where('account_id', '=', accountId)
      .where('server_id', 'in', some)
      .execute();
    for (const row of rows) found.add(row.server_id);
  }
  return found;
}

/** What users attached to servers that have gone: tags, and the membership of applications. */
export async function deleteAttachments(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<void> {
  for (const some of chunksOf(serverIds)) {
    await queries
      .deleteFrom('tags')
      .where('account_id', '=', accountId)
      .where('configuration_id', 'in', some)
      .execute();
    await queries
      .deleteFrom('application_servers')
      .where('account_id', '=', accountId)
      .where('server_id', 'in', some)
      .execute();
  }
}

/** Writes servers; those without a change number get a new one each. */
export async function putServers(
  queries: StateQueries,
  accountId: string,
  servers: readonly (Omit<StoredServer, 'changeNo'> & Partial<Pick<StoredServer, 'changeNo'>>)[],
  nowMs: number,
): Promise<void> {
  let nextChangeNo = await takeChangeNos(
    queries,
    accountId,
    servers.filter(({ changeNo }) => changeNo === undefined).length,
  );
  const rows = servers.map((server) => ({
    account_id: accountId,
    server_id: server.serverId,
    change_no: server.changeNo ?? nextChangeNo++,
    created_at_ms: server.createdAtMs,
    modified_at_ms: nowMs,
    deleted_at_ms: server.deletedAtMs ?? null,
    source: server.source,
    agent_id: server.agentId ?? null,
    ...columnsOf(server.attributes),
  }));
  for (const some of chunksOf(rows, VALUES_A_STATEMENT / 20))
    await queries
      .insertInto('inventory_servers')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'server_id']).doUpdateSet((eb) => ({
          change_no: eb.ref('excluded.change_no'),
          created_at_ms: eb.ref('excluded.created_at_ms'),
          modified_at_ms: eb.ref('excluded.modified_at_ms'),
          deleted_at_ms: eb.ref('excluded.deleted_at_ms'),
          source: eb.ref('excluded.source'),
          agent_id: eb.ref('excluded.agent_id'),
          external_id: eb.ref('excluded.external_id'),
          host_name: eb.ref('excluded.host_name'),
          os_name: eb.ref('excluded.os_name'),
          os_version: eb.ref('excluded.os_version'),
          server_type: eb.ref('excluded.server_type'),
          moref_id: eb.ref('excluded.moref_id'),
          vcenter_id: eb.ref('excluded.vcenter_id'),
          vm_host_id: eb.ref('excluded.vm_host_id'),
          avg_cpu_usage_pct: eb.ref('excluded.avg_cpu_usage_pct'),
          total_disk_free_kb: eb.ref('excluded.total_disk_free_kb'),
          avg_free_ram_kb: eb.ref('excluded.avg_free_ram_kb'),
          attributes_json: eb.ref('excluded.attributes_json'),
        })),
      )
      .execute();
}

/** The first of `count` numbers nobody else gets. */
async function takeChangeNos(queries: StateQueries, accountId: string, count: number): Promise<number> {
  if (count === 0) return 0;
  const row = await queries
    .insertInto('inventory_logs')
    .values({ ...NEW_LOG, account_id: accountId, last_change_no: count })
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet({ last_change_no: sql`inventory_logs.last_change_no + ${count}` }),
    )
    .returning('last_change_no')
    .executeTakeFirstOrThrow();
  return row.last_change_no - count + 1;
}

/** The counters before anything was counted. */
export const NEW_LOG = {
  projected_segment_no: 0,
  snapshot_no: 0,
  last_change_no: 0,
  rebuild_no: 0,
  rebuilt_no: 0,
} as const;

function columnsOf(attributes: ServerAttributes) {
  return {
    external_id: attributes.externalId ?? null,
    host_name: attributes.hostName ?? null,
    os_name: attributes.osName ?? null,
    os_version: attributes.osVersion ?? null,
    server_type: attributes.serverType ?? null,
    moref_id: attributes.moRefId ?? null,
    vcenter_id: attributes.vCenterId ?? null,
    vm_host_id: attributes.vmHostId ?? null,
    avg_cpu_usage_pct: attributes.avgCpuUsagePct ?? null,
    total_disk_free_kb: attributes.totalDiskFreeSizeKb ?? null,
    avg_free_ram_kb: attributes.avgFreeRamKb ?? null,
    attributes_json: JSON.stringify(attributes),
  };
}
