/**
 * What can go wrong before or around a handler, as data. The wire raises these; `failure-table.ts` says per protocol
 * family which code and status a client sees. Errors of the services themselves are `ServiceError` (core).
 */

export type FailureKind =
  | 'noSignature'
  | 'signatureFormat'
  | 'signatureVersion'
  | 'unknownKey'
  | 'wrongSignature'
  | 'skewed'
  | 'expiredToken'
  | 'invalidToken'
  | 'presignExpired'
  | 'presignFormat'
  | 'payloadHash'
  | 'unknownOperation'
  | 'notSupported'
  | 'serialization'
  | 'mediaType'
  | 'notAcceptable'
  | 'tooLarge'
  | 'badDigest'
  | 'badChunk'
  | 'incompleteBody'
  | 'missingLength'
  | 'internal';

export class WireFailure extends Error {
  readonly kind: FailureKind;
  /** Further members of the error answer (S3 shows what it signed); never secrets. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(kind: FailureKind, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'WireFailure';
    this.kind = kind;
    this.fields = fields;
  }
}

export function malformed(message: string): WireFailure {
  return new WireFailure('serialization', message);
}
