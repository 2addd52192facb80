import type { TokenUse } from '../../governance/client-tokens.ts';
import type { CallContext } from '../../wire/handlers.ts';

/** What makes a repeated call a repetition: operation, domain, token, and all that was said beside it. */
export function tokenUse(
  ctx: CallContext,
  {
    clientToken,
    ...request
  }: { readonly clientToken?: string | undefined; readonly domainIdentifier?: string } & Readonly<
    Record<string, unknown>
  >,
): TokenUse {
  return {
    accountId: ctx.accountId,
    operation: ctx.operation,
    domainId: request.domainIdentifier ?? '',
    token: clientToken,
    request,
  };
}
