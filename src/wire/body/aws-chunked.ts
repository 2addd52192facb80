/**
 * S3's `aws-chunked` bodies, decoded while they stream: `<hex size>[;chunk-signature=…]` CRLF, data, CRLF, … a chunk of
 * size 0, then trailers. Signed chunks chain: each signature covers the one before. A chunk's data is handed on before
 * its signature is known, so a consumer must publish nothing before the stream has ended well.
 */

import { createHash, type Hash } from 'node:crypto';
import { WireFailure } from '../errors/wire-failure.ts';
import { sha256Hex } from '../sigv4/canonical.ts';
import { equalSignatures, formatScope, type Scope, sign } from '../sigv4/signing-key.ts';
import { ByteReader } from './byte-reader.ts';

export interface ChunkedForm {
  readonly isSigned: boolean;
  readonly hasTrailer: boolean;
  readonly amzDate: string;
  readonly scope: Scope;
  readonly seed: { readonly signature: string; readonly signingKey: Buffer };
}

/** Filled when the stream has ended. */
export type Trailers = Map<string, string>;

const HEADER_LINE_MAX = 512;
const TRAILER_LINE_MAX = 4096;
const TRAILERS_MAX = 16;
const EMPTY_HASH = sha256Hex('');
const CHUNK_HEADER = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/;

export async function* decodeChunks(
  source: AsyncIterable<Uint8Array>,
  form: ChunkedForm,
  trailers: Trailers,
): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source);
  let previous = form.seed.signature;
  for (;;) {
    const { size, signature } = parseHeader(await reader.line(HEADER_LINE_MAX), form);
    const hash = form.isSigned ? createHash('sha256') : undefined;
    for (let left = size; left > 0; ) {
      const piece = await reader.take(left);
      hash?.update(piece);
      left -= piece.byteLength;
      yield piece;
    }
    if (hash !== undefined) previous = verifyChunk(form, previous, hash, signature);
    if (size === 0) break;
    if ((await reader.line(0)) !== '') throw badChunk();
  }
  await readTrailers(reader, form, previous, trailers);
}

function parseHeader(line: string, form: ChunkedForm): { size: number; signature: string | undefined } {
  const match = CHUNK_HEADER.exec(line);
  if (match === null || (form.isSigned && match[2] === undefined)) throw badChunk();
  return { size: Number.parseInt(match[1]!, 16), signature: match[2] };
}

function verifyChunk(form: ChunkedForm, previous: string, hash: Hash, given: string | undefined): string {
  const lines = [
    'AWS4-HMAC-SHA256-PAYLOAD',
    form.amzDate,
    formatScope(form.scope),
    previous,
    EMPTY_HASH,
    hash.digest('hex'),
  ];
  return verifyLines(form, lines, given);
}

function verifyLines(form: ChunkedForm, lines: readonly string[], given: string | undefined): string {
  const expected = sign(form.seed.signingKey, lines.join('\n'));
  if (given !== undefined && equalSignatures(given, expected)) return expected;
  throw new WireFailure('wrongSignature', 'The signature of a chunk of the body does not match.');
}

/** Header lines up to an empty line or the end; the last of a signed form signs the others. */
async function readTrailers(
  reader: ByteReader,
  form: ChunkedForm,
  previous: string,
  trailers: Trailers,
): Promise<void> {
  let signature: string | undefined;
  let signed = '';
  for (let line = await trailerLine(reader); line !== ''; line = await trailerLine(reader)) {
    const colon = line.indexOf(':');
    if (colon <= 0 || trailers.size >= TRAILERS_MAX) throw badChunk();
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'x-amz-trailer-signature') signature = value;
    else {
      trailers.set(name, value);
      signed += `${name}:${value}\n`;
    }
  }
  if (form.hasTrailer && form.isSigned) {
    const lines = ['AWS4-HMAC-SHA256-TRAILER', form.amzDate, formatScope(form.scope), previous, sha256Hex(signed)];
    verifyLines(form, lines, signature);
  }
}

async function trailerLine(reader: ByteReader): Promise<string> {
  return (await reader.isAtEnd()) ? '' : reader.line(TRAILER_LINE_MAX);
}

export function badChunk(): WireFailure {
  return new WireFailure('badChunk', 'The chunks of the body are not well formed.');
}
