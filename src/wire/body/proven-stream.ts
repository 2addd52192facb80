/** A body stream with everything checked that its headers and trailers claim: hash, checksums, length, bound. */

import { createHash } from 'node:crypto';
import { WireFailure } from '../errors/wire-failure.ts';
import type { BodyStream, WireRequest } from '../protocol/protocol.ts';
import { equalSignatures } from '../sigv4/signing-key.ts';
import type { Trailers } from './aws-chunked.ts';
import { CHECKSUM_HEADERS, createChecksum, type RunningChecksum } from './checksums.ts';
import { tooLarge } from './read-body.ts';
import { wrongPayloadHash } from './verify-body.ts';

export interface StreamProof {
  readonly sha256Hex: string | undefined;
  /** Decoded length, where it is announced apart from Content-Length. */
  readonly length: number | undefined;
  readonly headers: WireRequest['headers'];
  readonly trailers: Trailers;
  /** Trailers that must have come by the end. */
  readonly announced: readonly string[];
  readonly bytesMax: number;
}

export async function* provenStream(source: BodyStream, proof: StreamProof): AsyncGenerator<Uint8Array> {
  if (proof.length !== undefined && proof.length > proof.bytesMax) throw tooLarge(proof.bytesMax);
  const hash = proof.sha256Hex === undefined ? undefined : createHash('sha256');
  const checksums = openChecksums(proof);
  let total = 0;
  for await (const chunk of source) {
    total += chunk.byteLength;
    if (total > (proof.length ?? proof.bytesMax))
      throw proof.length === undefined ? tooLarge(proof.bytesMax) : wrongLength();
    hash?.update(chunk);
    for (const checksum of checksums.values()) checksum.update(chunk);
    yield chunk;
  }
  if (proof.length !== undefined && total !== proof.length) throw wrongLength();
  if (hash !== undefined && !equalSignatures(proof.sha256Hex!, hash.digest('hex'))) throw wrongPayloadHash();
  for (const [name, checksum] of checksums) verifyChecksum(name, checksum, proof);
}

function openChecksums(proof: StreamProof): ReadonlyMap<string, RunningChecksum> {
  const named = CHECKSUM_HEADERS.filter((name) => proof.headers[name] !== undefined);
  const wanted = [...named, ...proof.announced];
  return new Map(
    wanted.flatMap((name) => {
      const checksum = createChecksum(name);
      return checksum === undefined ? [] : [[name, checksum] as const];
    }),
  );
}

function verifyChecksum(name: string, checksum: RunningChecksum, proof: StreamProof): void {
  const given = proof.trailers.get(name) ?? proof.headers[name];
  if (given === undefined) throw new WireFailure('badChunk', `The trailer ${name} was announced and did not come.`);
  if (given === checksum.digest()) return;
  const what = name === 'content-md5' ? 'Content-MD5' : name.replace('x-amz-checksum-', '').toUpperCase();
  throw new WireFailure('badDigest', `The ${what} you specified did not match the calculated checksum.`);
}

function wrongLength(): WireFailure {
  return new WireFailure('incompleteBody', 'The body is not as long as x-amz-decoded-content-length says.');
}
