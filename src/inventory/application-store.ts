import type { Selectable } from 'kysely';
import type { ApplicationsTable } from '../ports/state/inventory-schema.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import { chunksOf, VALUES_A_STATEMENT } from './chunks.ts';

/** Rows of applications and of the servers in them. */
export interface Application {
  readonly applicationId: string;
  readonly name: string;
  /** Empty when there is none. */
  readonly description: string;
  readonly wave: string | undefined;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

const COLUMNS = ['application_id', 'name', 'description', 'wave', 'created_at_ms', 'modified_at_ms'] as const;

function read(row: Pick<Selectable<ApplicationsTable>, (typeof COLUMNS)[number]>): Application {
  return {
    applicationId: row.application_id,
    name: row.name,
    description: row.description,
    wave: row.wave ?? undefined,
    createdAtMs: row.created_at_ms,
    modifiedAtMs: row.modified_at_ms,
  };
}

export async function findApplication(
  queries: StateQueries,
  accountId: string,
  applicationId: string,
): Promise<Application | undefined> {
  const row = await queries
    .selectFrom('applications')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('application_id', '=', applicationId)
    .executeTakeFirst();
  return row === undefined ? undefined : read(row);
}

/** The applications that bear one of the names, by name. */
export async function findByNames(
  queries: StateQueries,
  accountId: string,
  names: readonly string[],
): Promise<Map<string, Application>> {
  const found = new Map<string, Application>();
  for (const some of chunksOf(names)) {
    const rows = await queries
      .selectFrom('applications')
      .select(COLUMNS)
      .where('account_id', '=', accountId)
      .where('name', 'in', some)
      .execute();
    for (const row of rows) found.set(row.name, read(row));
  }
  return found;
}

/** Those of the ids that applications have. */
export async function listKnownApplicationIds(
  queries: StateQueries,
  accountId: string,
  applicationIds: readonly string[],
): Promise<Set<string>> {
  const known = new Set<string>();
  for (const some of chunksOf(applicationIds)) {
    const rows = await queries
      .selectFrom('applications')
      .select('application_id')
      .where('account_id', '=', accountId)
      .where('application_id', 'in', some)
      .execute();
    for (const row of rows) known.add(row.application_id);
  }
  return known;
}

export async function countApplications(queries: StateQueries, accountId: string): Promise<number> {
  const row = await queries
    .selectFrom('applications')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Writes applications, whole: new ones, and known ones as they are now. */
export async function putApplications(
  queries: StateQueries,
  accountId: string,
  applications: readonly Application[],
): Promise<void> {
  const rows = applications.map((one) => ({
    account_id: accountId,
    application_id: one.applicationId,
    name: one.name,
    description: one.description,
    wave: one.wave ?? null,
    created_at_ms: one.createdAtMs,
    modified_at_ms: one.modifiedAtMs,
  }));
  for (const some of chunksOf(rows, VALUES_A_STATEMENT / 7))
    await queries
      .insertInto('applications')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'application_id']).doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          description: eb.ref('excluded.description'),
          wave: eb.ref('excluded.wave'),
          modified_at_ms: eb.ref('excluded.modified_at_ms'),
        })),
      )
      .execute();
}

/** Forgets applications, their servers' membership and their tags. */
export async function deleteApplications(
  queries: StateQueries,
  accountId: string,
  applicationIds: readonly string[],
): Promise<void> {
  for (const some of chunksOf(applicationIds)) {
    await queries
      .deleteFrom('application_servers')
      .where('account_id', '=', accountId)
      .where('application_id', 'in', some)
      .execute();
    await queries
      .deleteFrom('tags')
      .where('account_id', '=', accountId)
      .where('configuration_id', 'in', some)
      .execute();
    await queries
      .deleteFrom('applications')
      .where('account_id', '=', accountId)
      .where('application_id', 'in', some)
      .execute();
  }
}

/** Membership: a server that is in an application stays there once. */
export interface Membership {
  readonly applicationId: string;
  readonly serverId: string;
}

export async function addMembers(
  queries: StateQueries,
  accountId: string,
  members: readonly Membership[],
): Promise<void> {
  const rows = members.map(({ applicationId, serverId }) => ({
    account_id: accountId,
    application_id: applicationId,
    server_id: serverId,
  }));
  for (const some of chunksOf(rows))
    await queries
      .insertInto('application_servers')
      .values(some)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

export async function removeMembers(
  queries: StateQueries,
  accountId: string,
  applicationId: string,
  serverIds: readonly string[],
): Promise<void> {
  for (const some of chunksOf(serverIds))
    await queries
      .deleteFrom('application_servers')
      .where('account_id', '=', accountId)
      .where('application_id', '=', applicationId)
      .where('server_id', 'in', some)
      .execute();
}

export async function countMembers(queries: StateQueries, accountId: string, applicationId: string): Promise<number> {
  const row = await queries
    .selectFrom('application_servers')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('application_id', '=', applicationId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
