import { describe, expect, it } from 'vitest';
import { createChecksum } from './checksums.ts';

function checksumOf(name: string, text: string, pieceChars = 4): string {
  const checksum = createChecksum(name)!;
  for (let at = 0; at < text.length; at += pieceChars) checksum.update(Buffer.from(text.slice(at, at + pieceChars)));
  return checksum.digest();
}

const hex = (text: string): string => Buffer.from(text, 'hex').toString('base64');

describe('checksums', () => {
  // The check values of the CRC catalogue: the digits 1 to 9.
  it.each([
    ['x-amz-checksum-crc32', 'cbf43926'],
    ['x-amz-checksum-crc32c', 'e3069283'],
    ['x-amz-checksum-crc64nvme', 'ae8b14860a799888'],
  ])('%s gives its check value, in whatever pieces', (name, expected) => {
    for (const pieceChars of [1, 4, 9]) expect(checksumOf(name, '123456789', pieceChars)).toBe(hex(expected));
  });

  it('hashes with the algorithm of the name', () => {
    expect(checksumOf('x-amz-checksum-sha1', 'abc')).toBe(hex('a9993e364706816aba3e25717850c26c9cd0d89d'));
    expect(checksumOf('content-md5', 'abc')).toBe(hex('900150983cd24fb0d6963f7d28e17f72'));
  });

  it('knows no other', () => {
    expect(createChecksum('x-amz-checksum-md4')).toBeUndefined();
    expect(createChecksum('constructor')).toBeUndefined();
  });
});
