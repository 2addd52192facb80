/** Which code and status a client sees for each way the wire itself can refuse (reference/wire.md "Errors"). */

import type { FailureFamily } from '../service-rules.ts';
import type { FailureKind } from './wire-failure.ts';

export interface FailureAnswer {
  readonly code: string;
  readonly status: number;
}

type FailureTable = Readonly<Record<Exclude<FailureKind, 'internal'>, FailureAnswer>>;

function jsonTable(signatureStatus: number, unknownOperationStatus: number): FailureTable {
  const refused = (code: string): FailureAnswer => ({ code, status: signatureStatus });
  return {
    noSignature: refused('MissingAuthenticationTokenException'),
    signatureFormat: refused('IncompleteSignatureException'),
    signatureVersion: refused('IncompleteSignatureException'),
    unknownKey: refused('UnrecognizedClientException'),
    wrongSignature: refused('InvalidSignatureException'),
    skewed: refused('InvalidSignatureException'),
    expiredToken: refused('ExpiredTokenException'),
    invalidToken: refused('UnrecognizedClientException'),
    presignExpired: refused('InvalidSignatureException'),
    presignFormat: refused('IncompleteSignatureException'),
    payloadHash: refused('InvalidSignatureException'),
    unknownOperation: { code: 'UnknownOperationException', status: unknownOperationStatus },
    notSupported: { code: 'UnknownOperationException', status: unknownOperationStatus },
    serialization: { code: 'SerializationException', status: 400 },
    mediaType: { code: 'UnsupportedMediaTypeException', status: 415 },
    notAcceptable: { code: 'NotAcceptableException', status: 406 },
    tooLarge: { code: 'RequestEntityTooLargeException', status: 413 },
    badDigest: { code: 'SerializationException', status: 400 },
    badChunk: { code: 'SerializationException', status: 400 },
    incompleteBody: { code: 'SerializationException', status: 400 },
    missingLength: { code: 'SerializationException', status: 411 },
  };
}

const S3_TABLE: FailureTable = {
  noSignature: { code: 'AccessDenied', status: 403 },
  signatureFormat: { code: 'AuthorizationHeaderMalformed', status: 400 },
  signatureVersion: { code: 'InvalidRequest', status: 400 },
  unknownKey: { code: 'InvalidAccessKeyId', status: 403 },
  wrongSignature: { code: 'SignatureDoesNotMatch', status: 403 },
  skewed: { code: 'RequestTimeTooSkewed', status: 403 },
  expiredToken: { code: 'ExpiredToken', status: 400 },
  invalidToken: { code: 'InvalidToken', status: 400 },
  presignExpired: { code: 'AccessDenied', status: 403 },
  presignFormat: { code: 'AuthorizationQueryParametersError', status: 400 },
  payloadHash: { code: 'XAmzContentSHA256Mismatch', status: 400 },
  unknownOperation: { code: 'MethodNotAllowed', status: 405 },
  notSupported: { code: 'NotImplemented', status: 501 },
  serialization: { code: 'MalformedXML', status: 400 },
  mediaType: { code: 'InvalidRequest', status: 400 },
  notAcceptable: { code: 'InvalidRequest', status: 400 },
  tooLarge: { code: 'EntityTooLarge', status: 400 },
  badDigest: { code: 'BadDigest', status: 400 },
  badChunk: { code: 'InvalidRequest', status: 400 },
  incompleteBody: { code: 'IncompleteBody', status: 400 },
  missingLength: { code: 'MissingContentLength', status: 411 },
};

const QUERY_TABLE: FailureTable = {
  ...jsonTable(403, 400),
  noSignature: { code: 'MissingAuthenticationToken', status: 403 },
  signatureFormat: { code: 'IncompleteSignature', status: 400 },
  signatureVersion: { code: 'IncompleteSignature', status: 400 },
  unknownKey: { code: 'InvalidClientTokenId', status: 403 },
  invalidToken: { code: 'InvalidClientTokenId', status: 403 },
  wrongSignature: { code: 'SignatureDoesNotMatch', status: 403 },
  payloadHash: { code: 'SignatureDoesNotMatch', status: 403 },
  skewed: { code: 'SignatureDoesNotMatch', status: 403 },
  presignExpired: { code: 'SignatureDoesNotMatch', status: 403 },
  expiredToken: { code: 'ExpiredToken', status: 403 },
  unknownOperation: { code: 'InvalidAction', status: 400 },
  notSupported: { code: 'InvalidAction', status: 400 },
  serialization: { code: 'MalformedQueryString', status: 400 },
};

export const FAILURE_TABLES: Readonly<Record<FailureFamily, FailureTable>> = {
  awsJson: jsonTable(400, 400),
  restJson: jsonTable(403, 404),
  s3: S3_TABLE,
  query: QUERY_TABLE,
};

/**
 * Statuses of codes that handlers raise and no model of ours gives a status to. Everything else that is not modelled
 * is 400.
 */
export const S3_STATUS: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  AllAccessDisabled: 403,
  BucketNotEmpty: 409,
  ConditionalRequestConflict: 409,
  InternalError: 500,
  InvalidBucketState: 409,
  InvalidObjectState: 403,
  InvalidRange: 416,
  MethodNotAllowed: 405,
  NoSuchBucketPolicy: 404,
  NoSuchTagSet: 404,
  NoSuchVersion: 404,
  NotFound: 404,
  NotImplemented: 501,
  NotModified: 304,
  OperationAborted: 409,
  PermanentRedirect: 301,
  PreconditionFailed: 412,
  ServiceUnavailable: 503,
  SlowDown: 503,
};
