import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from './domain-store.ts';

/** A data source that reads through an environment or a connection, and is not on its way out. */
export async function findStandingSource(
  queries: StateQueries,
  domain: DomainRef,
  on: { readonly environmentId: string } | { readonly connectionId: string },
): Promise<string | undefined> {
  const [column, id] =
    'environmentId' in on
      ? (['environment_id', on.environmentId] as const)
      : (['connection_id', on.connectionId] as const);
  const row = await queries
    .selectFrom('data_sources')
    .select('data_source_id')
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where(column, '=', id)
    .where('status', '!=', 'DELETING')
    .limit(1)
    .executeTakeFirst();
  return row?.data_source_id;
}
