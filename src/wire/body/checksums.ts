/** The checksums S3 clients send with a body, computed while it streams. */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface RunningChecksum {
  update(chunk: Uint8Array): void;
  /** Big-endian bytes in base64, as the `x-amz-checksum-…` headers carry them. */
  digest(): string;
}

const FACTORIES: Readonly<Record<string, () => RunningChecksum>> = {
  'x-amz-checksum-crc32': () => crcChecksum((chunk, value) => crc32(chunk, value)),
  'x-amz-checksum-crc32c': () => crcChecksum(crc32c),
  'x-amz-checksum-crc64nvme': crc64nvme,
  'x-amz-checksum-sha1': () => hashChecksum('sha1'),
  'x-amz-checksum-sha256': () => hashChecksum('sha256'),
  'x-amz-checksum-sha512': () => hashChecksum('sha512'),
  'x-amz-checksum-md5': () => hashChecksum('md5'),
  'content-md5': () => hashChecksum('md5'),
};

export const CHECKSUM_HEADERS: readonly string[] = Object.keys(FACTORIES);

export function createChecksum(headerName: string): RunningChecksum | undefined {
  return Object.hasOwn(FACTORIES, headerName) ? FACTORIES[headerName]!() : undefined;
}

function hashChecksum(algorithm: string): RunningChecksum {
  const hash = createHash(algorithm);
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('base64') };
}

function crcChecksum(step: (chunk: Uint8Array, value: number) => number): RunningChecksum {
  let value = 0;
  return {
    update(chunk) {
      value = step(chunk, value);
    },
    digest: () => base64Words([value]),
  };
}

function base64Words(words: readonly number[]): string {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, at) => {
    bytes.writeUInt32BE(word >>> 0, at * 4);
  });
  return bytes.toString('base64');
}

/** Castagnoli, reflected. */
const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

function crc32c(chunk: Uint8Array, before: number): number {
  let value = ~before;
  for (const byte of chunk) value = CRC32C_TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}

/** CRC-64/NVME, reflected, as two tables of 32-bit halves: BigInt would be forty times slower. */
const [CRC64_HIGH, CRC64_LOW] = crc64Tables(0x9a6c9329, 0xac4bc9b5);

function crc64Tables(polynomialHigh: number, polynomialLow: number): readonly [Uint32Array, Uint32Array] {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let index = 0; index < 256; index++) {
    let [h, l] = [0, index];
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1;
      l = (l >>> 1) | ((h & 1) << 31);
      h >>>= 1;
      if (carry) [h, l] = [h ^ polynomialHigh, l ^ polynomialLow];
    }
    high[index] = h;
    low[index] = l;
  }
  return [high, low];
}

function crc64nvme(): RunningChecksum {
  let [high, low] = [-1, -1];
  return {
    update(chunk) {
      let [h, l] = [high, low];
      for (const byte of chunk) {
        const index = (l ^ byte) & 0xff;
        l = ((l >>> 8) | (h << 24)) ^ CRC64_LOW[index]!;
        h = (h >>> 8) ^ CRC64_HIGH[index]!;
      }
      [high, low] = [h, l];
    },
    digest: () => base64Words([~high, ~low]),
  };
}
