import type { Selectable } from 'kysely';
import type { EnvironmentProfilesTable } from '../../ports/state/containers-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { isAfter, type NewestPage } from '../newest-first.ts';
import type { DomainRef } from './domain-store.ts';
import type { ParameterValues } from './user-parameters.ts';

export interface ProfileRef extends DomainRef {
  readonly profileId: string;
}

export interface EnvironmentProfile extends ProfileRef {
  readonly projectId: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly blueprintId: string;
  readonly awsAccountId: string | undefined;
  readonly awsAccountRegion: string | undefined;
  readonly parameters: ParameterValues;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

const COLUMNS = [
  'account_id',
  'domain_id',
  'profile_id',
  'project_id',
  'name',
  'description',
  'blueprint_id',
  'aws_account_id',
  'aws_account_region',
  'parameters_json',
  'created_by',
  'created_at_ms',
  'updated_at_ms',
] as const;

/** Makes the profile, or replaces it. */
export async function putProfile(queries: StateQueries, profile: EnvironmentProfile): Promise<void> {
  const values = {
    name: profile.name,
    description: profile.description ?? null,
    aws_account_id: profile.awsAccountId ?? null,
    aws_account_region: profile.awsAccountRegion ?? null,
    parameters_json: JSON.stringify(profile.parameters),
    updated_at_ms: profile.updatedAtMs,
  };
  await queries
    .insertInto('environment_profiles')
    .values({
      account_id: profile.accountId,
      domain_id: profile.domainId,
      profile_id: profile.profileId,
      project_id: profile.projectId,
      blueprint_id: profile.blueprintId,
      created_by: profile.createdBy,
      created_at_ms: profile.createdAtMs,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(['account_id', 'domain_id', 'profile_id']).doUpdateSet(values))
    .execute();
}

export async function findProfile(queries: StateQueries, ref: ProfileRef): Promise<EnvironmentProfile | undefined> {
  const row = await queries
    .selectFrom('environment_profiles')
    .select(COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('profile_id', '=', ref.profileId)
    .executeTakeFirst();
  return row === undefined ? undefined : readProfile(row);
}

export interface ProfileFilter {
  readonly awsAccountId?: string | undefined;
  readonly awsAccountRegion?: string | undefined;
  readonly blueprintId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly name?: string | undefined;
}

export async function listProfiles(
  queries: StateQueries,
  domain: DomainRef,
  filter: ProfileFilter,
  { after, limit }: NewestPage,
): Promise<EnvironmentProfile[]> {
  let query = queries
    .selectFrom('environment_profiles')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('profile_id')
    .limit(limit);
  if (filter.awsAccountId !== undefined) query = query.where('aws_account_id', '=', filter.awsAccountId);
  if (filter.awsAccountRegion !== undefined) query = query.where('aws_account_region', '=', filter.awsAccountRegion);
  if (filter.blueprintId !== undefined) query = query.where('blueprint_id', '=', filter.blueprintId);
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
  if (filter.name !== undefined) query = query.where('name', '=', filter.name);
  if (after !== undefined) query = query.where((eb) => isAfter(eb, { time: 'created_at_ms', id: 'profile_id' }, after));
  return (await query.execute()).map(readProfile);
}

export async function deleteProfile(queries: StateQueries, ref: ProfileRef): Promise<void> {
  await queries
    .deleteFrom('environment_profiles')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('profile_id', '=', ref.profileId)
    .execute();
}

function readProfile(row: Selectable<EnvironmentProfilesTable>): EnvironmentProfile {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    profileId: row.profile_id,
    projectId: row.project_id,
    name: row.name,
    description: row.description ?? undefined,
    blueprintId: row.blueprint_id,
    awsAccountId: row.aws_account_id ?? undefined,
    awsAccountRegion: row.aws_account_region ?? undefined,
    parameters: JSON.parse(row.parameters_json) as ParameterValues,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}
