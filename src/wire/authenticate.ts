/**
 * Who is calling. Two moments: claims, freshness, key and (where the client declares its body's hash) the signature
 * before the body is read; the body's own proof afterwards (`body/verify-body.ts`).
 */

import { WireFailure } from './errors/wire-failure.ts';
import type { WireRequest } from './protocol/protocol.ts';
import type { ServiceRules } from './service-rules.ts';
import type { PathRule, RawRequest } from './sigv4/canonical.ts';
import { type Claims, readClaims } from './sigv4/claims.ts';
import type { SigningKeys } from './sigv4/signing-key.ts';
import { checkFreshness, verifySignature } from './sigv4/verify.ts';

export interface WireCredentials {
  readonly secretAccessKey: string;
  readonly accountId: string;
  /** End of a session; absent for keys that last. */
  readonly expiresAtMs?: number | undefined;
}

export type ResolveCredentials = (
  accessKeyId: string,
  sessionToken: string | undefined,
) => WireCredentials | undefined | Promise<WireCredentials | undefined>;

export interface Caller {
  readonly claims: Claims;
  readonly accountId: string;
  readonly payload: PayloadProof;
}

/** How the body proves itself once it is read. */
export type PayloadProof =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'hash'; readonly sha256Hex: string }
  /** The signature covers the body's hash and could not be checked before the body was there. */
  | { readonly kind: 'withBody'; verify(payloadHash: string): void }
  | { readonly kind: 'chunks'; readonly isSigned: boolean; readonly hasTrailer: boolean; readonly seed: ChunkSeed };

export interface ChunkSeed {
  readonly signature: string;
  readonly signingKey: Buffer;
}

export interface AuthenticateDeps {
  readonly keys: SigningKeys;
  readonly resolveCredentials: ResolveCredentials;
  readonly nowMs: () => number;
}

const UNKNOWN_KEY = 'The security token included in the request is invalid.';
const UNKNOWN_KEY_S3 = 'The AWS Access Key Id you provided does not exist in our records.';
const EXPIRED = 'The security token included in the request is expired';
const HASH = /^[0-9a-f]{64}$/;

export async function authenticate(
  deps: AuthenticateDeps,
  rules: ServiceRules,
  raw: RawRequest,
  request: WireRequest,
): Promise<Caller> {
  const claims = readClaims(request);
  checkFreshness(claims, deps.nowMs(), rules.skewMsMax);
  const credentials = await findCredentials(deps, rules, claims);
  const verify = (payloadHash: string) => {
    const pathRule: PathRule = rules.family === 's3' ? 'once' : 'twice';
    const inputs = { request: raw, payloadHash, secretAccessKey: credentials.secretAccessKey, pathRule };
    return verifySignature(deps.keys, claims, inputs);
  };
  return { claims, accountId: credentials.accountId, payload: payloadProof(rules, claims, verify) };
}

async function findCredentials(deps: AuthenticateDeps, rules: ServiceRules, claims: Claims): Promise<WireCredentials> {
  const found = deps.resolveCredentials(claims.accessKeyId, claims.sessionToken);
  const credentials = found instanceof Promise ? await found : found;
  if (credentials === undefined) {
    if (claims.sessionToken !== undefined) throw new WireFailure('invalidToken', UNKNOWN_KEY);
    throw new WireFailure('unknownKey', rules.family === 's3' ? UNKNOWN_KEY_S3 : UNKNOWN_KEY);
  }
  if (credentials.expiresAtMs !== undefined && credentials.expiresAtMs <= deps.nowMs()) {
    throw new WireFailure('expiredToken', EXPIRED);
  }
  return credentials;
}

function payloadProof(rules: ServiceRules, claims: Claims, verify: (payloadHash: string) => ChunkSeed): PayloadProof {
  const declared = claims.payloadHash;
  if (rules.family === 's3') return s3Proof(claims, verify);
  if (declared === undefined) return { kind: 'withBody', verify: (hash) => void verify(hash) };
  verify(declared);
  return { kind: 'hash', sha256Hex: declared };
}

function s3Proof(claims: Claims, verify: (payloadHash: string) => ChunkSeed): PayloadProof {
  const declared = claims.payloadHash ?? (claims.form === 'query' ? 'UNSIGNED-PAYLOAD' : undefined);
  if (declared === undefined) {
    throw new WireFailure('signatureVersion', 'Missing required header for this request: x-amz-content-sha256');
  }
  const seed = verify(declared);
  if (declared === 'UNSIGNED-PAYLOAD') return { kind: 'unsigned' };
  const streaming = /^STREAMING-(AWS4-HMAC-SHA256|UNSIGNED)-PAYLOAD(-TRAILER)?$/.exec(declared);
  if (streaming !== null) {
    const hasTrailer = streaming[2] !== undefined;
    return { kind: 'chunks', isSigned: streaming[1] !== 'UNSIGNED', hasTrailer, seed };
  }
  if (HASH.test(declared)) return { kind: 'hash', sha256Hex: declared };
  throw new WireFailure(
    'signatureVersion',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING value or a valid sha256 value.',
  );
}
