import { createHash } from 'node:crypto';

const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz';

/** `count` characters of [0-9a-z] from a hash of `parts`: the same parts give the same text, for ever. */
export function deriveBase36(count: number, ...parts: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(parts.join('\u0000')).digest();
  return takeBase36(digest, count);
}

/** `count` characters of [0-9a-z] out of random bytes (at least `count` of them). */
export function takeBase36(bytes: Uint8Array, count: number): string {
  let number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let index = 0; index < count; index += 1) {
    text += BASE36[Number(number % 36n)];
    number /= 36n;
  }
  return text;
}

/** Bytes that `takeBase36` wants for `count` evenly spread characters. */
export function bytesForBase36(count: number): number {
  return Math.ceil((count * Math.log2(36)) / 8) + 8;
}

/** A random (version 4) UUID from 16 random bytes. */
export function formatUuid(bytes: Uint8Array): string {
  const copy = Buffer.from(bytes.subarray(0, 16));
  copy[6] = ((copy[6] ?? 0) & 0x0f) | 0x40;
  copy[8] = ((copy[8] ?? 0) & 0x3f) | 0x80;
  const hex = copy.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** `o-` and 17 of [0-9a-z], fixed by who the host is and how often an administrator has deleted it. */
export function deriveAgentId(accountId: string, machineId: string, generation: number): string {
  return `o-${deriveBase36(17, 'agent', accountId, machineId, generation)}`;
}

/** `d-server-0` and 13 of [0-9a-z]. */
export function deriveServerId(accountId: string, agentId: string): string {
  return `d-server-0${deriveBase36(13, 'server', accountId, agentId)}`;
}
