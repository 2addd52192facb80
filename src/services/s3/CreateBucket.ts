import { countBuckets, findBucket, insertBucket } from '../../buckets/buckets.ts';
import type { CreateBucketOutput, CreateBucketRequest } from '../../wire/generated/s3.ts';
import type { CallContext, Handler } from '../../wire/handlers.ts';
import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  IllegalLocationConstraint,
  InvalidBucketName,
  NotImplemented,
  TooManyBuckets,
} from './errors.ts';
import type { S3Deps } from './s3-service.ts';

/** Makes a bucket in the Region the caller signed for. */
export function createBucket({ state, clock, bucketsMax }: S3Deps): Handler<CreateBucketRequest, CreateBucketOutput> {
  return async (input, ctx) => {
    refuseUnsupported(input);
    const { Bucket: name } = input;
    if (!isBucketName(name)) throw new InvalidBucketName(name);
    const region = readRegion(input, ctx);
    const { accountId } = ctx;
    await state.transaction(async (tx) => {
      if ((await findBucket(tx, accountId, name)) !== undefined) throw new BucketAlreadyOwnedByYou(name);
      if ((await countBuckets(tx, accountId)) >= bucketsMax) throw new TooManyBuckets(bucketsMax);
      const made = await insertBucket(tx, accountId, { name, region, createdAtMs: clock.nowMs() });
      if (!made) throw new BucketAlreadyExists(name);
    });
    return { Location: `/${name}` };
  };
}

/** Clients that name no Region mean the one they talk to. @throws IllegalLocationConstraint for another one */
function readRegion({ CreateBucketConfiguration }: CreateBucketRequest, { region }: CallContext): string {
  const asked = CreateBucketConfiguration?.LocationConstraint;
  if (asked === undefined || asked === region) return region;
  throw new IllegalLocationConstraint(asked);
}

const LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const RESERVED = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** S3's rules for names: 3 to 63 of lower-case letters, digits, dots and hyphens, and no address. */
export function isBucketName(name: string): boolean {
  if (name.length < 3 || name.length > 63 || !NAME.test(name)) return false;
  return !/^\d+\.\d+\.\d+\.\d+$/.test(name) && !RESERVED.test(name);
}

function refuseUnsupported(input: CreateBucketRequest): void {
  const { ACL, ObjectOwnership, CreateBucketConfiguration: configuration } = input;
  const grants = [input.GrantFullControl, input.GrantRead, input.GrantReadACP, input.GrantWrite, input.GrantWriteACP];
  const asked = [
    [ACL !== undefined && ACL !== 'private', `the ACL ${ACL}`],
    [grants.some((grant) => grant !== undefined), 'grants'],
    [input.ObjectLockEnabledForBucket === true, 'object lock'],
    [
      ObjectOwnership !== undefined && ObjectOwnership !== 'BucketOwnerEnforced',
      `the object ownership ${ObjectOwnership}`,
    ],
    [input.BucketNamespace !== undefined && input.BucketNamespace !== 'global', 'regional bucket namespaces'],
    [configuration?.Location !== undefined || configuration?.Bucket !== undefined, 'directory buckets'],
    [(configuration?.Tags ?? []).length > 0, 'tags of buckets'],
  ] as const;
  const found = asked.find(([isAsked]) => isAsked);
  if (found !== undefined) throw new NotImplemented(`Periplus does not support ${found[1]}.`);
}
