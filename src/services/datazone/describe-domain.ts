import type { GovernanceDomain } from '../../governance/containers/domain-store.ts';
import { domainArn } from '../../governance/containers/tags.ts';
import type { DomainSummary, SingleSignOn } from '../../wire/generated/datazone.ts';
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
    arn: domainArn(domain, region),
    kmsKeyIdentifier: settings.kmsKeyIdentifier,
    status: domain.status,
    portalUrl: `${ctx.endpoint}/`,
    domainVersion: domain.version,
    serviceRole: settings.serviceRole,
  };
}

export function summariseDomain(domain: GovernanceDomain, ctx: CallContext, region: string): DomainSummary {
  return {
    id: domain.domainId,
    name: domain.name,
    description: domain.description,
    arn: domainArn(domain, region),
    managedAccountId: domain.accountId,
    status: domain.status,
    portalUrl: `${ctx.endpoint}/`,
    createdAt: domain.createdAtMs,
    lastUpdatedAt: domain.updatedAtMs,
    domainVersion: domain.version,
  };
}

/** Answers about a domain always name a role, also where the caller gave none. */
function defaultRole({ accountId }: GovernanceDomain): string {
  return `arn:aws:iam::${accountId}:role/service-role/AmazonDataZoneDomainExecution`;
}
