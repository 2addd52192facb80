import type { AnyHandlers, CallContext } from '../../wire/handlers.ts';
import { AuthorizationErrorException, HomeRegionNotSetException } from './errors.ts';

/** Fleet and exports belong to one account: nobody of another one gets past here, whatever the operation. */
export function ownAccountOnly(accountId: string, handlers: AnyHandlers): AnyHandlers {
  const guarded = Object.entries(handlers).map(([name, handler]) => [
    name,
    handler &&
      ((input: never, ctx: CallContext) => {
        if (ctx.accountId === accountId) return handler(input, ctx);
        throw new AuthorizationErrorException('The account of this access key has no access to this resource.');
      }),
  ]);
  return Object.fromEntries(guarded) as AnyHandlers;
}

/** Writes go to the home Region, whatever Region the endpoint answers for. @throws HomeRegionNotSetException */
export function requireHomeRegion(homeRegion: string, ctx: CallContext): void {
  if (ctx.region === homeRegion) return;
  throw new HomeRegionNotSetException(
    `${ctx.operation} must run in the home Region ${homeRegion}; this request was signed for ${ctx.region}.`,
  );
}
