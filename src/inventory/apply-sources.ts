import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.ts';
import { deriveServerId } from '../core/ids.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import { replaceKeys } from './key-store.ts';
import { keysOf } from './match-keys.ts';
import { matchServers } from './match-servers.ts';
import { compareText, mergeSources, type ServerSource } from './server-attributes.ts';
import * as servers from './server-store.ts';
import * as store from './source-store.ts';

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
 *
 * Each source comes once; answers are in their order. Known ones count as having come before new ones, so that new ones
 * are matched with what is true now. At most a few hundred at once: the whole is one turn of the event loop.
 */
export async function applySources(
  tx: StateQueries,
  context: ApplyContext,
  sources: readonly ServerSource[],
): Promise<AppliedSource[]> {
  const known = await readKnown(tx, context.accountId, sources);
  const prepared = sources.map((source) => prepare(context, source, known.get(idOf(source))));
  const settled = prepared.filter(hasServer);
  const again = await writeSources(tx, context, await chooseChanged(tx, context.accountId, settled));
  const homeless = await withFreeIds(
    tx,
    context,
    prepared.filter((one) => !hasServer(one)),
  );
  const matches = await matchServers(tx, context.accountId, homeless);
  const matchOf = new Map(homeless.map((one, index) => [idOf(one), matches[index]!]));
  const housed = homeless.map((one) => ({ ...one, serverId: matchOf.get(idOf(one))!.serverId }));
  const joined = await writeSources(tx, context, housed);
  return prepared.map((one) => {
    if (hasServer(one)) return { serverId: one.serverId, outcome: outcomeOf(false, again.has(one.serverId)) };
    const { serverId, isNew } = matchOf.get(idOf(one))!;
    return { serverId, outcome: outcomeOf(isNew, joined.has(serverId)) };
  });
}

/** A server's id is used once: what was deleted and is said again gets another one. */
async function withFreeIds(
  tx: StateQueries,
  { accountId, nowMs }: ApplyContext,
  homeless: readonly Prepared[],
): Promise<Prepared[]> {
  const ids = homeless.map(({ newServerId }) => newServerId);
  const taken = await servers.listTakenServerIds(tx, accountId, ids);
  return homeless.map((one) =>
    taken.has(one.newServerId) ? { ...one, newServerId: deriveServerId(accountId, `${one.id}@${nowMs}`) } : one,
  );
}

type Prepared = Omit<store.StoredSource, 'serverId'> & {
  readonly serverId: string | undefined;
  /** The digest of what it said last. */
  readonly lastDigest: string | undefined;
  readonly newServerId: string;
};
type Housed = Prepared & { readonly serverId: string };

function hasServer(one: Prepared): one is Housed {
  return one.serverId !== undefined;
}

/**
 * Sources that say something new. Where several describe one server, saying the same again counts too: the newest value
 * wins, so the time of it matters.
 */
async function chooseChanged(tx: StateQueries, accountId: string, settled: readonly Housed[]): Promise<Housed[]> {
  const repeated = settled.filter(({ lastDigest, digest }) => lastDigest === digest);
  const shared = await store.listShared(tx, accountId, [...new Set(repeated.map(({ serverId }) => serverId))]);
  return settled.filter(({ lastDigest, digest, serverId }) => lastDigest !== digest || shared.has(serverId));
}

/** Returns the servers whose description is another one now. */
async function writeSources(tx: StateQueries, context: ApplyContext, sources: readonly Housed[]): Promise<Set<string>> {
  if (sources.length === 0) return new Set();
  await store.putSources(tx, context.accountId, sources);
  return refreshServers(tx, context, [...new Set(sources.map(({ serverId }) => serverId))]);
}

/**
 * Puts servers together anew from their sources; one that has none left is deleted, and what users attached to it goes.
 * Returns those whose description is another one now.
 */
export async function refreshServers(
  tx: StateQueries,
  { accountId, nowMs }: ApplyContext,
  serverIds: readonly string[],
): Promise<Set<string>> {
  const before = await servers.listServers(tx, accountId, serverIds);
  const sources = Map.groupBy(await store.listSources(tx, accountId, { serverIds }), ({ serverId }) => serverId);
  const after = serverIds
    .filter((serverId) => before.has(serverId) || sources.has(serverId))
    .map((serverId) => describe(serverId, sources.get(serverId) ?? [], before.get(serverId), nowMs));
  const written = after.filter((server) => isDifferent(server, before.get(server.serverId)));
  const numbers = written.map((server) => numbered(server, before.get(server.serverId)));
  await servers.putServers(tx, accountId, numbers, nowMs);
  const keyed = after.map(({ serverId: id }) => [id, (sources.get(id) ?? []).flatMap(({ keys }) => keys)] as const);
  await replaceKeys(tx, accountId, new Map(keyed));
  const reaching = written
    .filter((server) => !hasSameInterfaces(server, before.get(server.serverId)))
    .map((server) => [server.serverId, server.deletedAtMs === undefined ? server.attributes : {}] as const);
  await servers.replaceInterfaces(tx, accountId, new Map(reaching));
  const deleted = written.filter(({ deletedAtMs }) => deletedAtMs !== undefined);
  await servers.deleteAttachments(
    tx,
    accountId,
    deleted.map(({ serverId }) => serverId),
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

function prepare({ accountId }: ApplyContext, source: ServerSource, known: store.StoredSource | undefined): Prepared {
  const { kind, id, sections } = source;
  const ignoredThroughMs = known?.ignoredThroughMs;
  // The first id of an agent's server is the one that the door has already put into its id mapping rows.
  const newServerId = deriveServerId(accountId, ignoredThroughMs === undefined ? id : `${id}/${ignoredThroughMs}`);
  // A source whose server was deleted is matched again: it comes back under another id.
  const serverId = known?.serverId === store.NO_SERVER ? undefined : known?.serverId;
  const said = { kind, id, sections, keys: keysOf(source), digest: digestOf(source), ignoredThroughMs };
  return { ...said, serverId, lastDigest: known?.digest, newServerId };
}

type Description = Omit<servers.StoredServer, 'changeNo'>;

function describe(
  serverId: string,
  sources: readonly store.StoredSource[],
  before: servers.StoredServer | undefined,
  nowMs: number,
): Description {
  const agents = sources.filter(({ kind }) => kind === 'AGENT');
  const newestAgent = agents.toSorted((a, b) => newestOf(a) - newestOf(b) || compareText(a.id, b.id)).at(-1);
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
  return canonicalJson([deletedAtMs !== undefined, agentId, hostName, osName, osVersion]);
}

function numbered(after: Description, before: servers.StoredServer | undefined): Description & { changeNo?: number } {
  if (before === undefined || copiedOf(after) !== copiedOf(before)) return after;
  return { ...after, changeNo: before.changeNo };
}

function isDifferent(after: Description, before: servers.StoredServer | undefined): boolean {
  const said = ({ deletedAtMs, source, agentId, attributes }: Description) =>
    canonicalJson([deletedAtMs !== undefined, source, agentId, attributes]);
  return before === undefined || said(after) !== said(before);
}

function hasSameInterfaces(after: Description, before: servers.StoredServer | undefined): boolean {
  const of = (server: Description | undefined) =>
    canonicalJson(server === undefined || server.deletedAtMs !== undefined ? [] : (server.attributes.interfaces ?? []));
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
    .update(canonicalJson(said.sort(([a], [b]) => compareText(a, b))))
    .digest('base64');
}
