import { type Selectable, sql, type Updateable } from 'kysely';
import type { DomainsTable } from '../../ports/state/containers-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainVersion } from '../ids.ts';
import { isAfter, type NewestPage } from '../newest-first.ts';
import type { DomainState } from './domain-states.ts';

export interface DomainRef {
  readonly accountId: string;
  readonly domainId: string;
}

/** What a caller sets and reads back. */
export interface DomainSettings {
  readonly singleSignOn?: unknown;
  readonly domainExecutionRole?: string | undefined;
  readonly kmsKeyIdentifier?: string | undefined;
  readonly serviceRole?: string | undefined;
}

export interface GovernanceDomain extends DomainRef {
  readonly name: string;
  readonly description: string | undefined;
  readonly version: DomainVersion;
  readonly status: DomainState;
  readonly rootUnitId: string;
  readonly settings: DomainSettings;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

const COLUMNS = [
  'account_id',
  'domain_id',
  'name',
  'description',
  'domain_version',
  'status',
  'root_unit_id',
  'settings_json',
  'created_at_ms',
  'updated_at_ms',
] as const;

export async function insertDomain(queries: StateQueries, domain: GovernanceDomain): Promise<void> {
  await queries
    .insertInto('domains')
    .values({
      account_id: domain.accountId,
      domain_id: domain.domainId,
      name: domain.name,
      description: domain.description ?? null,
      domain_version: domain.version,
      status: domain.status,
      root_unit_id: domain.rootUnitId,
      settings_json: JSON.stringify(domain.settings),
      created_at_ms: domain.createdAtMs,
      updated_at_ms: domain.updatedAtMs,
    })
    .execute();
}

export async function findDomain(queries: StateQueries, ref: DomainRef): Promise<GovernanceDomain | undefined> {
  const row = await queries
    .selectFrom('domains')
    .select(COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .executeTakeFirst();
  return row === undefined ? undefined : readDomain(row);
}

export async function findDomainByName(
  queries: StateQueries,
  accountId: string,
  name: string,
): Promise<GovernanceDomain | undefined> {
  const row = await queries
    .selectFrom('domains')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row === undefined ? undefined : readDomain(row);
}

export async function updateDomain(
  queries: StateQueries,
  ref: DomainRef,
  changes: Updateable<DomainsTable>,
): Promise<void> {
  await queries
    .updateTable('domains')
    .set(changes)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .execute();
}

export async function deleteDomain(queries: StateQueries, ref: DomainRef): Promise<void> {
  await queries
    .deleteFrom('domains')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .execute();
}

/** One that waits for what is below it to go. */
export async function findGoingDomain(queries: StateQueries, accountId: string): Promise<GovernanceDomain | undefined> {
  const row = await queries
    .selectFrom('domains')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    // Literally, as the index has it: a parameter would keep the planner from it.
    .where('status', '=', sql.lit('DELETING'))
    .orderBy('domain_id')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : readDomain(row);
}

export async function listDomains(
  queries: StateQueries,
  accountId: string,
  page: NewestPage & { readonly status?: string | undefined },
): Promise<GovernanceDomain[]> {
  const { after, status } = page;
  let query = queries
    .selectFrom('domains')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('domain_id')
    .limit(page.limit);
  if (status !== undefined) query = query.where('status', '=', status);
  if (after !== undefined) query = query.where((eb) => isAfter(eb, { time: 'created_at_ms', id: 'domain_id' }, after));
  return (await query.execute()).map(readDomain);
}

function readDomain(row: Selectable<DomainsTable>): GovernanceDomain {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    name: row.name,
    description: row.description ?? undefined,
    version: row.domain_version as DomainVersion,
    status: row.status as DomainState,
    rootUnitId: row.root_unit_id,
    settings: JSON.parse(row.settings_json) as DomainSettings,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}
