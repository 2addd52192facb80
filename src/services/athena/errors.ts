import { ServiceError } from '../../core/errors.ts';
import { QueryRefusedError, TooManyQueriesError } from '../../query/errors.ts';

export class InvalidRequestException extends ServiceError {
  constructor(message: string) {
    super('InvalidRequestException', message, { AthenaErrorCode: 'INVALID_INPUT' });
  }
}

export class TooManyRequestsException extends ServiceError {
  constructor(message: string) {
    super('TooManyRequestsException', message, { Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' });
  }
}

/** The domain's refusals in the service's words; anything else is not the caller's to see. */
export async function withServiceErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof QueryRefusedError) throw new InvalidRequestException(error.message);
    if (error instanceof TooManyQueriesError) throw new TooManyRequestsException(error.message);
    throw error;
  }
}
