import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '../../wire/generated/sts.ts';
import type { Handler } from '../../wire/handlers.ts';

/** Every access key is the root key of its account, whose user id is the account's. */
export function getCallerIdentity(): Handler<GetCallerIdentityRequest, GetCallerIdentityResponse> {
  return async (_, { accountId }) => ({
    UserId: accountId,
    Account: accountId,
    Arn: `arn:aws:iam::${accountId}:root`,
  });
}
