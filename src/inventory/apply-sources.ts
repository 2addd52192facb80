import { createHash } from 'node:crypto';
import { deriveServerId } from '../core/ids.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import { keysOf } from './match-keys.ts';
import { matchServers } from './match-servers.ts';
import { mergeSources, type ServerSource } from './server-attributes.ts';
import * as store from './server-store.ts';

/** The server of a source whose server was deleted, until it speaks again. */
export const NO_SERVER = '';

export interface AppliedSource {
  readonly serverId: string;
  readonly outcome: 'CREATED' | 'CHANGED' | 'UNCHANGED';
}

export interface ApplyContext {
  readonly accountId: string;
  readonly nowMs: number;
}

/**
 * Makes what sources say part of the inventory, in one transaction of the caller's. A source stays with the server it was
 * first matched with; a new one is matched, or becomes a server of its own. A source that says nothing new costs one read.
 * Answers are in the order of `sources`. At most a few hundred at once: the whole is one turn of the event loop.
 */
export async function applySources(
  tx: StateQueries,
  context: ApplyContext,
  sources: readonly ServerSource[],
): Promise<AppliedSource[]> {
  const { accountId } = context;
  const known = await readKnown(tx, accountId, sources);
  const prepared = sources.map((source) => prepare(context, source, known.get(idOf(source))));
  const homeless = prepared.filter(({ before }) => before === undefined);
  const matches = await matchServers(tx, accountId, homeless);
  const matchOf = new Map(homeless.map((one, index) => [one, matches[index]]));
  const placed = prepared.map((one) => {
    const match = matchOf.get(one);
    return { ...one, serverId: one.before?.serverId ?? match?.serverId ?? '', isNew: match?.isNew === true };
  });
  const changed = await chooseChanged(tx, accountId, placed);
  await store.putSources(tx, accountId, changed);
  const written = await refreshServers(tx, context, [...new Set(changed.map(({ serverId }) => serverId))]);
  return placed.map(({ serverId, isNew }) => ({ serverId, outcome: outcomeOf(isNew, written.has(serverId)) }));
}

type Placed = ReturnType<typeof prepare> & { readonly serverId: string };

/**
 * Sources that say something new. Where several describe one server, saying the same again counts too: the newest value
 * wins, so the time of it matters.
 */
async function chooseChanged<P extends Placed>(
  tx: StateQueries,
  accountId: string,
  placed: readonly P[],
): Promise<P[]> {
  const repeated = placed.filter(({ before, digest }) => before?.digest === digest);
  const shared = await store.listShared(tx, accountId, [...new Set(repeated.map(({ serverId }) => serverId))]);
  return placed.filter(({ before, digest, serverId }) => before?.digest !== digest || shared.has(serverId));
}

/**
 * Puts servers together anew from their sources; one that has none left is deleted.
 * Returns those whose description is another one now.
 */
export async function refreshServers(
  tx: StateQueries,
  { accountId, nowMs }: ApplyContext,
  serverIds: readonly string[],
): Promise<Set<string>> {
  const before = await store.listServers(tx, accountId, serverIds);
  const sources = Map.groupBy(await store.listSources(tx, accountId, { serverIds }), ({ serverId }) => serverId);
  const after = serverIds.map((serverId) =>
    describe(serverId, sources.get(serverId) ?? [], before.get(serverId), nowMs),
  );
  const written = after.filter((server) => isDifferent(server, before.get(server.serverId)));
  await store.putServers(
    tx,
    accountId,
    written.map((server) => numbered(server, before.get(server.serverId))),
    nowMs,
  );
  const keyed = serverIds.map((id) => [id, (sources.get(id) ?? []).flatMap(({ keys }) => keys)] as const);
  await store.replaceKeys(tx, accountId, new Map(keyed));
  const reaching = written.filter((server) => !hasSameInterfaces(server, before.get(server.serverId)));
  await store.replaceInterfaces(
    tx,
    accountId,
    new Map(reaching.map((server) => [server.serverId, server.deletedAtMs === undefined ? server.attributes : {}])),
  );
  return new Set(written.map(({ serverId }) => serverId));
}

async function readKnown(tx: StateQueries, accountId: string, sources: readonly ServerSource[]) {
  const known = new Map<string, store.StoredSource>();
  for (const [kind, some] of Map.groupBy(sources, (source) => source.kind)) {
    const ids = some.map(({ id }) => id);
    for (const source of await store.listSources(tx, accountId, { kind, ids })) known.set(idOf(source), source);
  }
  return known;
}

function prepare({ accountId }: ApplyContext, source: ServerSource, known: store.StoredSource | undefined) {
  const { kind, id, sections } = source;
  const ignoredThroughMs = known?.ignoredThroughMs;
  // The first id of an agent's server is the one that the door has already put into its id mapping rows.
  const newServerId = deriveServerId(accountId, ignoredThroughMs === undefined ? id : `${id}/${ignoredThroughMs}`);
  // A source whose server was deleted is matched again: it comes back under another id.
  const before = known?.serverId === NO_SERVER ? undefined : known;
  return { kind, id, sections, keys: keysOf(source), digest: digestOf(source), before, ignoredThroughMs, newServerId };
}

type Description = Omit<store.StoredServer, 'changeNo'>;

function describe(
  serverId: string,
  sources: readonly store.StoredSource[],
  before: store.StoredServer | undefined,
  nowMs: number,
): Description {
  const agents = sources.filter(({ kind }) => kind === 'AGENT');
  const newestAgent = agents.toSorted((a, b) => newestOf(a) - newestOf(b)).at(-1);
  return {
    serverId,
    createdAtMs: before?.createdAtMs ?? oldestOf(sources, nowMs),
    deletedAtMs: sources.length === 0 ? nowMs : undefined,
    source: newestAgent === undefined ? 'Import' : 'Agent',
    agentId: newestAgent?.id,
    attributes: mergeSources(sources),
  };
}

/** What copies of the inventory hold of a server; a change of it gets a new number, so that they hear of it. */
function copiedOf({ deletedAtMs, agentId, attributes: { hostName, osName, osVersion } }: Description): string {
  return canonical([deletedAtMs !== undefined, agentId, hostName, osName, osVersion]);
}

function numbered(after: Description, before: store.StoredServer | undefined): Description & { changeNo?: number } {
  if (before === undefined || copiedOf(after) !== copiedOf(before)) return after;
  return { ...after, changeNo: before.changeNo };
}

function isDifferent(after: Description, before: store.StoredServer | undefined): boolean {
  const said = ({ deletedAtMs, source, agentId, attributes }: Description) =>
    canonical([deletedAtMs !== undefined, source, agentId, attributes]);
  return before === undefined || said(after) !== said(before);
}

function hasSameInterfaces(after: Description, before: store.StoredServer | undefined): boolean {
  const of = (server: Description | undefined) =>
    canonical(server === undefined || server.deletedAtMs !== undefined ? [] : (server.attributes.interfaces ?? []));
  return of(after) === of(before);
}

function outcomeOf(isNew: boolean, isWritten: boolean): AppliedSource['outcome'] {
  if (isNew) return 'CREATED';
  return isWritten ? 'CHANGED' : 'UNCHANGED';
}

function newestOf({ sections }: Pick<ServerSource, 'sections'>): number {
  return Math.max(0, ...Object.values(sections).map(({ observedAtMs }) => observedAtMs));
}

function oldestOf(sources: readonly Pick<ServerSource, 'sections'>[], nowMs: number): number {
  const times = sources.flatMap(({ sections }) => Object.values(sections).map(({ observedAtMs }) => observedAtMs));
  return Math.min(nowMs, ...times);
}

function idOf({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind}/${id}`;
}

/** Of what a source says, not of when: the same said again is nothing new. */
function digestOf({ sections }: ServerSource): string {
  const said = Object.entries(sections).map(([name, { attributes }]) => [name, attributes] as const);
  return createHash('sha256')
    .update(canonical(said.sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('base64');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
