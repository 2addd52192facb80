import type { GovernanceDomain } from '../../governance/containers/domain-store.ts';
import type { SingleSignOn } from '../../wire/generated/datazone.ts';
import type { CallContext } from '../../wire/handlers.ts';

/** What all answers about one domain say. */
export function describeDomain(domain: GovernanceDomain, ctx: CallContext, region: string) {
  const { settings } = domain;
  return {
    id: domain.domainId,
    rootDomainUnitId: domain.rootUnitId,
    name: domain.name,
    description: domain.description,
    singleSignOn: settings.singleSignOn as SingleSignOn | undefined,
    domainExecutionRole: settings.domainExecutionRole ?? defaultRole(domain),
    arn: `arn:aws:datazone:${region}:${domain.accountId}:domain/${domain.domainId}`,
    kmsKeyIdentifier: settings.kmsKeyIdentifier,
    status: domain.status,
    portalUrl: `${ctx.endpoint}/`,
    domainVersion: domain.version,
    serviceRole: settings.serviceRole,
  };
}

/** Answers about a domain always name a role, also where the caller gave none. */
function defaultRole({ accountId }: GovernanceDomain): string {
  return `arn:aws:iam::${accountId}:role/service-role/AmazonDataZoneDomainExecution`;
}
