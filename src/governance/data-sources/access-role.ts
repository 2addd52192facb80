import { type RoleAccess, readRoleAccess } from '../../identity/data-access.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import type { GlueConfiguration } from './configuration.ts';
import type { Failure } from './failure.ts';

const ROLE_UNUSABLE: Failure = {
  type: 'ACCESS_DENIED_EXCEPTION',
  detail: 'Unable to assume the Data Access Role.',
};

/** What the role of a data source may do, or why it cannot be assumed. */
export async function assumeRole(
  queries: StateQueries,
  domain: DomainRef,
  configuration: GlueConfiguration,
): Promise<RoleAccess | Failure> {
  // Another account's catalogue is not ours to show, whatever the role.
  if (configuration.accountId !== domain.accountId) return ROLE_UNUSABLE;
  const access = await readRoleAccess(queries, domain.accountId, roleOf(domain, configuration));
  return access.mayAssume ? access : ROLE_UNUSABLE;
}

export function isFailure(value: RoleAccess | Failure): value is Failure {
  return 'detail' in value;
}

/** The role DataZone makes for a domain, where none is named. */
function roleOf({ accountId, domainId }: DomainRef, { dataAccessRole, region }: GlueConfiguration): string {
  return dataAccessRole ?? `arn:aws:iam::${accountId}:role/service-role/AmazonDataZoneGlueAccess-${region}-${domainId}`;
}
