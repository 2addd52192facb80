import { decodePageToken, type PageScope } from '../../core/pagination.ts';
import type { CallContext } from '../../wire/handlers.ts';
import { InvalidArgument } from './errors.ts';

/** Where a listing goes on. Sealed in its token, so what comes back is what we wrote. */
export type PagePosition = readonly string[];

/** What a continuation token is bound to; its inputs are those that decide the order and choice of items. */
export function tokenScope(ctx: CallContext, inputs: Readonly<Record<string, unknown>>): PageScope {
  return { accountId: ctx.accountId, operation: `${ctx.service}.${ctx.operation}`, inputs };
}

/** @throws InvalidArgument for a token that is not of this listing, an empty one included */
export function readToken(key: Uint8Array, scope: PageScope, token: string | undefined): PagePosition | undefined {
  if (token === undefined) return undefined;
  const position = decodePageToken(key, scope, token) as PagePosition | undefined;
  if (position !== undefined) return position;
  throw new InvalidArgument('The continuation token provided is incorrect', {
    name: 'continuation-token',
    value: token,
  });
}
