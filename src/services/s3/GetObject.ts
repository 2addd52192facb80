import { ObjectMissingError } from '../../ports/objects.ts';
import type { GetObjectOutput, GetObjectRequest } from '../../wire/generated/s3.ts';
import type { Handler } from '../../wire/handlers.ts';
import { NoSuchKey } from './errors.ts';
import type { S3Deps } from './s3-service.ts';
import { describeObject, type FoundObject, findRequested } from './stored-object.ts';

/** An object's bytes, streamed. */
export function getObject({ state, objects }: S3Deps): Handler<GetObjectRequest, GetObjectOutput> {
  return async (input, { accountId, signal }) => {
    const found = await findRequested(state.queries, accountId, input);
    return { ...describeObject(found, input), Body: await openBody(objects, found, signal) };
  };
}

/**
 * Reads the first bytes before the answer begins: an object whose bytes went with a compaction after its row was read is
 * then still a NoSuchKey. @throws NoSuchKey
 */
async function openBody(
  objects: S3Deps['objects'],
  { object, range }: FoundObject,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const bytes = objects.read(object.objectKey, range)[Symbol.asyncIterator]();
  const first = await bytes.next().catch((error: unknown) => {
    throw error instanceof ObjectMissingError ? new NoSuchKey(object.key) : error;
  });
  // The wire leaves a body alone when the client has gone; the file behind it has to be closed all the same.
  const close = () => void bytes.return?.();
  if (signal.aborted) close();
  else signal.addEventListener('abort', close, { once: true });
  return continueFrom(first, bytes);
}

async function* continueFrom(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    for (let step = first; step.done !== true; step = await rest.next()) yield step.value;
  } finally {
    await rest.return?.();
  }
}
