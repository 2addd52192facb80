import { sql } from 'kysely';
import type { StateQueries } from '../ports/state/state-store.ts';
import type { KeyKind, MatchKey } from './match-keys.ts';
import type { ServerAttributes, ServerSource, SourceKind } from './server-attributes.ts';

/** Values of one IN list; SQLite takes 32,766 in a statement. */
const IDS_A_STATEMENT = 1000;

export interface StoredSource {
  readonly kind: SourceKind;
  readonly id: string;
  readonly serverId: string;
  readonly keys: readonly MatchKey[];
  readonly sections: ServerSource['sections'];
  readonly digest: string;
  readonly ignoredThroughMs: number | undefined;
}

const SOURCE_COLUMNS = [
  'source_kind',
  'source_id',
  'server_id',
  'keys_json',
  'attributes_json',
  'digest',
  'ignored_through_ms',
] as const;

export async function listSources(
  queries: StateQueries,
  accountId: string,
  by: { readonly kind: SourceKind; readonly ids: readonly string[] } | { readonly serverIds: readonly string[] },
): Promise<StoredSource[]> {
  const ids = 'ids' in by ? by.ids : by.serverIds;
  const found: StoredSource[] = [];
  for (let from = 0; from < ids.length; from += IDS_A_STATEMENT) {
    const some = ids.slice(from, from + IDS_A_STATEMENT);
    const query = queries.selectFrom('inventory_sources').select(SOURCE_COLUMNS).where('account_id', '=', accountId);
    const rows = await ('ids' in by
      ? query.where('source_kind', '=', by.kind).where('source_id', 'in', some)
      : query.where('server_id', 'in', some)
    ).execute();
    found.push(
      ...rows.map((row) => ({
        kind: row.source_kind as SourceKind,
        id: row.source_id,
        serverId: row.server_id,
        keys: JSON.parse(row.keys_json) as MatchKey[],
        sections: JSON.parse(row.attributes_json) as ServerSource['sections'],
        digest: row.digest,
        ignoredThroughMs: row.ignored_through_ms ?? undefined,
      })),
    );
  }
  return found;
}

export async function putSources(
  queries: StateQueries,
  accountId: string,
  sources: readonly StoredSource[],
): Promise<void> {
  if (sources.length === 0) return;
  const rows = sources.map((source) => ({
    account_id: accountId,
    source_kind: source.kind,
    source_id: source.id,
    server_id: source.serverId,
    keys_json: JSON.stringify(source.keys),
    attributes_json: JSON.stringify(source.sections),
    digest: source.digest,
    ignored_through_ms: source.ignoredThroughMs ?? null,
  }));
  await queries
    .insertInto('inventory_sources')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'source_kind', 'source_id']).doUpdateSet((eb) => ({
        server_id: eb.ref('excluded.server_id'),
        keys_json: eb.ref('excluded.keys_json'),
        attributes_json: eb.ref('excluded.attributes_json'),
        digest: eb.ref('excluded.digest'),
        ignored_through_ms: eb.ref('excluded.ignored_through_ms'),
      })),
    )
    .execute();
}

export async function deleteSources(
  queries: StateQueries,
  accountId: string,
  kind: SourceKind,
  ids: readonly string[],
): Promise<void> {
  for (let from = 0; from < ids.length; from += IDS_A_STATEMENT)
    await queries
      .deleteFrom('inventory_sources')
      .where('account_id', '=', accountId)
      .where('source_kind', '=', kind)
      .where('source_id', 'in', ids.slice(from, from + IDS_A_STATEMENT))
      .execute();
}

/** Servers that have a key of these, by `<kind>/<value>`. */
export async function findByKeys(
  queries: StateQueries,
  accountId: string,
  keys: readonly MatchKey[],
): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  for (const [kind, values] of groupByKind(keys)) {
    for (let from = 0; from < values.length; from += IDS_A_STATEMENT) {
      const rows = await queries
        .selectFrom('inventory_keys')
        .select(['key_value', 'server_id'])
        .where('account_id', '=', accountId)
        .where('key_kind', '=', kind)
        .where('key_value', 'in', values.slice(from, from + IDS_A_STATEMENT))
        .execute();
      for (const row of rows) addTo(found, `${kind}/${row.key_value}`, row.server_id);
    }
  }
  return found;
}

/** What keeps a source from a server although a key points there. */
export interface MatchFacts {
  readonly withLiveAgent: Set<string>;
  /** The external ids of servers that have some. */
  readonly externalIds: Map<string, Set<string>>;
}

export async function readMatchFacts(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<MatchFacts> {
  const facts: MatchFacts = { withLiveAgent: new Set(), externalIds: new Map() };
  for (let from = 0; from < serverIds.length; from += IDS_A_STATEMENT) {
    const some = serverIds.slice(from, from + IDS_A_STATEMENT);
    const agents = await queries
      .selectFrom('inventory_sources')
      .innerJoin('agents', (join) =>
        join
          .onRef('agents.account_id', '=', 'inventory_sources.account_id')
          .onRef('agents.agent_id', '=', 'inventory_sources.source_id'),
      )
      .select('inventory_sources.server_id')
      .where('inventory_sources.account_id', '=', accountId)
      .where('inventory_sources.source_kind', '=', 'AGENT')
      .where('inventory_sources.server_id', 'in', some)
      .where('agents.deleted_at_ms', 'is', null)
      .execute();
    for (const row of agents) facts.withLiveAgent.add(row.server_id);
    const keys = await queries
      .selectFrom('inventory_keys')
      .select(['server_id', 'key_value'])
      .where('account_id', '=', accountId)
      .where('key_kind', '=', 'EXTERNAL_ID')
      .where('server_id', 'in', some)
      .execute();
    for (const row of keys) addTo(facts.externalIds, row.server_id, row.key_value);
  }
  return facts;
}

/** Those of the servers that more than one source describes. */
export async function listShared(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<Set<string>> {
  const shared = new Set<string>();
  for (let from = 0; from < serverIds.length; from += IDS_A_STATEMENT) {
    const rows = await queries
      .selectFrom('inventory_sources')
      .select('server_id')
      .where('account_id', '=', accountId)
      .where('server_id', 'in', serverIds.slice(from, from + IDS_A_STATEMENT))
      .groupBy('server_id')
      .having((eb) => eb.fn.countAll(), '>', 1)
      .execute();
    for (const row of rows) shared.add(row.server_id);
  }
  return shared;
}

function groupByKind(keys: readonly MatchKey[]): Map<KeyKind, string[]> {
  const groups = new Map<KeyKind, Set<string>>();
  for (const { kind, value } of keys) addTo(groups, kind, value);
  return new Map([...groups].map(([kind, values]) => [kind, [...values]]));
}

export function addTo<K>(sets: Map<K, Set<string>>, key: K, value: string): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}

export async function replaceKeys(
  queries: StateQueries,
  accountId: string,
  servers: ReadonlyMap<string, readonly MatchKey[]>,
): Promise<void> {
  const ids = [...servers.keys()];
  if (ids.length === 0) return;
  await queries
    .deleteFrom('inventory_keys')
    .where('account_id', '=', accountId)
    .where('server_id', 'in', ids)
    .execute();
  const rows = [...servers].flatMap(([serverId, keys]) =>
    keys.map(({ kind, value }) => ({
      account_id: accountId,
      key_kind: kind,
      key_value: value,
      server_id: serverId,
    })),
  );
  for (let from = 0; from < rows.length; from += IDS_A_STATEMENT)
    await queries
      .insertInto('inventory_keys')
      .values(rows.slice(from, from + IDS_A_STATEMENT))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

export async function replaceInterfaces(
  queries: StateQueries,
  accountId: string,
  servers: ReadonlyMap<string, ServerAttributes>,
): Promise<void> {
  const ids = [...servers.keys()];
  if (ids.length === 0) return;
  await queries
    .deleteFrom('inventory_interfaces')
    .where('account_id', '=', accountId)
    .where('server_id', 'in', ids)
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
  for (let from = 0; from < rows.length; from += IDS_A_STATEMENT)
    await queries
      .insertInto('inventory_interfaces')
      .values(rows.slice(from, from + IDS_A_STATEMENT))
      .execute();
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
  for (let from = 0; from < serverIds.length; from += IDS_A_STATEMENT) {
    const rows = await queries
      .selectFrom('inventory_servers')
      .select(SERVER_COLUMNS)
      .where('account_id', '=', accountId)
      .where('server_id', 'in', serverIds.slice(from, from + IDS_A_STATEMENT))
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

/** Writes servers; those without a change number get a new one each. */
export async function putServers(
  queries: StateQueries,
  accountId: string,
  servers: readonly (Omit<StoredServer, 'changeNo'> & Partial<Pick<StoredServer, 'changeNo'>>)[],
  nowMs: number,
): Promise<void> {
  if (servers.length === 0) return;
  let nextChangeNo = await takeChangeNos(queries, accountId, servers.length);
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
  await queries
    .insertInto('inventory_servers')
    .values(rows)
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
