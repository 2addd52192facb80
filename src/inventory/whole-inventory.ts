import type { StateQueries } from '../ports/state/state-store.ts';
import type { ServerAttributes, ServerSource } from './server-attributes.ts';
import type { TagPair } from './tag-store.ts';

/**
 * The whole inventory in pages, for exports: each page is one look at the state, so that a walk over 100,000 servers holds
 * up nobody. What changes during the walk is seen as it is when its page is read.
 */

/** Rows of one look: about what holds the event loop for 20 ms. */
const PAGE = 200;

export interface WholeServer {
  readonly serverId: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly agentId: string | undefined;
  readonly attributes: ServerAttributes;
  /** By name. */
  readonly applications: readonly { readonly name: string; readonly wave: string | undefined }[];
  readonly tags: readonly TagPair[];
  /** The agents that describe it. */
  readonly agents: readonly WholeAgent[];
}

export interface WholeAgent {
  readonly agentId: string;
  /** When it last said something of its host. */
  readonly observedAtMs: number;
  /** What it observed up to then was of a server that has been deleted; 0: there was none. */
  readonly ignoredThroughMs: number;
}

export async function* eachServerPage(queries: StateQueries, accountId: string): AsyncGenerator<WholeServer[]> {
  for (let after = ''; ; ) {
    const rows = await queries
      .selectFrom('inventory_servers')
      .select(['server_id', 'created_at_ms', 'modified_at_ms', 'agent_id', 'attributes_json'])
      .where('account_id', '=', accountId)
      .where('server_id', '>', after)
      .where('deleted_at_ms', 'is', null)
      .orderBy('server_id')
      .limit(PAGE)
      .execute();
    const ids = rows.map((row) => row.server_id);
    const [applications, tags, agents] = [
      await listApplicationsOf(queries, accountId, ids),
      await listTagsOf(queries, accountId, ids),
      await listAgentsOf(queries, accountId, ids),
    ];
    if (rows.length > 0)
      yield rows.map((row) => ({
        serverId: row.server_id,
        createdAtMs: row.created_at_ms,
        modifiedAtMs: row.modified_at_ms,
        agentId: row.agent_id ?? undefined,
        attributes: JSON.parse(row.attributes_json) as ServerAttributes,
        applications: applications.get(row.server_id) ?? [],
        tags: tags.get(row.server_id) ?? [],
        agents: agents.get(row.server_id) ?? [],
      }));
    if (rows.length < PAGE) return;
    after = ids.at(-1) ?? '';
  }
}

async function listApplicationsOf(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<Map<string, { name: string; wave: string | undefined }[]>> {
  if (serverIds.length === 0) return new Map();
  const rows = await queries
    .selectFrom('application_servers')
    .innerJoin('applications', (join) =>
      join
        .onRef('applications.account_id', '=', 'application_servers.account_id')
        .onRef('applications.application_id', '=', 'application_servers.application_id'),
    )
    .select(['application_servers.server_id', 'applications.name', 'applications.wave'])
    .where('application_servers.account_id', '=', accountId)
    .where('application_servers.server_id', 'in', [...serverIds])
    .orderBy('applications.name')
    .execute();
  return groupBy(rows, (row) => [row.server_id, { name: row.name, wave: row.wave ?? undefined }]);
}

async function listTagsOf(
  queries: StateQueries,
  accountId: string,
  ids: readonly string[],
): Promise<Map<string, TagPair[]>> {
  if (ids.length === 0) return new Map();
  const rows = await queries
    .selectFrom('tags')
    .select(['configuration_id', 'tag_key', 'tag_value'])
    .where('account_id', '=', accountId)
    .where('configuration_id', 'in', [...ids])
    .orderBy('tag_key')
    .orderBy('tag_value')
    .execute();
  return groupBy(rows, (row) => [row.configuration_id, { key: row.tag_key, value: row.tag_value }]);
}

async function listAgentsOf(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<Map<string, WholeAgent[]>> {
  if (serverIds.length === 0) return new Map();
  const rows = await queries
    .selectFrom('inventory_sources')
    .select(['server_id', 'source_id', 'attributes_json', 'ignored_through_ms'])
    .where('account_id', '=', accountId)
    .where('source_kind', '=', 'AGENT')
    .where('server_id', 'in', [...serverIds])
    .orderBy('source_id')
    .execute();
  return groupBy(rows, (row) => {
    const sections = Object.values(JSON.parse(row.attributes_json) as ServerSource['sections']);
    const observedAtMs = Math.max(0, ...sections.map((section) => section.observedAtMs));
    const ignoredThroughMs = row.ignored_through_ms ?? 0;
    return [row.server_id, { agentId: row.source_id, observedAtMs, ignoredThroughMs }];
  });
}

function groupBy<Row, Item>(rows: readonly Row[], read: (row: Row) => readonly [string, Item]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const row of rows) {
    const [key, item] = read(row);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}

export interface WholeApplication {
  readonly applicationId: string;
  readonly name: string;
  readonly description: string;
  readonly wave: string | undefined;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly serverCount: number;
}

export async function* eachApplicationPage(
  queries: StateQueries,
  accountId: string,
): AsyncGenerator<WholeApplication[]> {
  for (let after = ''; ; ) {
    const rows = await queries
      .selectFrom('applications')
      .select((eb) => [
        'application_id',
        'name',
        'description',
        'wave',
        'created_at_ms',
        'modified_at_ms',
        eb
          .selectFrom('application_servers')
          .select((counted) => counted.fn.countAll<number | string>().as('count'))
          .whereRef('application_servers.account_id', '=', 'applications.account_id')
          .whereRef('application_servers.application_id', '=', 'applications.application_id')
          .as('server_count'),
      ])
      .where('account_id', '=', accountId)
      .where('application_id', '>', after)
      .orderBy('application_id')
      .limit(PAGE)
      .execute();
    if (rows.length > 0)
      yield rows.map((row) => ({
        applicationId: row.application_id,
        name: row.name,
        description: row.description,
        wave: row.wave ?? undefined,
        createdAtMs: row.created_at_ms,
        modifiedAtMs: row.modified_at_ms,
        serverCount: Number(row.server_count),
      }));
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.application_id ?? '';
  }
}

export interface WholeMembership {
  readonly applicationId: string;
  readonly applicationName: string;
  readonly serverId: string;
  readonly hostName: string | undefined;
}

/** Which server is in which application. */
export async function* eachMembershipPage(queries: StateQueries, accountId: string): AsyncGenerator<WholeMembership[]> {
  for (let after: readonly [string, string] = ['', '']; ; ) {
    const [applicationId, serverId] = after;
    const rows = await queries
      .selectFrom('application_servers')
      .innerJoin('applications', (join) =>
        join
          .onRef('applications.account_id', '=', 'application_servers.account_id')
          .onRef('applications.application_id', '=', 'application_servers.application_id'),
      )
      .innerJoin('inventory_servers', (join) =>
        join
          .onRef('inventory_servers.account_id', '=', 'application_servers.account_id')
          .onRef('inventory_servers.server_id', '=', 'application_servers.server_id'),
      )
      .select([
        'application_servers.application_id',
        'applications.name',
        'application_servers.server_id',
        'inventory_servers.host_name',
      ])
      .where('application_servers.account_id', '=', accountId)
      .where((eb) =>
        eb(
          eb.refTuple('application_servers.application_id', 'application_servers.server_id'),
          '>',
          eb.tuple(applicationId, serverId),
        ),
      )
      .orderBy('application_servers.application_id')
      .orderBy('application_servers.server_id')
      .limit(PAGE)
      .execute();
    if (rows.length > 0)
      yield rows.map((row) => ({
        applicationId: row.application_id,
        applicationName: row.name,
        serverId: row.server_id,
        hostName: row.host_name ?? undefined,
      }));
    const last = rows.at(-1);
    if (rows.length < PAGE || last === undefined) return;
    after = [last.application_id, last.server_id];
  }
}
