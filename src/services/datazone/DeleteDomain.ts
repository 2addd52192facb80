import type { DeleteDomainInput, DeleteDomainOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { tokenUse } from './client-token.ts';
import type { DataZoneDeps } from './datazone-service.ts';

/** Answers DELETING; the domain is gone when all that was in it is. */
export function deleteDomain({ domains }: DataZoneDeps): Handler<DeleteDomainInput, DeleteDomainOutput> {
  return async (input, ctx) => {
    const ref = { accountId: ctx.accountId, domainId: input.identifier };
    const withHoldings = input.skipDeletionCheck ?? false;
    return { status: await domains.delete(ref, { withHoldings }, tokenUse(ctx, { ...input })) };
  };
}
