import type { UpdateDomainInput, UpdateDomainOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { tokenUse } from './client-token.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeDomain } from './describe-domain.ts';

/** What was not said stays. */
export function updateDomain({ domains, region }: DataZoneDeps): Handler<UpdateDomainInput, UpdateDomainOutput> {
  return async (input, ctx) => {
    const { name, description, singleSignOn, domainExecutionRole, serviceRole } = input;
    const changes = { name, description, singleSignOn, domainExecutionRole, serviceRole };
    const ref = { accountId: ctx.accountId, domainId: input.identifier };
    const domain = await domains.update(ref, changes, tokenUse(ctx, { ...input }));
    const { arn, status, portalUrl, kmsKeyIdentifier, domainVersion, ...said } = describeDomain(domain, ctx, region);
    return { ...said, lastUpdatedAt: domain.updatedAtMs };
  };
}
