import { GetObjectCommand, HeadObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { type RemoteObject, RemoteObjectChangedError, type RemoteObjects } from '../ports/remote-objects.ts';
import { StoreAccessError } from '../ports/store-errors.ts';

/**
 * Another S3, with AWS's own client: credentials come from where AWS's tools look for them (environment, profile, role).
 * Buckets are named in the path, which every implementation of S3 understands.
 */
export function createAwsS3Objects(options: { readonly endpoint: string; readonly region: string }): RemoteObjects {
  const client = new S3Client({ ...options, forcePathStyle: true });
  return {
    head: (Bucket, Key) => head(client, Bucket, Key),
    read: (Bucket, Key, etag) => read(client, { Bucket, Key, IfMatch: etag }),
  };
}

async function head(client: S3Client, Bucket: string, Key: string): Promise<RemoteObject | undefined> {
  try {
    const { ContentLength, ETag } = await client.send(new HeadObjectCommand({ Bucket, Key }));
    return { sizeBytes: ContentLength ?? 0, etag: ETag ?? '' };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw explain(error, Bucket, Key);
  }
}

async function* read(
  client: S3Client,
  input: { Bucket: string; Key: string; IfMatch: string },
): AsyncGenerator<Uint8Array> {
  const { Bucket, Key } = input;
  try {
    const { Body } = await client.send(new GetObjectCommand(input));
    if (Body !== undefined) yield* Body as AsyncIterable<Uint8Array>;
  } catch (error) {
    const status = statusOf(error);
    throw status === 404 || status === 412 ? new RemoteObjectChangedError(Bucket, Key) : explain(error, Bucket, Key);
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** What the owner of the object refuses, and credentials that are not there, are one thing to who asks: no access. */
function explain(error: unknown, bucket: string, key: string): unknown {
  const isRefused =
    [400, 401, 403].includes(statusOf(error) ?? 0) || (error as Error).name === 'CredentialsProviderError';
  return isRefused ? new StoreAccessError(`s3://${bucket}/${key} may not be read: ${(error as Error).message}`) : error;
}
