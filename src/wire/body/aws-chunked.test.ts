/** The worked examples of the S3 documentation: 65 KiB of `a` in chunks of 64 KiB, 1 KiB and 0. */

import { describe, expect, it } from 'vitest';
import type { WireFailure } from '../errors/wire-failure.ts';
import { deriveSigningKey } from '../sigv4/signing-key.ts';
import { type ChunkedForm, decodeChunks, type Trailers } from './aws-chunked.ts';

const SCOPE = { date: '20130524', region: 'us-east-1', service: 's3' };
const SIGNED: ChunkedForm = {
  isSigned: true,
  hasTrailer: false,
  amzDate: '20130524T000000Z',
  scope: SCOPE,
  seed: {
    signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    signingKey: deriveSigningKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', SCOPE),
  },
};
const CHUNKS = [
  ['10000', 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648', 65_536],
  ['400', '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497', 1024],
  ['0', 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9', 0],
] as const;

function signedBody(letter = 'a'): string {
  return CHUNKS.map(
    ([size, signature, length]) => `${size};chunk-signature=${signature}\r\n${letter.repeat(length)}\r\n`,
  ).join('');
}

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

async function decode(
  text: string,
  form: ChunkedForm,
  pieceBytes = 7919,
  trailers: Trailers = new Map(),
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of decodeChunks(inPieces(text, pieceBytes), form, trailers)) parts.push(part);
  return Buffer.concat(parts);
}

async function kindOf(failing: Promise<unknown>): Promise<string> {
  return failing.then(
    () => 'accepted',
    (error: WireFailure) => error.kind,
  );
}

describe('aws-chunked bodies', () => {
  it.each([1, 7919, 1_000_000])(
    'decode and verify the documented example in pieces of %d bytes',
    async (pieceBytes) => {
      const decoded = await decode(signedBody(), SIGNED, pieceBytes);
      expect(decoded.byteLength).toBe(66_560);
      expect(decoded.every((byte) => byte === 0x61)).toBe(true);
    },
  );

  it('refuse other data, a missing signature and a changed seed', async () => {
    expect(await kindOf(decode(signedBody('b'), SIGNED))).toBe('wrongSignature');
    expect(await kindOf(decode('0\r\n\r\n', SIGNED))).toBe('badChunk');
    const seed = { ...SIGNED.seed, signature: '0'.repeat(64) };
    expect(await kindOf(decode(signedBody(), { ...SIGNED, seed }))).toBe('wrongSignature');
  });

  it('refuse a body that breaks off anywhere before its last chunk', async () => {
    const text = signedBody();
    for (const length of [0, 5, 80, 40_000, 65_700, text.length - 90]) {
      expect(await kindOf(decode(text.slice(0, length), SIGNED))).toBe('incompleteBody');
    }
  });

  it('read unsigned chunks with a trailer', async () => {
    const form = { ...SIGNED, isSigned: false, hasTrailer: true };
    const trailers: Trailers = new Map();
    const text = '5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n';
    expect((await decode(text, form, 3, trailers)).toString()).toBe('hello world');
    expect(trailers.get('x-amz-checksum-crc32')).toBe('DUoRhQ==');
  });

  it('verify a signed trailer by the documented example', async () => {
    const form: ChunkedForm = {
      ...SIGNED,
      hasTrailer: true,
      seed: { ...SIGNED.seed, signature: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e' },
    };
    const chunks = [
      ['10000', 'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2', 65_536],
      ['400', '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7', 1024],
    ] as const;
    const data = chunks.map(
      ([size, signature, length]) => `${size};chunk-signature=${signature}\r\n${'a'.repeat(length)}\r\n`,
    );
    const last = '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n';
    const trailer = 'x-amz-checksum-crc32c:sOO8/Q==\r\n';
    const signature =
      'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n';
    expect((await decode(data.join('') + last + trailer + signature, form)).byteLength).toBe(66_560);
    const other = trailer.replace('sOO8', 'AAAA');
    expect(await kindOf(decode(data.join('') + last + other + signature, form))).toBe('wrongSignature');
    expect(await kindOf(decode(data.join('') + last + trailer, form))).toBe('wrongSignature');
  });

  it('refuse sizes and lines that are no chunks', async () => {
    const form = { ...SIGNED, isSigned: false };
    for (const text of [
      'zz\r\n',
      '-1\r\n',
      '5\nhello',
      `${'1'.repeat(600)}\r\n`,
      '5\r\nhelloXX\r\n',
      '123456789\r\n',
    ]) {
      expect(await kindOf(decode(text, form))).toMatch(/badChunk|incompleteBody/);
    }
  });
});
