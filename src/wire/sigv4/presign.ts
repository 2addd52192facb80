/** Makes a presigned URL: what the product hands out so that a bearer may fetch one object for a while. */

import { canonicalRequest, encodeBytes, type PathRule, sha256Hex } from './canonical.ts';
import { formatAmzDate } from './claims.ts';
import { deriveSigningKey, formatScope, sign } from './signing-key.ts';

export interface PresignOptions {
  readonly method: string;
  /** Absolute and percent-encoded; a query of its own is kept and signed. */
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly region: string;
  readonly service: string;
  readonly nowMs: number;
  /** At most 604800, a week. */
  readonly expiresSeconds: number;
  /** S3's is `UNSIGNED-PAYLOAD`, which is also the default. */
  readonly payloadHash?: string | undefined;
}

export function presignUrl(options: PresignOptions): string {
  const { origin, host } = new URL(options.url);
  const target = options.url.slice(options.url.indexOf('/', options.url.indexOf('//') + 2));
  const amzDate = formatAmzDate(options.nowMs);
  const scope = { date: amzDate.slice(0, 8), region: options.region, service: options.service };
  const parameters = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${options.accessKeyId}/${formatScope(scope)}`],
    ['X-Amz-Date', amzDate],
    ['X-Amz-Expires', String(options.expiresSeconds)],
    ...(options.sessionToken === undefined ? [] : [['X-Amz-Security-Token', options.sessionToken]]),
    ['X-Amz-SignedHeaders', 'host'],
  ] as const;
  const added = parameters.map(([name, value]) => `${name}=${encodeBytes(value!, false)}`).join('&');
  const signedTarget = `${target}${target.includes('?') ? '&' : '?'}${added}`;
  const pathRule: PathRule = options.service === 's3' ? 'once' : 'twice';
  const request = { method: options.method, target: signedTarget, rawHeaders: ['host', host] };
  const canonical = canonicalRequest(request, ['host'], options.payloadHash ?? 'UNSIGNED-PAYLOAD', pathRule);
  const stringToSign = ['AWS4-HMAC-SHA256', amzDate, formatScope(scope), sha256Hex(canonical)].join('\n');
  const signature = sign(deriveSigningKey(options.secretAccessKey, scope), stringToSign);
  return `${origin}${signedTarget}&X-Amz-Signature=${signature}`;
}
