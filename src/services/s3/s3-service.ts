import type { BucketObject } from '../../buckets/buckets.ts';
import type { WritePorts } from '../../buckets/write-objects.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import type { ServiceRegistration } from '../../wire/create-wire.ts';
import type { S3Operations } from '../../wire/generated/s3.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { abortMultipartUpload } from './AbortMultipartUpload.ts';
import { completeMultipartUpload } from './CompleteMultipartUpload.ts';
import { createBucket } from './CreateBucket.ts';
import { createMultipartUpload } from './CreateMultipartUpload.ts';
import { deleteBucket } from './DeleteBucket.ts';
import { deleteObject } from './DeleteObject.ts';
import { deleteObjects } from './DeleteObjects.ts';
import { getObject } from './GetObject.ts';
import { headBucket } from './HeadBucket.ts';
import { headObject } from './HeadObject.ts';
import { listBuckets } from './ListBuckets.ts';
import { listObjectsV2 } from './ListObjectsV2.ts';
import { listParts } from './ListParts.ts';
import { putObject } from './PutObject.ts';
import { uploadPart } from './UploadPart.ts';

export interface S3Deps extends WritePorts {
  /** Seals continuation tokens; 32 bytes, the same on every node. */
  readonly pageTokenKey: Uint8Array;
  /** Buckets an account may have. */
  readonly bucketsMax: number;
  /** Hears, in the transaction that does it, of objects that users delete or replace. */
  readonly onRemoved?: (tx: StateTransaction, accountId: string, removed: readonly BucketObject[]) => Promise<void>;
}

export function createS3Service(deps: S3Deps): ServiceRegistration {
  const handlers: Handlers<S3Operations> = {
    AbortMultipartUpload: abortMultipartUpload(deps),
    CompleteMultipartUpload: completeMultipartUpload(deps),
    CreateBucket: createBucket(deps),
    CreateMultipartUpload: createMultipartUpload(deps),
    DeleteBucket: deleteBucket(deps),
    DeleteObject: deleteObject(deps),
    DeleteObjects: deleteObjects(deps),
    GetObject: getObject(deps),
    HeadBucket: headBucket(deps),
    HeadObject: headObject(deps),
    ListBuckets: listBuckets(deps),
    ListObjectsV2: listObjectsV2(deps),
    ListParts: listParts(deps),
    PutObject: putObject(deps),
    UploadPart: uploadPart(deps),
  };
  return { name: 's3', handlers };
}
