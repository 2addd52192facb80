/**
 * What a request says about who signed it, from the Authorization header or from the query (presigned). Reading claims
 * proves nothing: `verify.ts` does.
 */

import { WireFailure } from '../errors/wire-failure.ts';
import type { WireRequest } from '../protocol/protocol.ts';
import type { Scope } from './signing-key.ts';

export interface Claims {
  readonly form: 'header' | 'query';
  readonly accessKeyId: string;
  readonly scope: Scope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`, and the same instant in epoch milliseconds. */
  readonly amzDate: string;
  readonly signedAtMs: number;
  /** Presigned only. */
  readonly expiresSeconds: number | undefined;
  readonly sessionToken: string | undefined;
  /** `x-amz-content-sha256`: a hash, or one of S3's words for a body that is signed otherwise. */
  readonly payloadHash: string | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const EXPIRES_SECONDS_MAX = 604_800;
const AMZ_DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
const SIGV2_REFUSED = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';

type Query = Readonly<Record<string, string | undefined>>;

export function readClaims(request: WireRequest): Claims {
  const authorization = request.headers.authorization;
  const query = queryRecord(request);
  if (authorization !== undefined) {
    if (query['X-Amz-Signature'] !== undefined) {
      throw new WireFailure(
        'signatureFormat',
        'Only one auth mechanism is allowed; use the header or the query string, not both.',
      );
    }
    return headerClaims(request, authorization);
  }
  if (query['X-Amz-Algorithm'] !== undefined || query['X-Amz-Signature'] !== undefined)
    return queryClaims(request, query);
  if (query.AWSAccessKeyId !== undefined && query.Signature !== undefined) {
    throw new WireFailure('signatureVersion', SIGV2_REFUSED);
  }
  throw new WireFailure('noSignature', 'Missing Authentication Token');
}

function queryRecord(request: WireRequest): Query {
  const record: Record<string, string> = Object.create(null);
  for (const [name, value] of request.query) record[name] ??= value;
  return record;
}

function headerClaims(request: WireRequest, authorization: string): Claims {
  const space = authorization.indexOf(' ');
  const algorithm = space < 0 ? authorization : authorization.slice(0, space);
  if (algorithm !== ALGORITHM) throw new WireFailure('signatureVersion', SIGV2_REFUSED);
  const parts = authorizationParts(authorization.slice(space + 1));
  const missing = ['Credential', 'SignedHeaders', 'Signature'].filter((name) => !parts.get(name));
  if (missing.length > 0) {
    const texts = missing.map((name) => `Authorization header requires '${name}' parameter.`);
    throw new WireFailure('signatureFormat', texts.join(' '));
  }
  const amzDate = request.headers['x-amz-date'] ?? basicDate(request.headers.date);
  if (amzDate === undefined) {
    throw new WireFailure(
      'signatureFormat',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  return {
    form: 'header',
    ...claimedIdentity('signatureFormat', parts.get('Credential')!, amzDate),
    signedHeaders: signedHeaderNames(request, 'signatureFormat', parts.get('SignedHeaders')!),
    signature: parts.get('Signature')!,
    expiresSeconds: undefined,
    sessionToken: request.headers['x-amz-security-token'],
    payloadHash: request.headers['x-amz-content-sha256'],
  };
}

function authorizationParts(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(/[,\s]+/)) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals), part.slice(equals + 1));
  }
  return parts;
}

function queryClaims(request: WireRequest, query: Query): Claims {
  if (query['X-Amz-Algorithm'] !== ALGORITHM) {
    throw new WireFailure('presignFormat', `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  }
  const names = ['X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-Date', 'X-Amz-SignedHeaders'];
  if (names.some((name) => !query[name])) {
    throw new WireFailure(
      'presignFormat',
      `Query-string authentication version 4 requires ${names.join(', ')} parameters.`,
    );
  }
  return {
    form: 'query',
    ...claimedIdentity('presignFormat', query['X-Amz-Credential']!, query['X-Amz-Date']!),
    signedHeaders: signedHeaderNames(request, 'presignFormat', query['X-Amz-SignedHeaders']!),
    signature: query['X-Amz-Signature']!,
    expiresSeconds: expiresSeconds(query['X-Amz-Expires']),
    sessionToken: query['X-Amz-Security-Token'],
    payloadHash: request.headers['x-amz-content-sha256'] ?? query['X-Amz-Content-Sha256'],
  };
}

function expiresSeconds(text: string | undefined): number {
  const seconds = text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : -1;
  if (seconds >= 0 && seconds <= EXPIRES_SECONDS_MAX) return seconds;
  throw new WireFailure('presignFormat', `X-Amz-Expires must be between 0 and ${EXPIRES_SECONDS_MAX} seconds.`);
}

function claimedIdentity(
  kind: 'signatureFormat' | 'presignFormat',
  credential: string,
  amzDate: string,
): Pick<Claims, 'accessKeyId' | 'scope' | 'amzDate' | 'signedAtMs'> {
  const parts = credential.split('/');
  const [terminator, service, region, date] = parts.slice(-4).reverse();
  const accessKeyId = parts.slice(0, -4).join('/');
  if (accessKeyId === '' || terminator !== 'aws4_request' || !service || !region || !date) {
    throw new WireFailure(
      kind,
      `The Credential "${credential}" must have the form <key>/<YYYYMMDD>/<region>/<service>/aws4_request.`,
    );
  }
  const signedAtMs = parseAmzDate(amzDate);
  if (signedAtMs === undefined) throw new WireFailure(kind, `"${amzDate}" is not a date of the form YYYYMMDDTHHMMSSZ.`);
  if (amzDate.slice(0, 8) !== date) {
    throw new WireFailure(
      kind,
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${amzDate.slice(0, 8)}'.`,
    );
  }
  return { accessKeyId, scope: { date, region, service }, amzDate, signedAtMs };
}

/** `host` and every `x-amz-*` header must be signed. The session token may be added later: it is checked itself. */
function signedHeaderNames(
  request: WireRequest,
  kind: 'signatureFormat' | 'presignFormat',
  text: string,
): readonly string[] {
  const names = text.toLowerCase().split(';');
  const needed = Object.keys(request.headers).filter(
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-security-token',
  );
  const unsigned = ['host', ...needed].find((name) => !names.includes(name));
  if (unsigned === undefined) return names;
  throw new WireFailure(kind, `'${unsigned}' must be a signed header: it is not among SignedHeaders=${text}.`);
}

export function parseAmzDate(text: string): number | undefined {
  const match = AMZ_DATE.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

export function formatAmzDate(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function basicDate(httpDate: string | undefined): string | undefined {
  const timeMs = httpDate === undefined ? Number.NaN : Date.parse(httpDate);
  return Number.isNaN(timeMs) ? undefined : formatAmzDate(timeMs);
}
