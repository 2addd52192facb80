import { ServiceError } from '../../core/errors.ts';

/** The errors of S3 that operations of ours raise. S3 names errors without "Exception", and adds members to some. */

export class AccessDenied extends ServiceError {
  constructor() {
    super('AccessDenied', 'Access Denied');
  }
}

export class BucketAlreadyExists extends ServiceError {
  constructor(bucket: string) {
    super('BucketAlreadyExists', 'The requested bucket name is not available. Please select a different name.', {
      BucketName: bucket,
    });
  }
}

export class BucketAlreadyOwnedByYou extends ServiceError {
  constructor(bucket: string) {
    super('BucketAlreadyOwnedByYou', 'The bucket that you tried to create already exists, and you own it.', {
      BucketName: bucket,
    });
  }
}

export class BucketNotEmpty extends ServiceError {
  constructor(bucket: string) {
    super('BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: bucket });
  }
}

export class EntityTooSmall extends ServiceError {
  constructor(sizeBytes: number, sizeBytesMin: number) {
    super('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      ProposedSize: sizeBytes,
      MinSizeAllowed: sizeBytesMin,
    });
  }
}

export class IllegalLocationConstraint extends ServiceError {
  constructor(constraint: string) {
    super(
      'IllegalLocationConstraintException',
      `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
}

export class InvalidArgument extends ServiceError {
  constructor(message: string, argument: { name: string; value: string }) {
    super('InvalidArgument', message, { ArgumentName: argument.name, ArgumentValue: argument.value });
  }
}

export class InvalidBucketName extends ServiceError {
  constructor(bucket: string) {
    super('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: bucket });
  }
}

export class InvalidPart extends ServiceError {
  constructor() {
    super(
      'InvalidPart',
      'One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the entity tag of the part.',
    );
  }
}

export class InvalidPartOrder extends ServiceError {
  constructor() {
    super('InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.');
  }
}

export class InvalidRange extends ServiceError {
  constructor(range: string, sizeBytes: number) {
    super('InvalidRange', 'The requested range is not satisfiable', {
      RangeRequested: range,
      ActualObjectSize: sizeBytes,
    });
  }
}

export class InvalidRequest extends ServiceError {
  constructor(message: string) {
    super('InvalidRequest', message);
  }
}

export class KeyTooLong extends ServiceError {
  constructor(sizeBytes: number, sizeBytesMax: number) {
    super('KeyTooLongError', 'Your key is too long', { Size: sizeBytes, MaxSizeAllowed: sizeBytesMax });
  }
}

export class MalformedXml extends ServiceError {
  constructor() {
    super('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
  }
}

export class MetadataTooLarge extends ServiceError {
  constructor(sizeBytesMax: number) {
    super('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      MaxSizeAllowed: sizeBytesMax,
    });
  }
}

export class NoSuchBucket extends ServiceError {
  constructor(bucket: string) {
    super('NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });
  }
}

export class NoSuchKey extends ServiceError {
  constructor(key: string) {
    super('NoSuchKey', 'The specified key does not exist.', { Key: key });
  }
}

export class NoSuchUpload extends ServiceError {
  constructor(uploadId: string) {
    super(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { UploadId: uploadId },
    );
  }
}

/** 304: the caller has the object already. */
export class NotModified extends ServiceError {
  constructor(object: { etag: string; modifiedAtMs: number }) {
    super('NotModified', 'Not Modified', { ETag: object.etag, LastModifiedMs: object.modifiedAtMs });
  }
}

export class NotImplemented extends ServiceError {
  constructor(message: string) {
    super('NotImplemented', message);
  }
}

export class PreconditionFailed extends ServiceError {
  constructor(condition: string) {
    super('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      Condition: condition,
    });
  }
}

export class TooManyBuckets extends ServiceError {
  constructor(bucketsMax: number) {
    super('TooManyBuckets', `You have attempted to create more buckets than allowed: ${bucketsMax}.`);
  }
}
