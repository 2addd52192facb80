import type { Selectable, Updateable } from 'kysely';
import type { ConnectionsTable } from '../../ports/state/containers-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { isAfter } from '../newest-first.ts';
import type { ConnectionProperties } from './connection-properties.ts';
import type { DomainRef } from './domain-store.ts';
import type { EnvironmentRef } from './environment-store.ts';

/** What data sources ask of a connection. */
export interface ConnectionFacts {
  readonly projectId: string | undefined;
  readonly environmentId: string | undefined;
}

export interface ConnectionRef extends DomainRef {
  readonly connectionId: string;
}

export interface AwsLocation {
  readonly accessRole?: string | undefined;
  readonly awsAccountId?: string | undefined;
  readonly awsRegion?: string | undefined;
  readonly iamConnectionId?: string | undefined;
}

/** What nobody queries by. */
export interface ConnectionSettings {
  readonly awsLocation?: AwsLocation | undefined;
  readonly configurations?: unknown;
  readonly enableTrustedIdentityPropagation?: boolean | undefined;
}

export type ConnectionScope = 'DOMAIN' | 'PROJECT';

export interface Connection extends ConnectionRef, ConnectionFacts {
  readonly name: string;
  readonly description: string | undefined;
  readonly type: string;
  readonly scope: ConnectionScope;
  readonly properties: ConnectionProperties;
  readonly settings: ConnectionSettings;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

const COLUMNS = [
  'account_id',
  'domain_id',
  'connection_id',
  'project_id',
  'environment_id',
  'name',
  'description',
  'connection_type',
  'scope',
  'props_json',
  'settings_json',
  'created_at_ms',
  'updated_at_ms',
] as const;

export async function insertConnection(queries: StateQueries, connection: Connection): Promise<void> {
  await queries
    .insertInto('connections')
    .values({
      account_id: connection.accountId,
      domain_id: connection.domainId,
      connection_id: connection.connectionId,
      project_id: connection.projectId ?? null,
      environment_id: connection.environmentId ?? null,
      name: connection.name,
      description: connection.description ?? null,
      connection_type: connection.type,
      scope: connection.scope,
      props_json: JSON.stringify(connection.properties),
      settings_json: JSON.stringify(connection.settings),
      created_at_ms: connection.createdAtMs,
      updated_at_ms: connection.updatedAtMs,
    })
    .execute();
}

export async function findConnection(queries: StateQueries, ref: ConnectionRef): Promise<Connection | undefined> {
  const row = await queries
    .selectFrom('connections')
    .select(COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('connection_id', '=', ref.connectionId)
    .executeTakeFirst();
  return row === undefined ? undefined : readConnection(row);
}

export function findConnectionFacts(
  queries: StateQueries,
  domain: DomainRef,
  connectionId: string,
): Promise<ConnectionFacts | undefined> {
  return findConnection(queries, { accountId: domain.accountId, domainId: domain.domainId, connectionId });
}

/** The id of one that stands on the environment. */
export async function findConnectionOn(queries: StateQueries, ref: EnvironmentRef): Promise<string | undefined> {
  const row = await queries
    .selectFrom('connections')
    .select('connection_id')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('environment_id', '=', ref.environmentId)
    .limit(1)
    .executeTakeFirst();
  return row?.connection_id;
}

/** Without `projectId`: among those of no project. */
export async function hasConnectionNamed(
  queries: StateQueries,
  domain: DomainRef,
  { name, projectId }: { readonly name: string; readonly projectId: string | undefined },
): Promise<boolean> {
  const row = await queries
    .selectFrom('connections')
    .select('connection_id')
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('name', '=', name)
    .where('project_id', projectId === undefined ? 'is' : '=', projectId ?? null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export interface ConnectionFilter {
  readonly projectId?: string | undefined;
  readonly environmentId?: string | undefined;
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly scope?: ConnectionScope | undefined;
}

export interface ConnectionPage {
  readonly order: 'newest' | 'nameUp' | 'nameDown';
  /** The last connection of the page before. */
  readonly after?: Pick<Connection, 'name' | 'createdAtMs' | 'connectionId'> | undefined;
  readonly limit: number;
}

export async function listConnections(
  queries: StateQueries,
  domain: DomainRef,
  filter: ConnectionFilter,
  { order, after, limit }: ConnectionPage,
): Promise<Connection[]> {
  const direction = order === 'nameDown' ? 'desc' : 'asc';
  let query = queries
    .selectFrom('connections')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .limit(limit);
  query = order === 'newest' ? query.orderBy('created_at_ms', 'desc') : query.orderBy('name', direction);
  query = query.orderBy('connection_id', direction);
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
  if (filter.environmentId !== undefined) query = query.where('environment_id', '=', filter.environmentId);
  if (filter.name !== undefined) query = query.where('name', '=', filter.name);
  if (filter.type !== undefined) query = query.where('connection_type', '=', filter.type);
  if (filter.scope !== undefined) query = query.where('scope', '=', filter.scope);
  if (after !== undefined) {
    query = query.where((eb) => {
      if (order === 'newest')
        return isAfter(eb, { time: 'created_at_ms', id: 'connection_id' }, { ...after, id: after.connectionId });
      const last = eb.tuple(after.name, after.connectionId);
      return eb(eb.refTuple('name', 'connection_id'), order === 'nameDown' ? '<' : '>', last);
    });
  }
  return (await query.execute()).map(readConnection);
}

export async function updateConnection(
  queries: StateQueries,
  ref: ConnectionRef,
  changes: Updateable<ConnectionsTable>,
): Promise<void> {
  await queries
    .updateTable('connections')
    .set(changes)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('connection_id', '=', ref.connectionId)
    .execute();
}

export async function deleteConnection(queries: StateQueries, ref: ConnectionRef): Promise<void> {
  await queries
    .deleteFrom('connections')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('connection_id', '=', ref.connectionId)
    .execute();
}

function readConnection(row: Selectable<ConnectionsTable>): Connection {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    connectionId: row.connection_id,
    projectId: row.project_id ?? undefined,
    environmentId: row.environment_id ?? undefined,
    name: row.name,
    description: row.description ?? undefined,
    type: row.connection_type,
    scope: row.scope as ConnectionScope,
    properties: JSON.parse(row.props_json) as ConnectionProperties,
    settings: JSON.parse(row.settings_json) as ConnectionSettings,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}
