import type { StateQueries } from '../ports/state/state-store.ts';
import { chunksOf } from './chunks.ts';
import type { MatchKey } from './match-keys.ts';
import type { ServerSource, SourceKind } from './server-attributes.ts';

/** The server of a source whose server was deleted, until it speaks again. */
export const NO_SERVER = '';

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
  for (const some of chunksOf(ids)) {
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
  for (const some of chunksOf(rows))
    await queries
      .insertInto('inventory_sources')
      .values(some)
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
  for (const some of chunksOf(ids))
    await queries
      .deleteFrom('inventory_sources')
      .where('account_id', '=', accountId)
      .where('source_kind', '=', kind)
      .where('source_id', 'in', some)
      .execute();
}

/** The servers are deleted: their agents' sources wait for what is observed after `nowMs`, those of imports go. */
export async function detachSources(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
  nowMs: number,
): Promise<void> {
  for (const some of chunksOf(serverIds)) {
    await queries
      .updateTable('inventory_sources')
      .set({ server_id: NO_SERVER, ignored_through_ms: nowMs })
      .where('account_id', '=', accountId)
      .where('source_kind', '=', 'AGENT')
      .where('server_id', 'in', some)
      .execute();
    await queries
      .deleteFrom('inventory_sources')
      .where('account_id', '=', accountId)
      .where('source_kind', '=', 'IMPORT')
      .where('server_id', 'in', some)
      .execute();
  }
}

/** Agent ids of the servers' sources, by server. */
export async function listAgentsOf(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const some of chunksOf(serverIds)) {
    const rows = await queries
      .selectFrom('inventory_sources')
      .select(['server_id', 'source_id'])
      .where('account_id', '=', accountId)
      .where('source_kind', '=', 'AGENT')
      .where('server_id', 'in', some)
      .orderBy('source_id')
      .execute();
    for (const row of rows) found.set(row.server_id, [...(found.get(row.server_id) ?? []), row.source_id]);
  }
  return found;
}

/** Those of the servers that more than one source describes. */
export async function listShared(
  queries: StateQueries,
  accountId: string,
  serverIds: readonly string[],
): Promise<Set<string>> {
  const shared = new Set<string>();
  for (const some of chunksOf(serverIds)) {
    const rows = await queries
      .selectFrom('inventory_sources')
      .select('server_id')
      .where('account_id', '=', accountId)
      .where('server_id', 'in', some)
      .groupBy('server_id')
      .having((eb) => eb.fn.countAll(), '>', 1)
      .execute();
    for (const row of rows) shared.add(row.server_id);
  }
  return shared;
}
