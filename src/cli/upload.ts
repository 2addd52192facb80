import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { AwsTarget } from './aws-client.ts';
import { CliError } from './errors.ts';

/** What one upload may have; larger files go in parts, which `aws s3 cp` does. */
const FILE_BYTES_MAX = 5 * 1024 ** 3;

const READ_BYTES = 1024 * 1024;

export interface Upload {
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly onProgress: (sentBytes: number, sizeBytes: number) => void;
}

/** Streams a file into a bucket of ours, which is made when it is not there. @throws CliError */
export async function upload(target: AwsTarget, { path, bucket, key, onProgress }: Upload): Promise<void> {
  const { size } = await stat(path).catch((error: Error) => {
    throw new CliError(`${path} cannot be read: ${error.message}`);
  });
  if (size > FILE_BYTES_MAX)
    throw new CliError(`${path} has more than 5 GiB; upload it with 'aws s3 cp' and import its s3:// URL with --url`);
  const { endpoint, region, ...credentials } = target;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
  try {
    await ensureBucket(s3, bucket);
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: readFile(path, size, onProgress), ContentLength: size }),
    );
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`upload failed: ${(error as Error).name}: ${(error as Error).message}`);
  } finally {
    s3.destroy();
  }
}

async function ensureBucket(s3: S3Client, Bucket: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket }));
  } catch (error) {
    const isMissing = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;
    if (!isMissing) throw error;
    await s3.send(new CreateBucketCommand({ Bucket }));
  }
}

/** Not a file stream: one that is listened to for progress is one that the client does not take. */
function readFile(path: string, sizeBytes: number, onProgress: Upload['onProgress']): Readable {
  return Readable.from(count());
  async function* count() {
    let sentBytes = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
      sentBytes += (chunk as Buffer).length;
      onProgress(sentBytes, sizeBytes);
      yield chunk;
    }
  }
}
