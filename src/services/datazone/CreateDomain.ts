import type { CreateDomainInput, CreateDomainOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { tokenUse } from './client-token.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeDomain } from './describe-domain.ts';

export function createDomain({ domains, region }: DataZoneDeps): Handler<CreateDomainInput, CreateDomainOutput> {
  return async (input, ctx) => {
    const { singleSignOn, domainExecutionRole, kmsKeyIdentifier, serviceRole } = input;
    const wanted = {
      accountId: ctx.accountId,
      name: input.name,
      description: input.description,
      version: input.domainVersion ?? ('V1' as const),
      settings: { singleSignOn, domainExecutionRole, kmsKeyIdentifier, serviceRole },
      tags: input.tags,
    };
    const domain = await domains.create(wanted, tokenUse(ctx, { ...input }));
    return { ...describeDomain(domain, ctx, region), tags: domain.tags };
  };
}
