/** Signing keys, derived once per secret and scope. Four HMACs are most of what a signature costs. */

import { createHmac, timingSafeEqual } from 'node:crypto';

const KEYS_MAX = 1024;

export interface Scope {
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export function formatScope(scope: Scope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

export class SigningKeys {
  readonly #keys = new Map<string, Buffer>();

  /** Oldest out first when the bound is reached; a working set is a few keys a day. */
  keyFor(secretAccessKey: string, scope: Scope): Buffer {
    const name = `${secretAccessKey}\n${formatScope(scope)}`;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const derived = deriveSigningKey(secretAccessKey, scope);
    if (this.#keys.size >= KEYS_MAX) this.#keys.delete(this.#keys.keys().next().value!);
    this.#keys.set(name, derived);
    return derived;
  }
}

export function deriveSigningKey(secretAccessKey: string, scope: Scope): Buffer {
  const dated = hmac(`AWS4${secretAccessKey}`, scope.date);
  return hmac(hmac(hmac(dated, scope.region), scope.service), 'aws4_request');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

export function sign(key: Buffer, stringToSign: string): string {
  return createHmac('sha256', key).update(stringToSign, 'latin1').digest('hex');
}

/** Takes as long for a near miss as for a far one. */
export function equalSignatures(given: string, expected: string): boolean {
  const a = Buffer.from(given, 'latin1');
  const b = Buffer.from(expected, 'latin1');
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
