import type { StateQueries } from '../ports/state/state-store.ts';
import { addTo, findByKeys, listLiveAgentIds, type MatchFacts, readMatchFacts } from './key-store.ts';
import { KEY_KINDS, type MatchKey } from './match-keys.ts';
import type { SourceKind } from './server-attributes.ts';

/** A source without a server. */
export interface Candidate {
  readonly kind: SourceKind;
  readonly id: string;
  /** What it can be recognised by. */
  readonly keys: readonly MatchKey[];
  /** The id of its server when it matches none. */
  readonly newServerId: string;
}

export interface Match {
  readonly serverId: string;
  readonly isNew: boolean;
}

/**
 * The servers that new sources belong to, in the order of `candidates`: the first kind of key, strongest first, that
 * points to exactly one server decides. Sources of one call match each other as if they had come one after another.
 *
 * What two running hosts share (a bridge's address, a cloned name) tells nothing: a server has at most one agent that is
 * not deleted, and one external id.
 */
export async function matchServers(
  queries: StateQueries,
  accountId: string,
  candidates: readonly Candidate[],
): Promise<Match[]> {
  if (candidates.length === 0) return [];
  const allKeys = candidates.flatMap(({ keys }) => keys);
  const byKey = await findByKeys(queries, accountId, allKeys);
  const serverIds = [...new Set([...byKey.values()].flatMap((ids) => [...ids]))];
  const facts = await readMatchFacts(queries, accountId, serverIds);
  const agentIds = candidates.filter(({ kind }) => kind === 'AGENT').map(({ id }) => id);
  const liveAgents = await listLiveAgentIds(queries, accountId, agentIds);
  return candidates.map((candidate) => {
    const found = findServer(candidate, byKey, facts);
    const serverId = found ?? candidate.newServerId;
    if (candidate.kind === 'AGENT' && liveAgents.has(candidate.id)) facts.withLiveAgent.add(serverId);
    learn(candidate, serverId, byKey, facts);
    return { serverId, isNew: found === undefined };
  });
}

function findServer(
  candidate: Candidate,
  byKey: ReadonlyMap<string, ReadonlySet<string>>,
  facts: MatchFacts,
): string | undefined {
  for (const kind of KEY_KINDS) {
    const keys = candidate.keys.filter((key) => key.kind === kind);
    const named = new Set(keys.flatMap((key) => [...(byKey.get(textOf(key)) ?? [])]));
    const possible = [...named].filter((serverId) => accepts(serverId, candidate, facts));
    if (possible.length === 1) return possible[0];
  }
  return undefined;
}

function accepts(serverId: string, { kind, keys }: Candidate, facts: MatchFacts): boolean {
  if (kind === 'AGENT' && facts.withLiveAgent.has(serverId)) return false;
  const own = keys.find((key) => key.kind === 'EXTERNAL_ID')?.value;
  const theirs = facts.externalIds.get(serverId);
  return own === undefined || theirs === undefined || theirs.has(own);
}

/** So that the candidates after this one can match it. */
function learn(candidate: Candidate, serverId: string, byKey: Map<string, Set<string>>, facts: MatchFacts): void {
  for (const key of candidate.keys) {
    addTo(byKey, textOf(key), serverId);
    if (key.kind === 'EXTERNAL_ID') addTo(facts.externalIds, serverId, key.value);
  }
}

function textOf({ kind, value }: MatchKey): string {
  return `${kind}/${value}`;
}
