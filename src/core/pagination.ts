import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Page tokens: the place where a listing goes on, with a seal over it and over what was asked. A token that was changed,
 * or that belongs to another account, operation or set of inputs, is none. Nothing is remembered on our side.
 */
export interface PageScope {
  readonly accountId: string;
  readonly operation: string;
  /** What the listing depends on: the inputs without token and page size, which may change from page to page. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Key of the last item seen. */
export type PagePosition = readonly (string | number)[];

const SEAL_BYTES = 16;
const TOKEN = /^[A-Za-z0-9_-]+$/;

export function encodePageToken(key: Uint8Array, scope: PageScope, position: PagePosition): string {
  const content = Buffer.from(JSON.stringify(position), 'utf8');
  return Buffer.concat([seal(key, scope, content), content]).toString('base64url');
}

/** The position in `token`, or undefined when the token is not one of ours for this scope. */
export function decodePageToken(key: Uint8Array, scope: PageScope, token: string): PagePosition | undefined {
  if (!TOKEN.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  // One token has one text: base64 has spare bits at its end that decoding ignores.
  if (bytes.byteLength <= SEAL_BYTES || bytes.toString('base64url') !== token) return undefined;
  const content = bytes.subarray(SEAL_BYTES);
  if (!timingSafeEqual(seal(key, scope, content), bytes.subarray(0, SEAL_BYTES))) return undefined;
  return JSON.parse(content.toString('utf8')) as PagePosition;
}

function seal(key: Uint8Array, scope: PageScope, content: Uint8Array): Buffer {
  const context = JSON.stringify([scope.accountId, scope.operation, canonicalise(scope.inputs)]);
  return createHmac('sha256', key).update(context).update('\u0000').update(content).digest().subarray(0, SEAL_BYTES);
}

/** The same inputs in the same order of members; an absent member and an undefined one are the same. */
function canonicalise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonicalise);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, canonicalise(member)]),
  );
}
