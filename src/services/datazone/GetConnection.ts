import type { GetConnectionInput, GetConnectionOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeConnection } from './describe-connection.ts';
import { ValidationException } from './errors.ts';

export function getConnection({ connections }: DataZoneDeps): Handler<GetConnectionInput, GetConnectionOutput> {
  return async (input, ctx) => {
    if (input.withSecret === true)
      throw new ValidationException('withSecret is not supported: no credentials are given out here.');
    return describeConnection(
      await connections.get({
        accountId: ctx.accountId,
        domainId: input.domainIdentifier,
        connectionId: input.identifier,
      }),
    );
  };
}
