import type { HeadObjectOutput, HeadObjectRequest } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { S3Deps } from './s3-service.ts';
import { describeObject, findRequested } from './stored-object.ts';

/** GetObject's answer without its bytes. */
export function headObject({ state }: S3Deps): Handler<HeadObjectRequest, HeadObjectOutput> {
  return async (input, { accountId }) => {
    const { Body: _, ...headers } = describeObject(await findRequested(state.queries, accountId, input), input);
    return headers;
  };
}
