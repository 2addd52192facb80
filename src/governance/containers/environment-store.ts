import type { Selectable, Updateable } from 'kysely';
import type { EnvironmentsTable } from '../../ports/state/containers-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { isAfter, type NewestPage } from '../newest-first.ts';
import type { DomainRef } from './domain-store.ts';
import type { ProfileRef } from './environment-profile-store.ts';
import type { EnvironmentState } from './environment-states.ts';
import type { ParameterValues } from './user-parameters.ts';

/** What data sources ask of an environment. */
export interface EnvironmentFacts {
  readonly projectId: string;
  readonly status: string;
  readonly awsAccountId: string;
  readonly awsAccountRegion: string;
}

export interface EnvironmentRef extends DomainRef {
  readonly environmentId: string;
}

/** What was last done to an environment. */
export interface Deployment {
  readonly deploymentId: string;
  readonly type: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly status: 'IN_PROGRESS' | 'SUCCESSFUL' | 'FAILED';
  readonly failure?: string | undefined;
}

/** What an environment got. */
export interface ProvisionedResource {
  readonly name: string;
  readonly value: string;
  readonly type: string;
}

/** What nobody queries by. */
export interface EnvironmentSettings {
  readonly glossaryTerms?: readonly string[] | undefined;
  readonly parameters: ParameterValues;
  readonly configurationId?: string | undefined;
  readonly configurationName?: string | undefined;
  /** Kept: all environments of a project can be deployed at once. */
  readonly deploymentOrder?: number | undefined;
  readonly deployment: Deployment;
  readonly resources: readonly ProvisionedResource[];
}

export interface Environment extends EnvironmentRef {
  readonly projectId: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly status: EnvironmentState;
  readonly profileId: string | undefined;
  readonly blueprintId: string;
  readonly awsAccountId: string;
  readonly awsAccountRegion: string;
  readonly settings: EnvironmentSettings;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

const COLUMNS = [
  'account_id',
  'domain_id',
  'environment_id',
  'project_id',
  'name',
  'description',
  'status',
  'settles_at_ms',
  'profile_id',
  'blueprint_id',
  'aws_account_id',
  'aws_account_region',
  'settings_json',
  'created_by',
  'created_at_ms',
  'updated_at_ms',
] as const;

export async function insertEnvironment(
  queries: StateQueries,
  environment: Environment,
  settlesAtMs: number,
): Promise<void> {
  await queries
    .insertInto('environments')
    .values({
      account_id: environment.accountId,
      domain_id: environment.domainId,
      environment_id: environment.environmentId,
      project_id: environment.projectId,
      name: environment.name,
      description: environment.description ?? null,
      status: environment.status,
      settles_at_ms: settlesAtMs,
      profile_id: environment.profileId ?? null,
      blueprint_id: environment.blueprintId,
      aws_account_id: environment.awsAccountId,
      aws_account_region: environment.awsAccountRegion,
      settings_json: JSON.stringify(environment.settings),
      created_by: environment.createdBy,
      created_at_ms: environment.createdAtMs,
      updated_at_ms: environment.updatedAtMs,
    })
    .execute();
}

export async function findEnvironment(queries: StateQueries, ref: EnvironmentRef): Promise<Environment | undefined> {
  const row = await queries
    .selectFrom('environments')
    .select(COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('environment_id', '=', ref.environmentId)
    .executeTakeFirst();
  return row === undefined ? undefined : readEnvironment(row);
}

export function findEnvironmentFacts(
  queries: StateQueries,
  domain: DomainRef,
  environmentId: string,
): Promise<EnvironmentFacts | undefined> {
  return findEnvironment(queries, { accountId: domain.accountId, domainId: domain.domainId, environmentId });
}

export interface EnvironmentFilter {
  readonly projectId: string;
  readonly status?: string | undefined;
  readonly name?: string | undefined;
  readonly profileId?: string | undefined;
  readonly blueprintId?: string | undefined;
  readonly awsAccountId?: string | undefined;
  readonly awsAccountRegion?: string | undefined;
}

export async function listEnvironments(
  queries: StateQueries,
  domain: DomainRef,
  filter: EnvironmentFilter,
  { after, limit }: NewestPage,
): Promise<Environment[]> {
  let query = queries
    .selectFrom('environments')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('project_id', '=', filter.projectId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('environment_id')
    .limit(limit);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.name !== undefined) query = query.where('name', '=', filter.name);
  if (filter.profileId !== undefined) query = query.where('profile_id', '=', filter.profileId);
  if (filter.blueprintId !== undefined) query = query.where('blueprint_id', '=', filter.blueprintId);
  if (filter.awsAccountId !== undefined) query = query.where('aws_account_id', '=', filter.awsAccountId);
  if (filter.awsAccountRegion !== undefined) query = query.where('aws_account_region', '=', filter.awsAccountRegion);
  if (after !== undefined)
    query = query.where((eb) => isAfter(eb, { time: 'created_at_ms', id: 'environment_id' }, after));
  return (await query.execute()).map(readEnvironment);
}

/** Whether any environment is of the profile. */
export async function hasEnvironmentOf(queries: StateQueries, ref: ProfileRef): Promise<boolean> {
  const row = await queries
    .selectFrom('environments')
    .select('environment_id')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('profile_id', '=', ref.profileId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Those whose creation, update or deletion is due to come to its end. */
export async function listSettlingEnvironments(
  queries: StateQueries,
  accountId: string,
  look: { readonly nowMs: number; readonly limit: number },
): Promise<Environment[]> {
  const rows = await queries
    .selectFrom('environments')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('settles_at_ms', '<=', look.nowMs)
    .orderBy('settles_at_ms')
    .limit(look.limit)
    .execute();
  return rows.map(readEnvironment);
}

export async function updateEnvironment(
  queries: StateQueries,
  ref: EnvironmentRef,
  changes: Updateable<EnvironmentsTable>,
): Promise<void> {
  await queries
    .updateTable('environments')
    .set(changes)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('environment_id', '=', ref.environmentId)
    .execute();
}

export async function deleteEnvironment(queries: StateQueries, ref: EnvironmentRef): Promise<void> {
  await queries
    .deleteFrom('environments')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('environment_id', '=', ref.environmentId)
    .execute();
}

function readEnvironment(row: Selectable<EnvironmentsTable>): Environment {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    environmentId: row.environment_id,
    projectId: row.project_id,
    name: row.name,
    description: row.description ?? undefined,
    status: row.status as EnvironmentState,
    profileId: row.profile_id ?? undefined,
    blueprintId: row.blueprint_id,
    awsAccountId: row.aws_account_id,
    awsAccountRegion: row.aws_account_region,
    settings: JSON.parse(row.settings_json) as EnvironmentSettings,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}
