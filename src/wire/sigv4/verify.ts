/** Proves claims: freshness, then the signature over the canonical request. */

import { WireFailure } from '../errors/wire-failure.ts';
import { canonicalRequest, type PathRule, type RawRequest, sha256Hex } from './canonical.ts';
import { type Claims, formatAmzDate } from './claims.ts';
import { equalSignatures, formatScope, type SigningKeys, sign } from './signing-key.ts';

const WRONG_SIGNATURE =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

export function checkFreshness(claims: Claims, nowMs: number, skewMsMax: number): void {
  const minutes = `${skewMsMax / 60_000} min.`;
  if (claims.signedAtMs > nowMs + skewMsMax) {
    const latest = `${formatAmzDate(nowMs + skewMsMax)} (${formatAmzDate(nowMs)} + ${minutes})`;
    throw new WireFailure('skewed', `Signature not yet current: ${claims.amzDate} is still later than ${latest}`);
  }
  if (claims.expiresSeconds !== undefined) {
    if (nowMs > claims.signedAtMs + claims.expiresSeconds * 1000)
      throw new WireFailure('presignExpired', 'Request has expired');
  } else if (claims.signedAtMs < nowMs - skewMsMax) {
    const earliest = `${formatAmzDate(nowMs - skewMsMax)} (${formatAmzDate(nowMs)} - ${minutes})`;
    throw new WireFailure('skewed', `Signature expired: ${claims.amzDate} is now earlier than ${earliest}`);
  }
}

export interface Expected {
  readonly signature: string;
  readonly stringToSign: string;
  readonly canonicalRequest: string;
  readonly signingKey: Buffer;
}

export interface SignatureInputs {
  readonly request: RawRequest;
  readonly claims: Pick<Claims, 'signedHeaders' | 'amzDate' | 'scope'>;
  readonly payloadHash: string;
  readonly secretAccessKey: string;
  readonly pathRule: PathRule;
}

export function expectedSignature(keys: SigningKeys, inputs: SignatureInputs): Expected {
  const { claims } = inputs;
  const canonical = canonicalRequest(inputs.request, claims.signedHeaders, inputs.payloadHash, inputs.pathRule);
  const stringToSign = ['AWS4-HMAC-SHA256', claims.amzDate, formatScope(claims.scope), sha256Hex(canonical)].join('\n');
  const signingKey = keys.keyFor(inputs.secretAccessKey, claims.scope);
  return { signature: sign(signingKey, stringToSign), stringToSign, canonicalRequest: canonical, signingKey };
}

/** Returns what was expected, since S3's chunks go on from it. */
export function verifySignature(keys: SigningKeys, claims: Claims, inputs: Omit<SignatureInputs, 'claims'>): Expected {
  const expected = expectedSignature(keys, { ...inputs, claims });
  if (equalSignatures(claims.signature, expected.signature)) return expected;
  throw new WireFailure('wrongSignature', WRONG_SIGNATURE, {
    AWSAccessKeyId: claims.accessKeyId,
    StringToSign: expected.stringToSign,
    SignatureProvided: claims.signature,
    CanonicalRequest: expected.canonicalRequest,
  });
}
