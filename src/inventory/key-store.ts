import type { StateQueries } from '../ports/state/state-store.ts';
import { chunksOf } from './chunks.ts';
import type { KeyKind, MatchKey } from './match-keys.ts';

/** Servers that have a key of these, by `<kind>/<value>`. */
export async function findByKeys(
  queries: StateQueries,
  accountId: string,
  keys: readonly MatchKey[],
): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  for (const [kind, values] of groupByKind(keys)) {
    for (const some of chunksOf(values)) {
      const rows = await queries
        .selectFrom('inventory_keys')
        .select(['key_value', 'server_id'])
        .where('account_id', '=', accountId)
        .where('key_kind', '=', kind)
        .where('key_value', 'in', some)
        .execute();
      for (const row of rows) addTo(found, `${kind}/${row.key_value}`, row.server_id);
    }
  }
  return found;
}

/** What keeps a source from a server although a key points there. */
export interface MatchFacts {
  /** Servers that an agent stands for which nobody has deleted. */
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
  for (const some of chunksOf(serverIds)) {
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

/** Those of the agents that are registered and not deleted. */
export async function listLiveAgentIds(
  queries: StateQueries,
  accountId: string,
  agentIds: readonly string[],
): Promise<Set<string>> {
  const live = new Set<string>();
  for (const some of chunksOf(agentIds)) {
    const rows = await queries
      .selectFrom('agents')
      .select('agent_id')
      .where('account_id', '=', accountId)
      .where('agent_id', 'in', some)
      .where('deleted_at_ms', 'is', null)
      .execute();
    for (const row of rows) live.add(row.agent_id);
  }
  return live;
}

/** Gives servers these keys and no others; those that have them already cost a read. */
export async function replaceKeys(
  queries: StateQueries,
  accountId: string,
  servers: ReadonlyMap<string, readonly MatchKey[]>,
): Promise<void> {
  const before = await readKeys(queries, accountId, [...servers.keys()]);
  const changed = [...servers].filter(([serverId, keys]) => !holdsSame(before.get(serverId), keys));
  for (const some of chunksOf(changed.map(([serverId]) => serverId)))
    await queries
      .deleteFrom('inventory_keys')
      .where('account_id', '=', accountId)
      .where('server_id', 'in', some)
      .execute();
  const rows = changed.flatMap(([serverId, keys]) =>
    keys.map(({ kind, value }) => ({
      account_id: accountId,
      key_kind: kind,
      key_value: value,
      server_id: serverId,
    })),
  );
  for (const some of chunksOf(rows))
    await queries
      .insertInto('inventory_keys')
      .values(some)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Keys of servers, each as `<kind>/<value>`. */
async function readKeys(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  for (const some of chunksOf(serverIds)) {
    const rows = await queries
      .selectFrom('inventory_keys')
      .select(['server_id', 'key_kind', 'key_value'])
      .where('account_id', '=', accountId)
      .where('server_id', 'in', some)
      .execute();
    for (const row of rows) addTo(found, row.server_id, `${row.key_kind}/${row.key_value}`);
  }
  return found;
}

function holdsSame(before: ReadonlySet<string> | undefined, keys: readonly MatchKey[]): boolean {
  const wanted = new Set(keys.map(({ kind, value }) => `${kind}/${value}`));
  return wanted.size === (before?.size ?? 0) && [...wanted].every((key) => before?.has(key));
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
