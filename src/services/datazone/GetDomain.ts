import type { GetDomainInput, GetDomainOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeDomain } from './describe-domain.ts';

export function getDomain({ domains, region }: DataZoneDeps): Handler<GetDomainInput, GetDomainOutput> {
  return async ({ identifier }, ctx) => {
    const domain = await domains.get({ accountId: ctx.accountId, domainId: identifier });
    const times = { createdAt: domain.createdAtMs, lastUpdatedAt: domain.updatedAtMs };
    return { ...describeDomain(domain, ctx, region), tags: domain.tags, ...times };
  };
}
