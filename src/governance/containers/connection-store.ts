import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from './domain-store.ts';

/** What data sources ask of a connection. */
export interface ConnectionFacts {
  readonly projectId: string | undefined;
  readonly environmentId: string | undefined;
}

export async function findConnectionFacts(
  queries: StateQueries,
  domain: DomainRef,
  connectionId: string,
): Promise<ConnectionFacts | undefined> {
  const row = await queries
    .selectFrom('connections')
    .select(['project_id', 'environment_id'])
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { projectId: row.project_id ?? undefined, environmentId: row.environment_id ?? undefined };
}
