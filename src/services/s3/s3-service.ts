import type { ObjectStore } from '../../ports/objects.ts';
import type { StateStore } from '../../ports/state/state-store.ts';
import type { ServiceRegistration } from '../../wire/create-wire.ts';
import type { S3Operations } from '../../wire/generated/s3.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { getObject } from './GetObject.ts';
import { headObject } from './HeadObject.ts';
import { listBuckets } from './ListBuckets.ts';
import { listObjectsV2 } from './ListObjectsV2.ts';

export interface S3Deps {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  /** Seals continuation tokens; 32 bytes, the same on every node. */
  readonly pageTokenKey: Uint8Array;
}

export function createS3Service(deps: S3Deps): ServiceRegistration {
  const handlers: Handlers<S3Operations> = {
    GetObject: getObject(deps),
    HeadObject: headObject(deps),
    ListBuckets: listBuckets(deps),
    ListObjectsV2: listObjectsV2(deps),
  };
  return { name: 's3', handlers };
}
