import type { ObjectHeaders } from '../../buckets/buckets.ts';
import type { CreateMultipartUploadRequest, PutObjectRequest } from '../../wire/generated/s3.ts';
import { KeyTooLong, MetadataTooLarge, NotImplemented } from './errors.ts';

/** What PutObject and CreateMultipartUpload share: which object is to be made, and what is refused about it. */
export type WriteRequest = Omit<CreateMultipartUploadRequest, 'ChecksumType'> &
  Pick<PutObjectRequest, 'WriteOffsetBytes'>;

const KEY_BYTES_MAX = 1024;
const METADATA_BYTES_MAX = 2048;
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';

/** Members that ask for something there is not. Taking the bytes without it would be a promise not kept. */
const UNSUPPORTED = [
  'GrantFullControl',
  'GrantRead',
  'GrantReadACP',
  'GrantWriteACP',
  'WriteOffsetBytes',
  'ServerSideEncryption',
  'WebsiteRedirectLocation',
  'SSECustomerAlgorithm',
  'SSECustomerKey',
  'SSECustomerKeyMD5',
  'SSEKMSKeyId',
  'SSEKMSEncryptionContext',
  'BucketKeyEnabled',
  'Tagging',
  'ObjectLockMode',
  'ObjectLockRetainUntilDate',
  'ObjectLockLegalHoldStatus',
] as const satisfies readonly (keyof WriteRequest)[];

/** Both say what is so: nobody but the account reads its objects. */
const ACLS: ReadonlySet<string> = new Set(['private', 'bucket-owner-full-control']);

/** @throws NotImplemented, KeyTooLong, MetadataTooLarge */
export function refuseUnsupportedWrite(request: WriteRequest): void {
  const asked = UNSUPPORTED.find((member) => request[member] !== undefined);
  if (asked !== undefined) throw new NotImplemented(`Periplus does not support ${asked}.`);
  const { ACL, StorageClass, ChecksumAlgorithm } = request;
  if (ACL !== undefined && !ACLS.has(ACL)) throw new NotImplemented(`Periplus does not support the ACL ${ACL}.`);
  if (StorageClass !== undefined && StorageClass !== 'STANDARD')
    throw new NotImplemented(`Periplus does not support the storage class ${StorageClass}.`);
  if (ChecksumAlgorithm?.startsWith('XXHASH') === true)
    throw new NotImplemented(`Periplus does not support the checksum ${ChecksumAlgorithm}.`);
  requireKeyLength(request.Key);
  if (sizeOf(request.Metadata ?? {}) > METADATA_BYTES_MAX) throw new MetadataTooLarge(METADATA_BYTES_MAX);
}

/** @throws KeyTooLong */
export function requireKeyLength(key: string): void {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > KEY_BYTES_MAX) throw new KeyTooLong(sizeBytes, KEY_BYTES_MAX);
}

export function readContentType(request: Pick<WriteRequest, 'ContentType'>): string {
  return request.ContentType ?? DEFAULT_CONTENT_TYPE;
}

/** Undefined when there is nothing to keep. */
export function readHeaders(request: WriteRequest): ObjectHeaders | undefined {
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, Expires, Metadata } = request;
  const headers = {
    ...(CacheControl === undefined ? {} : { cacheControl: CacheControl }),
    ...(ContentDisposition === undefined ? {} : { contentDisposition: ContentDisposition }),
    ...(ContentEncoding === undefined ? {} : { contentEncoding: ContentEncoding }),
    ...(ContentLanguage === undefined ? {} : { contentLanguage: ContentLanguage }),
    ...(Expires === undefined ? {} : { expires: Expires }),
    ...(Metadata === undefined || Object.keys(Metadata).length === 0 ? {} : { metadata: { ...Metadata } }),
  };
  return Object.keys(headers).length === 0 ? undefined : headers;
}

function sizeOf(metadata: Readonly<Record<string, string>>): number {
  return Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
}
