/**
 * Page tokens: opaque, tamper-evident and good for one question only. A token holds the cursor in the clear (base64url)
 * under an HMAC over the scope, so one made for another operation, other filters or another account does not decode.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

const MAC_BYTES = 16;
/** Longer than any token we make, which hold the texts that an item is sorted by; nothing longer is looked at. */
const TOKEN_CHARS_MAX = 2 * 1024 * 1024;

/** What a token is bound to: account, operation, and every input but the token and the page size. */
export interface PageScope {
  readonly accountId: string;
  readonly operation: string;
  readonly inputs: unknown;
}

/** `key` is the server's secret, at least 32 bytes; `cursor` any JSON value. */
export function encodePageToken(key: Uint8Array, scope: PageScope, cursor: unknown): string {
  const payload = Buffer.from(JSON.stringify(cursor), 'utf8');
  return Buffer.concat([macOf(key, scope, payload), payload]).toString('base64url');
}

/** Undefined for a token that is foreign, damaged or not ours. */
export function decodePageToken(key: Uint8Array, scope: PageScope, token: string): unknown {
  if (token.length > TOKEN_CHARS_MAX || !/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.byteLength <= MAC_BYTES || bytes.toString('base64url') !== token) return undefined;
  const payload = bytes.subarray(MAC_BYTES);
  if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(key, scope, payload))) return undefined;
  return JSON.parse(payload.toString('utf8'));
}

function macOf(key: Uint8Array, scope: PageScope, payload: Uint8Array): Buffer {
  const bound = canonicalJson([scope.accountId, scope.operation, scope.inputs]);
  // The length keeps scope and payload apart: no byte can move from one to the other.
  const mac = createHmac('sha256', key)
    .update(`${Buffer.byteLength(bound)}:${bound}`)
    .update(payload);
  return mac.digest().subarray(0, MAC_BYTES);
}
