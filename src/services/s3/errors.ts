import { ServiceError } from '../../core/errors.ts';

/** The errors of S3 that operations of ours raise. S3 names errors without "Exception", and adds members to some. */

export class AccessDenied extends ServiceError {
  constructor() {
    super('AccessDenied', 'Access Denied');
  }
}

export class InvalidArgument extends ServiceError {
  constructor(message: string, argument: { name: string; value: string }) {
    super('InvalidArgument', message, { ArgumentName: argument.name, ArgumentValue: argument.value });
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
