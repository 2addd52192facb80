import type { DenyDataAccessInput, DenyDataAccessOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import { ValidationException } from './errors.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** A data access role may do everything that no denial names. */
export function denyDataAccess({ beyond }: PeriplusDeps): Handler<DenyDataAccessInput, DenyDataAccessOutput> {
  return async ({ roleArn, action, database = '*', table = '*' }, { accountId }) => {
    if (action === 'ASSUME' && (database !== '*' || table !== '*'))
      throw new ValidationException('Denying ASSUME concerns a whole role; database and table cannot be named.');
    return { rule: await beyond.deny(accountId, { roleArn, action, database, table }) };
  };
}
