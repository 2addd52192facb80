import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from './domain-store.ts';

/** What data sources ask of an environment. */
export interface EnvironmentFacts {
  readonly projectId: string;
  readonly status: string;
  readonly awsAccountId: string;
  readonly awsAccountRegion: string;
}

export async function findEnvironmentFacts(
  queries: StateQueries,
  domain: DomainRef,
  environmentId: string,
): Promise<EnvironmentFacts | undefined> {
  const row = await queries
    .selectFrom('environments')
    .select(['project_id', 'status', 'aws_account_id', 'aws_account_region'])
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('environment_id', '=', environmentId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    projectId: row.project_id,
    status: row.status,
    awsAccountId: row.aws_account_id,
    awsAccountRegion: row.aws_account_region,
  };
}
